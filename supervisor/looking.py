"""What the jobs that look for something long share: none of them holds a lock while it looks."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from supervisor.extensions import db
from supervisor.models import Store
from supervisor.models.engine import writing

log = logging.getLogger(__name__)
Result = TypeVar("Result")


def write(act: Callable[..., Result], *given: Any) -> Result:
    """One act in a transaction of its own."""
    store: Store = db.session()
    with writing():
        result = act(store, *given)
        store.commit()
    return result


def found_or_none(what: str, number: int, look: Callable[[], Result]) -> Result | None:
    """What is found; None where something broke, which is logged and stops nobody else."""
    try:
        return look()
    except Exception:
        db.session.rollback()
        log.exception("%s %d broke", what, number)
        return None
