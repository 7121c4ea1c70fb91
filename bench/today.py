"""What Today and a tick of the worker process cost in hubs of several sizes.

    python -m bench.today [--sizes region,district]

Times are of the processor alone. Today reads every entitlement of the hub, so that its time grows
with them, no faster; a tick in which nothing has changed costs the same in every hub.

Of 600 pairs in ten regions, 128 of them not lawful, Today took 537 ms on 26 November 2026 (two
cores that others used as well, load 12), a quarter of it to see which matches are not lawful: 135
ms, and 166 before it read them as rows. Of the demo's district 264 ms, 35 of it for that (47).
"""

import argparse
import time
from collections.abc import Callable
from itertools import pairwise
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from bench.hubs import SIZES
from bench.openings import questions
from bench.records import NOW, fill, opened
from supervisor import clock, entitlements, schedule
from supervisor.models import Entitlement, Store
from supervisor.today import today

GROWTH, TICK = 1.15, 2.0
AGAIN = 3


def measure(name: str) -> tuple[int, float, float]:
    """How many pairs, and the milliseconds of Today and of a tick."""
    with TemporaryDirectory() as folder, opened(f"sqlite:///{Path(folder) / 'hub.db'}") as store:
        pairs = fill(store, SIZES[name])
        clock.set_to(NOW)
        entitlements.reassess_all(store, list(store.scalars(select(Entitlement))), NOW)
        store.commit()
        schedule.run_all(NOW)
        board, asked = _timed(store, lambda: today.board(store, NOW))
        tick, asked_by_tick = _timed(store, lambda: schedule.run_all(NOW))
        clock.set_to(None)
    print(
        f"{name}: {len(pairs):,} pairs; Today {board:.0f} ms, {asked} questions; "
        f"a tick of every job {tick:.0f} ms, {asked_by_tick} questions",
        flush=True,
    )
    return len(pairs), board, tick


def _timed(store: Store, do: Callable[[], object]) -> tuple[float, int]:
    """The quickest of some, and the questions of the last."""
    asked, times = 0, []
    for _turn in range(AGAIN):
        store.rollback()
        store.expunge_all()
        with questions(store) as statements:
            began = time.process_time()
            do()
            times.append(1000 * (time.process_time() - began))
        asked = len(statements)
    return min(times), asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="region,district", help=", ".join(SIZES))
    found = [measure(name) for name in parser.parse_args().sizes.split(",")]
    for (few, short, quick), (many, long, slow) in pairwise(found):
        print(
            f"Today grows with exponent {log(long / short) / log(many / few):.2f} (limit {GROWTH})"
            f"; a tick takes {slow / quick:.2f} times as long (limit {TICK:g})"
        )


if __name__ == "__main__":
    main()
