"""A period that goes on until a later day: written down with who and when, never with a reason."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from supervisor import audit, entitlements, grants, messages
from supervisor.entitlement_facts import facts_of
from supervisor.errors import Refused
from supervisor.models import Entitlement, Extension, Person, Store
from supervisor.models.engine import read_again
from supervisor.rules import pace
from supervisor.rules.days import DAY, months_after
from supervisor.rules.kinds import Kind
from supervisor.rules.pace import PaceSettings, Position
from supervisor.rules.words import N_
from supervisor.settings import read

MOST_MONTHS, AFTERWARDS = 12, 60
"""No longer than so many months more, and for so many days after its end."""


@dataclass(frozen=True)
class Preview:
    """How it stands today, and how it would with the later last day."""

    last: date
    before: Position
    after: Position


def first_and_last(store: Store, owed: Entitlement, now: datetime) -> tuple[date, date] | None:
    """The days that may be chosen; None where there is none: it is long over, they have left, or
    the next period begins the day after."""
    on = entitlements.day_of(store, owed, now)
    begins = grants.next_begins(store, owed.person, Kind(owed.kind), owed.ends_on)
    first = max(owed.ends_on + DAY, on)
    last = min(months_after(owed.ends_on, MOST_MONTHS), begins - DAY if begins else date.max)
    over = (on - owed.ends_on).days > AFTERWARDS or owed.person.left_on is not None
    return None if over or first > last else (first, last)


def preview(store: Store, owed: Entitlement, ends_on: date, now: datetime) -> Preview:
    """How it would stand. Refused where it cannot be so."""
    _refuse(store, owed, ends_on, now)
    zones = entitlements.zones_of(store, [owed])
    facts, settings = facts_of(store, [owed], now, zones)[owed.id], read(store, PaceSettings)
    on = entitlements.day_of(store, owed, now)
    longer = replace(facts, ends_on=ends_on)
    return Preview(ends_on, pace.assess(facts, on, settings), pace.assess(longer, on, settings))


def _refuse(store: Store, owed: Entitlement, ends_on: date, now: datetime) -> None:
    days = first_and_last(store, owed, now)
    if days is None:
        words = N_("This period cannot go on: it is long over, or something else comes after it.")
        raise Refused(words, field="ends_on")
    if not days[0] <= ends_on <= days[1]:
        words = N_("Choose a day from %(first)s to %(last)s.")
        raise Refused(words, field="ends_on", first=days[0], last=days[1])


def extend(
    store: Store, owed: Entitlement, ends_on: date, by: Person, now: datetime
) -> Extension | None:
    """Let it go on, and tell whoever has it; None where it ends on that day already."""
    read_again(store, owed)
    if owed.ends_on == ends_on:
        return None
    _refuse(store, owed, ends_on, now)
    made = Extension(
        entitlement_id=owed.id, before_on=owed.ends_on, ends_on=ends_on, made_at=now,
        made_by_id=by.id,
    )  # fmt: skip
    store.add(made)
    owed.ends_on = ends_on
    store.flush()
    audit.record(store, now, by, "extend", "entitlement", owed.link, owed.person)
    entitlements.reassess(store, owed, now)
    facts = {"ends": ends_on.isoformat()}
    messages.tell(store, owed.person, f"extended:{owed.ref}:{ends_on}", "extended", facts, now)
    return made


def of(store: Store, owed: Entitlement) -> list[Extension]:
    """How often it was let go on, the earliest first."""
    query = select(Extension).filter_by(entitlement_id=owed.id).order_by(Extension.id)
    return list(store.scalars(query))
