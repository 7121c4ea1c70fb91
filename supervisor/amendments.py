"""A new number of sessions from a day on: how it would stand, and writing it down."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select, update

from supervisor import audit, entitlements, messages
from supervisor.entitlement_facts import facts_of
from supervisor.errors import Refused
from supervisor.models import Amendment, Entitlement, Person, Store
from supervisor.rules import pace
from supervisor.rules.pace import Facts, PaceSettings, Position
from supervisor.rules.words import N_
from supervisor.settings import read

MOST = 400


@dataclass(frozen=True)
class Preview:
    """How it stands on a day, and how it would stand with the new number."""

    on: date
    before: Position
    after: Position


def preview(
    store: Store, entitlement: Entitlement, sessions: int, from_on: date, now: datetime
) -> Preview:
    """On the first day of the new number, if nothing happens until then. Refused where it
    cannot be so."""
    facts = _facts(store, entitlement, now)
    _refuse(facts, entitlement, sessions, from_on, entitlements.day_of(store, entitlement, now))
    totals = [total for total in facts.totals if total[0] != from_on]
    changed = replace(facts, totals=(*totals, (from_on, sessions)))
    settings = read(store, PaceSettings)
    before, after = (pace.assess(one, from_on, settings) for one in (facts, changed))
    return Preview(from_on, before, after)


def _facts(store: Store, entitlement: Entitlement, now: datetime) -> Facts:
    zones = {entitlement.person_id: entitlements.zone_of(store, entitlement)}
    return facts_of(store, [entitlement], now, zones)[entitlement.id]


def _refuse(facts: Facts, owed: Entitlement, sessions: int, from_on: date, on: date) -> None:
    """What was expected before a day stays, and so no day of the past is changed."""
    first = max(on, owed.starts_on)
    if not first <= from_on <= owed.ends_on:
        raise Refused(
            N_("Choose a day from %(first)s to %(last)s."),
            field="from_on", first=first, last=owed.ends_on,
        )  # fmt: skip
    if not max(1, held := facts.held_by(on)) <= sessions <= MOST:
        raise Refused(
            N_("Write a number from %(least)s to %(most)s. %(held)s are done already."),
            field="sessions", least=max(1, held), most=MOST, held=held,
        )  # fmt: skip
    if sessions == facts.contracted(from_on):
        raise Refused(N_("That is the number already. Write another."), field="sessions")


def amend(
    store: Store, entitlement: Entitlement, sessions: int, from_on: date, by: Person, now: datetime
) -> Amendment:
    """Write it down and tell the worker. A second number from the same day replaces the first."""
    preview(store, entitlement, sessions, from_on, now)
    made = _write(store, entitlement, sessions, from_on, by, now)
    facts = {"sessions": sessions, "starts": from_on.isoformat()}
    cause = f"amended:{entitlement.ref}:{now.isoformat()}"
    messages.tell(store, entitlement.person, cause, "amended", facts, now)
    return made


def settle(
    store: Store, entitlement: Entitlement, sessions: int, from_on: date, by: Person, now: datetime
) -> Amendment:
    """The number from that day to the end, whatever was written down for later, even none at all.
    Whoever asks for it tells the worker."""
    later = Amendment.entitlement_id == entitlement.id, Amendment.from_on > from_on
    store.execute(update(Amendment).where(*later).values(sessions=sessions))
    return _write(store, entitlement, sessions, from_on, by, now)


def _write(
    store: Store, entitlement: Entitlement, sessions: int, from_on: date, by: Person, now: datetime
) -> Amendment:
    query = select(Amendment).filter_by(entitlement_id=entitlement.id, from_on=from_on)
    made = store.scalar(query)
    made = made or Amendment(entitlement_id=entitlement.id, from_on=from_on)
    made.sessions, made.made_at, made.made_by_id = sessions, now, by.id
    store.add(made)
    store.flush()
    audit.record(store, now, by, "amend", "entitlement", entitlement.link, entitlement.person)
    entitlements.reassess(store, entitlement, now)
    return made
