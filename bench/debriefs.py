"""Whom to ask, nearest in time, when somebody wants to talk: a search over two hundred providers.

    python -m bench.debriefs [--providers 200] [--people 40]

Times are of the processor alone, SQLite's answers included.
"""

import argparse
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np

from bench.hubs import Size
from bench.records import NOW, Pair, fill, opened
from supervisor.debriefs.debrief_people import next_to_ask
from supervisor.models import Debrief, Person, Store
from supervisor.rules.debrief import Whom
from supervisor.rules.kinds import Mode

LIMIT = 500.0
WORKERS = 4


def search(store: Store, pair: Pair) -> tuple[float, int]:
    """Milliseconds of one search, and how many could be asked."""
    store.rollback()
    store.expunge_all()
    person = store.get_one(Person, pair.worker)
    talk = Debrief(person=person, whom=Whom.ANOTHER, way=Mode.VIDEO, asked_at=NOW, asks=[])
    began = time.process_time()
    with store.no_autoflush:
        found = next_to_ask(store, talk, NOW)
    return 1000 * (time.process_time() - began), len(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--providers", type=int, default=200)
    parser.add_argument("--people", type=int, default=40)
    given = parser.parse_args()
    size = Size(WORKERS * given.providers, given.providers, 2)
    with TemporaryDirectory() as folder, opened(f"sqlite:///{Path(folder) / 'hub.db'}") as store:
        pairs = fill(store, size)
        search(store, pairs[0])
        asked = Random(1).sample(pairs, min(given.people, len(pairs)))
        times, found = np.array([search(store, pair) for pair in asked]).T
    print(
        f"{size.providers} providers, {size.workers} workers: {np.median(found):.0f} can be asked; "
        f"half in {np.median(times):.0f} ms, 95 of 100 in {np.percentile(times, 95):.0f} ms "
        f"(limit {LIMIT:g} ms)"
    )


if __name__ == "__main__":
    main()
