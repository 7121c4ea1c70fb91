"""Eight weeks of times for one pair: how many questions it takes, how long, and whether either
grows with the hub. Where nothing suits in eight weeks, a page looks to the end of the period.

    python -m bench.openings [--sizes region,district,national] [--pairs 200]

Times are of the processor alone, questions those of SQLite, which answers within it. The ratio is
that of a hub's slowest twentieth to the smallest hub's, in the same run.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import event

from bench.hubs import SIZES
from bench.records import NOW, Pair, fill, opened
from supervisor.models import Entitlement, Store
from supervisor.openings.openings import openings

QUESTIONS, P95, GROWTH = 6, 150.0, 1.5
EIGHT_WEEKS = NOW.date() + timedelta(weeks=8)


@contextmanager
def questions(store: Store) -> Iterator[list[str]]:
    """What is asked of the database in here."""
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(store.get_bind(), "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(store.get_bind(), "before_cursor_execute", note)


def look(store: Store, pair: Pair, until: date | None) -> tuple[float, int]:
    """Milliseconds and questions of one list, with nothing known beforehand but whose it is."""
    store.rollback()
    store.expunge_all()
    owed = store.get_one(Entitlement, pair.number)
    with questions(store) as asked:
        began = time.process_time()
        openings(store, owed, NOW, until=until)
        return 1000 * (time.process_time() - began), len(asked)


def measure(name: str, count: int, small: float | None) -> float:
    with TemporaryDirectory() as folder, opened(f"sqlite:///{Path(folder) / 'hub.db'}") as store:
        pairs = fill(store, SIZES[name])
        asked = Random(1).sample(pairs, min(count, len(pairs)))
        look(store, asked[0], None)
        times, most = np.array([look(store, pair, EIGHT_WEEKS) for pair in asked]).T
        whole, more = np.array([look(store, pair, None) for pair in asked]).T
    p95 = float(np.percentile(times, 95))
    ratio = p95 / (small or p95)
    print(
        f"{name}: {len(pairs):,} pairs; {most.max():.0f} questions (limit {QUESTIONS}); "
        f"half in {np.median(times):.1f} ms, 95 of 100 in {p95:.1f} ms (limit {P95:g} ms), "
        f"{ratio:.2f} × the smallest hub's (limit {GROWTH:g}); as a page asks, "
        f"{more.max():.0f} questions at most, 95 of 100 in {np.percentile(whole, 95):.1f} ms",
        flush=True,
    )
    return p95


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="region,district", help=", ".join(SIZES))
    parser.add_argument("--pairs", type=int, default=200)
    given = parser.parse_args()
    small = None
    for name in given.sizes.split(","):
        found = measure(name, given.pairs, small)
        small = small or found


if __name__ == "__main__":
    main()
