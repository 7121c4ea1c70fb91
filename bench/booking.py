"""How many times are booked in a second when everybody presses at once, against one process alone.

    python -m bench.booking [--rivals 50] [--rounds 4] [--engines sqlite,postgresql]

`many`: each process books times of a pair of its own. `one`: all want the same time of the same
supervisor; one wins each round, and the others are shown the next times that suit both. Each
process has a connection of its own, and has booked before, as servers have. PostgreSQL runs as in
the tests, without waiting for its disk.
"""

import argparse
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, create_engine, delete
from sqlalchemy.exc import OperationalError

from bench.hubs import Size
from bench.records import NOW, ZONE, Pair, fill, opened
from supervisor.commitments import OTHERS, TimeGone
from supervisor.models import Entitlement, Store, Window
from supervisor.models.engine import prepare, write_from_now, writing
from supervisor.sessions import sessions
from supervisor.zones import to_utc
from tests.postgres import Cluster

SHARE = 0.8
PATIENCE, HOUR, FRIDAY = 300, 10, 4
Wanted = tuple[int, datetime]


@dataclass(frozen=True)
class Rush:
    """What a rush came to: seconds from the first press to the last answer, how many booked, were
    shown other times, or gave up waiting for SQLite's one writer; and the longest wait."""

    seconds: float
    met: Counter[str]
    longest: float

    @property
    def a_second(self) -> float:
        return (self.met["won"] + self.met["gone"]) / self.seconds


def days(rounds: int) -> list[datetime]:
    """As many working days from next week on, all at one hour; nobody meets twice on a day."""
    some = [NOW + timedelta(days=7 + n) for n in range(2 * rounds + 4)]
    hours = [day.replace(hour=HOUR, tzinfo=None) for day in some if day.weekday() <= FRIDAY]
    return [to_utc(local, ZONE) for local in hours[:rounds]]


@contextmanager
def hub(url: str, workers: int, providers: int) -> Iterator[list[Pair]]:
    """Everybody has given office hours."""
    with opened(url) as store:
        pairs = fill(store, Size(workers, providers, 1), met=False)
        store.execute(delete(Window))
        store.commit()
    yield pairs


def rush(url: str, everybody: Sequence[Sequence[Wanted]]) -> Rush:
    """A process for each list, all let go at once."""
    engine = create_engine(url)
    prepare(engine)
    _book(engine, *everybody[0][0], keep=False)
    engine.dispose()
    fork = multiprocessing.get_context("fork")
    together, pipes = fork.Barrier(len(everybody)), []
    for wanted in everybody:
        mine, theirs = fork.Pipe()
        fork.Process(target=_press, args=(engine, wanted, together, theirs)).start()
        pipes.append(mine)
    told = [pipe.recv() for pipe in pipes]
    met = sum((one["met"] for one in told), Counter[str]())
    seconds = max(one["ended"] for one in told) - min(one["began"] for one in told)
    return Rush(seconds, met, max(one["longest"] for one in told))


def _press(engine: Engine, wanted: Sequence[Wanted], together: Barrier, pipe: Connection) -> None:
    engine.dispose(close=False)
    _book(engine, *wanted[0], keep=False)
    together.wait(PATIENCE)
    began, met, longest = time.perf_counter(), Counter[str](), 0.0
    for number, start in wanted:
        pressed = time.perf_counter()
        met[_book(engine, number, start, keep=True)] += 1
        longest = max(longest, time.perf_counter() - pressed)
    told: dict[str, Any] = {"began": began, "ended": time.perf_counter()}
    pipe.send(told | {"met": met, "longest": longest})


def _book(engine: Engine, number: int, start: datetime, *, keep: bool) -> str:
    """As the worker does on their page; what came of it."""
    with writing(), Store(engine) as store:
        try:
            owed = store.get_one(Entitlement, number)
            sessions.book(store, owed, start, None, owed.person, NOW)
            if keep:
                store.commit()
        except TimeGone as gone:
            return _shown(store, gone)
        except OperationalError:
            return "waited in vain"
    return "won"


def _shown(store: Store, gone: TimeGone) -> str:
    """The next times, found as the page does: with nothing kept, and only reading."""
    store.rollback()
    write_from_now(on=False)
    return "gone" if len(gone.others) == OTHERS else "left alone"


def measure(engine: str, address: Callable[[str], str], rivals: int, rounds: int) -> None:
    starts = days(rounds)
    with hub(address(f"{engine}_alone"), rivals, rivals) as pairs:
        alone = rush(address(f"{engine}_alone"), [[(p.number, s) for p in pairs for s in starts]])
    with hub(address(f"{engine}_many"), rivals, rivals) as pairs:
        many = rush(address(f"{engine}_many"), [[(p.number, s) for s in starts] for p in pairs])
    with hub(address(f"{engine}_one"), rivals, 1) as pairs:
        one = rush(address(f"{engine}_one"), [[(p.number, s) for s in starts] for p in pairs])
    assert alone.met["won"] == rivals * rounds
    assert one.met["won"] <= rounds
    print(f"{engine}: one process alone books {alone.a_second:.1f} a second")
    _tell(rivals, "many times", many, alone)
    _tell(rivals, "one time", one, alone)


def _tell(rivals: int, name: str, found: Rush, alone: Rush) -> None:
    met, share = found.met, found.a_second / alone.a_second
    print(
        f"  {rivals} processes on {name}: {met['won']} booked, {met['gone']} shown others, "
        f"{met['waited in vain']} waited in vain, {found.a_second:.1f} answered a second, "
        f"{share:.2f} × one alone (limit {SHARE:g}); longest wait {found.longest:.1f} s",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rivals", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--engines", default="sqlite,postgresql")
    given = parser.parse_args()
    if "sqlite" in given.engines:
        with TemporaryDirectory() as folder:
            at = Path(folder)
            measure("sqlite", lambda name: f"sqlite:///{at / name}", given.rivals, given.rounds)
    if "postgresql" in given.engines:
        with Cluster.started() as cluster:
            measure("postgresql", cache(cluster.create), given.rivals, given.rounds)


if __name__ == "__main__":
    main()
