"""Who asked for what is not theirs: noted for the hub, and never told to who asked.

What is there and what is not cost the same, so that nobody can time the difference: each thing
asked for is one row, in an hour no more than a few, however often somebody asks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from supervisor import audit
from supervisor.models import Audit, Conflict, Debrief, DebriefAsk, Person, Store
from supervisor.settings import read

REFUSED, UNKNOWN = "refused", "unknown"
HOUR = timedelta(hours=1)
PRIVATE = (Conflict, Debrief, DebriefAsk)
"""Nobody learns that there is one, the hub neither: it reads as if there were none."""


@dataclass(frozen=True)
class RefusalSettings:
    """How many things of which somebody was refused are noted in an hour."""

    most_an_hour: int = 30


@dataclass(frozen=True)
class Refusal:
    """What was asked for, by the name of its kind and its own id; or, where there is no such
    thing, by a digest of what was asked for."""

    noun: str
    ref: str


def of_record(store: Store, record: type[Any], address: Any, asked: str) -> Refusal:
    """The thing that has this address, whoever may see it."""
    found = store.scalar(select(vars(record)["ref"]).where(address == asked))
    if found is None or record in PRIVATE:
        return unknown(asked)
    return Refusal(str(record.__tablename__), found)


def unknown(asked: str) -> Refusal:
    """There is no such thing, or none that anybody may know of. What was typed is not kept."""
    return Refusal(UNKNOWN, sha256(asked.encode()).hexdigest()[:12])


def is_news(store: Store, person: Person, refusal: Refusal, now: datetime) -> bool:
    """Whether it is not noted yet in this hour, and not too much is."""
    query = select(Audit.noun, Audit.noun_ref).where(
        Audit.at > now - HOUR, Audit.by_id == person.id, Audit.verb == REFUSED
    )
    noted = {(noun, ref) for noun, ref in store.execute(query)}
    few = len(noted) < read(store, RefusalSettings).most_an_hour
    return few and (refusal.noun, refusal.ref) not in noted


def note(store: Store, person: Person, refusal: Refusal, now: datetime) -> None:
    """Write it down; ids alone."""
    audit.record(store, now, person, REFUSED, refusal.noun, refusal.ref)
