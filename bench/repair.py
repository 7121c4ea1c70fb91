"""A provider falls ill for four weeks: how long it takes to find where each meeting could go.

    python -m bench.repair [--providers 100] [--ill 20]

Times are of the processor alone, SQLite's answers included, for each worker whose meeting is lost.
"""

import argparse
import time
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np

from bench.hubs import Size
from bench.records import NOW, fill, opened
from supervisor.models import Person, Store
from supervisor.plans import repairs

LIMIT = 10.0
WORKERS, WEEKS = 8, 4
FIRST = NOW.date() + timedelta(days=1)


def repair(store: Store, number: int) -> tuple[float, int, int]:
    """Milliseconds, workers who are touched, and meetings for which a time was found."""
    store.rollback()
    store.expunge_all()
    provider = store.get_one(Person, number)
    began = time.process_time()
    found = repairs.plan(store, provider, FIRST, FIRST + timedelta(weeks=WEEKS), NOW)
    took = 1000 * (time.process_time() - began)
    touched = {change.session.entitlement_id for change in found.changes}
    return took, len(touched), sum(change.after is not None for change in found.changes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--providers", type=int, default=100)
    parser.add_argument("--ill", type=int, default=20)
    given = parser.parse_args()
    size = Size(WORKERS * given.providers, given.providers, 2)
    with TemporaryDirectory() as folder, opened(f"sqlite:///{Path(folder) / 'hub.db'}") as store:
        fill(store, size)
        repair(store, 1)
        ill = Random(1).sample(range(1, given.providers + 1), min(given.ill, given.providers))
        took, touched, moved = np.array([repair(store, one) for one in ill]).T
    each = took / np.maximum(touched, 1)
    print(
        f"{len(ill)} providers ill for {WEEKS} weeks: {touched.sum():.0f} workers touched, "
        f"{moved.sum():.0f} find another time; half in {np.median(each):.1f} ms each, "
        f"95 of 100 in {np.percentile(each, 95):.1f} ms (limit {LIMIT:g} ms)"
    )


if __name__ == "__main__":
    main()
