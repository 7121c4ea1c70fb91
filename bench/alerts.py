"""What a tick costs in hubs of ten thousand, a hundred thousand and a million entitlements, when
equally many of them are due; each job of a tick in which nothing is due; and the full sweep that
is done at night, against one that only reads the same rows.

    python -m bench.alerts [--sizes 10000,100000,1000000] [--due 200] [--engine postgresql]
                           [--sweep 10000]

Times are of the processor alone, with SQLite, which works within it; with PostgreSQL they are of
the clock. `--sweep` is the largest hub that is swept.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select, text, update

from bench import many
from bench.records import NOW, opened
from supervisor import clock, schedule, standing_jobs
from supervisor.models import Alert, Entitlement, Session, Store
from tests.postgres import Cluster

TICK = 2.0
AGAIN = 3
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
DAY = 24 * 60
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
    watch = time.process_time if engine == "sqlite" else time.perf_counter
    with _address(engine) as url, opened(url) as store:
        clock.set_to(NOW)
        many.fill(store, size)
        often = [job for job in schedule.JOBS if job.minutes < DAY]
        for job in often:
            schedule.run_one(job.name, NOW)
        ticks = [_tick(store, size, due, turn, watch) for turn in range(AGAIN)]
        quiet = {job.name: _quiet(store, job, watch) for job in often}
        found = Found(size, min(ticks), quiet)
        print(f"{size:,}: a tick with {due} due {found.tick:.0f} ms", flush=True)
        if sweep:
            _sweep(store, watch)
        clock.set_to(None)
    return found


@contextmanager
def _address(engine: str) -> Iterator[str]:
    if engine == "postgresql":
        with Cluster.started() as cluster:
            yield cluster.create("hub")
    else:
        with TemporaryDirectory(dir=MEMORY) as folder:
            yield f"sqlite:///{Path(folder) / 'hub.db'}"


def _timed(store: Store, do: Callable[[], object], watch: Callable[[], float]) -> float:
    store.rollback()
    store.expunge_all()
    began = watch()
    do()
    return 1000 * (watch() - began)


def _tick(store: Store, size: int, due: int, turn: int, watch: Callable[[], float]) -> float:
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


def _quiet(store: Store, job: schedule.Job, watch: Callable[[], float]) -> float:
    return min(
        _timed(store, lambda: schedule.run_one(job.name, NOW), watch) for _turn in range(AGAIN)
    )


def _sweep(store: Store, watch: Callable[[], float]) -> None:
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
