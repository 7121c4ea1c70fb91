"""Many real processes that each try to book the same time, again and again, in step.

    python -m tests.contenders DATABASE NOW START...

Each entitlement whose id begins with `rival-` has a process of its own, with an engine and a
connection of its own. What each of them met in each round is printed as JSON.
"""

import json
import multiprocessing
import sys
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import Engine, create_engine, select

from supervisor.commitments import TimeGone
from supervisor.models import Entitlement, Store, line
from supervisor.models.engine import prepare, write_from_now, writing
from supervisor.openings.openings import openings
from supervisor.sessions import sessions

PATIENCE = 120
"""Many times that of a server, since fifty may share a machine that is slow."""


def main(database: str, now: str, *starts: str) -> None:
    line.PATIENCE *= PATIENCE
    engine = create_engine(database)
    prepare(engine)
    rivals = _rivals(engine)
    _warm(engine, rivals[0], _times(starts)[0], datetime.fromisoformat(now))
    processes = multiprocessing.get_context("fork")
    together, ends = processes.Barrier(len(rivals)), []
    for ref in rivals:
        mine, theirs = processes.Pipe()
        args = (engine, ref, datetime.fromisoformat(now), _times(starts), together, theirs)
        process = processes.Process(target=_try_all, args=args)
        process.start()
        ends.append((process, mine))
    met = [pipe.recv() for _process, pipe in ends]
    for process, _pipe in ends:
        process.join()
    json.dump(list(zip(*met, strict=True)), sys.stdout)


def _times(starts: tuple[str, ...]) -> list[datetime]:
    return [datetime.fromisoformat(start) for start in starts]


def _rivals(engine: Engine) -> list[str]:
    with Store(engine) as store:
        query = select(Entitlement.ref).where(Entitlement.ref.startswith("rival-"))
        return list(store.scalars(query.order_by(Entitlement.ref)))


def _warm(engine: Engine, ref: str, start: datetime, now: datetime) -> None:
    """What a server has learned long before such a rush: nobody's first question is slow."""
    with writing(), Store(engine) as store:
        openings(store, _owed(store, ref), now)
        sessions.book(store, _owed(store, ref), start, None, _owed(store, ref).person, now)
        store.rollback()
    engine.dispose()


def _owed(store: Store, ref: str) -> Entitlement:
    return store.scalars(select(Entitlement).where(Entitlement.ref == ref)).one()


def _try_all(
    engine: Engine,
    ref: str,
    now: datetime,
    starts: list[datetime],
    together: Barrier,
    pipe: Connection,
) -> None:
    engine.dispose(close=False)
    met = []
    for start in starts:
        with writing(), Store(engine) as store:
            together.wait(PATIENCE)
            met.append(_try(store, ref, start, now))
    pipe.send(met)


def _try(store: Store, ref: str, start: datetime, now: datetime) -> dict[str, Any]:
    """Book as a worker does on their page; what came of it."""
    try:
        entitlement = _owed(store, ref)
        sessions.book(store, entitlement, start, None, entitlement.person, now)
        store.commit()
    except TimeGone as gone:
        store.rollback()
        write_from_now(on=False)
        return {"gone": str(gone), "others": [one.starts_at.isoformat() for one in gone.others]}
    except Exception as error:
        return {"error": repr(error)}
    return {"won": ref}


if __name__ == "__main__":
    main(*sys.argv[1:])
