"""What a tick costs in hubs of ten thousand, a hundred thousand and a million entitlements, when
equally many of them are due; each job of a tick in which nothing is due; and the full sweep that
is done at night, against one that only reads the same rows.

    python -m bench.alerts [--sizes 10000,100000,1000000] [--due 200] [--engine postgresql]
                           [--sweep 10000]

Times are of the processor alone: of this process, and of the server of PostgreSQL with all that it
has started. The hub is filled with its triggers off (`many.fill_at_once`), and has looked at
everybody once before anything is measured. `--sweep` is the largest hub that is swept, and whose
totals are counted: both read all of it by their rule, once a night and once a month; in a larger
one they are written down as made.

Last figures, 26 November 2026, two cores that others used as well (load 2 to 6), 200 due in
10,000 and in 1,000,000:

    PostgreSQL: a tick 8,268 and 5,796 ms (0.70 times), filled in 265 s; all jobs with nothing due
    1.63 times, as the seal of the record took 18 and 90 ms. It could read every link there is, and
    reads the last ones since (in a hub of 100,000: 300 ms before, 28 ms after)
    SQLite: a tick 5,884 and 4,325 ms (0.74 times), filled in 81 s; all jobs with nothing due 1.18
    times, the search for alerts 1.91 times (31 and 59 ms)
    The sweep of 10,000: 5,738 ms, 29 times the bare scan; on SQLite 6,199 ms, 39 times
"""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select, text, update

from bench import many, processor
from bench.records import NOW, opened
from supervisor import clock, schedule, standing_jobs
from supervisor.models import (
    Alert,
    Entitlement,
    Publication,
    Session,
    StandingCheck,
    Store,
)
from tests.postgres import Cluster

TICK = 2.0
AGAIN = 3
TURNS = 10
"""A job in which nothing is due takes so little that one is lost in what the machine does."""
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
DAY, LONG = 24 * 60, 50
Watch = Callable[[], float]
ROWS = (
    "select id, person_id, sessions, starts_on, ends_on, standing, standing_since, look_again_on "
    "from entitlement",
    "select entitlement_id, starts_at, local_start, outcome, booked_at, cancelled_at from session",
    "select entitlement_id, starts_on, ends_on, state from match",
)


@dataclass(frozen=True)
class Found:
    """Of one hub: milliseconds of the tick with so many due, and of each job with none."""

    size: int
    tick: float
    quiet: dict[str, float]


def measure(engine: str, size: int, due: int, *, sweep: bool) -> Found:
    """Fill a hub of that size, and let it tick."""
    with _hub(engine) as (url, watch), opened(url) as store:
        clock.set_to(NOW)
        took = _timed(store, lambda: many.fill_at_once(store, size), watch)
        print(f"{size:,}: filled in {took / 1000:.0f} s", flush=True)
        if not sweep:
            _made(store)
        often = [job for job in schedule.JOBS if job.minutes < DAY]
        first = {job.name: _timed(store, _ran(job), watch) for job in often}
        _told({name: took for name, took in first.items() if took > LONG}, "first look")
        ticks = [_tick(store, size, due, turn, watch) for turn in range(AGAIN)]
        for job in often:
            _ran(job)()
        quiet = {job.name: _quiet(store, job, watch) for job in often}
        found = Found(size, min(ticks), quiet)
        print(f"   a tick with {due} due {found.tick:.0f} ms", flush=True)
        if sweep:
            _sweep(store, watch)
        clock.set_to(None)
    return found


@contextmanager
def _hub(engine: str) -> Iterator[tuple[str, Watch]]:
    """The address of an empty database, and what tells the processor's time."""
    if engine == "postgresql":
        with Cluster.started() as cluster:
            yield cluster.create("hub"), processor.watch(cluster)
    else:
        with TemporaryDirectory(dir=MEMORY) as folder:
            yield f"sqlite:///{Path(folder) / 'hub.db'}", processor.watch()


def _made(store: Store) -> None:
    """What reads everybody has been done today, and for the month that is over."""
    store.add(StandingCheck(at=NOW, looked=0, found=0, named=[]))
    store.add(Publication(until_on=NOW.date().replace(day=1), made_at=NOW, shown={}))
    store.commit()


def _told(jobs: dict[str, float], what: str) -> None:
    for name, took in jobs.items():
        print(f"   {name}, {what}: {took:,.0f} ms", flush=True)


def _ran(job: schedule.Job, turns: int = 1) -> Callable[[], None]:
    def run() -> None:
        for _turn in range(turns):
            assert schedule.run_one(job.name, NOW)

    return run


def _timed(store: Store, do: Callable[[], object], watch: Watch) -> float:
    store.rollback()
    store.expunge_all()
    began = watch()
    do()
    return 1000 * (watch() - began)


def _tick(store: Store, size: int, due: int, turn: int, watch: Watch) -> float:
    """So many were called off, each an even step from the next: they have nothing booked now."""
    ids = list(range(1 + turn, size + 1, size // due))[:due]
    ahead = Session.entitlement_id.in_(ids), Session.starts_at > NOW
    store.execute(update(Session).where(*ahead).values(cancelled_at=NOW))
    theirs = update(Entitlement).where(Entitlement.id.in_(ids))
    store.execute(theirs.values(look_again_on=NOW))
    store.commit()
    took = _timed(store, lambda: schedule.run_one("raise alerts", NOW), watch)
    raised = select(Alert.id).where(Alert.entitlement_id.in_(ids), Alert.name == "nothing_booked")
    assert len(store.scalars(raised).all()) == due
    return took


def _quiet(store: Store, job: schedule.Job, watch: Watch) -> float:
    return min(_timed(store, _ran(job, TURNS), watch) for _turn in range(AGAIN)) / TURNS


def _sweep(store: Store, watch: Watch) -> None:
    def scan() -> None:
        for rows in ROWS:
            for _row in store.execute(text(rows)).yield_per(10_000):
                pass

    bare = _timed(store, scan, watch)
    whole = _timed(store, lambda: standing_jobs.check(store, NOW), watch)
    print(f"   swept in {whole:,.0f} ms, {whole / bare:.1f} times the bare scan ({bare:,.0f} ms)")


def compare(found: list[Found]) -> None:
    """The largest hub beside the smallest; and each job that grows by more than the limit."""
    few, most = found[0], found[-1]
    print()
    print(
        f"a tick takes {most.tick / few.tick:.2f} times as long in the hub of {most.size:,} as in "
        f"that of {few.size:,} (limit {TICK:g})"
    )
    for name, slow in most.quiet.items():
        quick = few.quiet[name]
        print(f"   {name}, nothing due: {quick:.1f} ms and {slow:.1f} ms, {slow / quick:.2f} times")
    quick, slow = sum(few.quiet.values()), sum(most.quiet.values())
    print(f"all of them, nothing due: {slow / quick:.2f} times as long (limit {TICK:g})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--due", type=int, default=200)
    parser.add_argument("--engine", default="sqlite", choices=("sqlite", "postgresql"))
    parser.add_argument("--sweep", type=int, default=10_000)
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    compare([measure(given.engine, n, given.due, sweep=n <= given.sweep) for n in sizes])


if __name__ == "__main__":
    main()
