"""The exceptions: rules that two people set aside for a pair, and rules that are broken."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import broken, overrides
from supervisor.models import Entitlement, Match, Offering, Override, Person, Store
from supervisor.reports.pseudonyms import NAMED
from supervisor.rules.days import DAY
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.zones import today, zone

COLUMNS = (
    "rule", "state", "entitlement", "person", "name", "kind", "provider", "since", "owner",
    "agreed_by", "reason", "until",
)  # fmt: skip
NOTES = (
    Words(
        N_(
            "An exception is asked for by its owner and agreed to by a second person. It holds "
            "from the day of the second yes up to and with the last day, or until it is taken back."
        )
    ),
    Words(
        N_(
            "Broken: a match runs on this day, a rule stands against it, and no exception lets "
            "it pass. Nobody owns it yet. Since when is said where the hub knows it."
        )
    ),
    Words(N_("Not available: what it is is nobody’s to know but the person’s own.")),
)


def exceptions(store: Store, now: datetime) -> Table:
    """What was agreed, the newest first, then what is broken."""
    here = read(store, HubSettings).time_zone
    on = today(now, here)
    rows = [*_agreed(store, on, here), *_broken(store, on)]
    return Table(N_("Exceptions"), COLUMNS, rows, now.astimezone(zone(here)), (*NOTES, NAMED))


def _agreed(store: Store, on: date, here: str) -> Iterator[tuple[Cell, ...]]:
    query = (
        select(Override)
        .where(Override.agreed.is_(True))
        .options(
            joinedload(Override.entitlement).joinedload(Entitlement.person),
            joinedload(Override.provider),
            joinedload(Override.asked_by),
            joinedload(Override.second),
        )
        .order_by(Override.answered_at.desc(), Override.id)
    )
    for one in store.scalars(query):
        assert one.answered_at
        for rule in one.rules:
            yield (
                rule,
                overrides.state(one, on),
                *_whose(one.entitlement, one.provider),
                today(one.answered_at, here),
                one.asked_by.ref,
                one.second.ref,
                one.reason,
                today(one.ended_at, here) if one.ended_at else one.until,
            )


def _whose(entitlement: Entitlement, provider: Person) -> tuple[str, str, str, str, str]:
    person = entitlement.person
    return entitlement.ref, person.ref, person.name, entitlement.kind, provider.ref


def _broken(store: Store, on: date) -> Iterator[tuple[Cell, ...]]:
    vetted = {
        (one.person_id, one.kind): one.vetted_until for one in store.scalars(select(Offering))
    }
    for one in broken.broken(store, on):
        if not broken.runs(one.match, on):
            continue
        until = vetted.get((one.match.provider_id, one.match.entitlement.kind))
        for rule, _words in one.found:
            yield (
                rule,
                N_("Broken"),
                *_whose(one.match.entitlement, one.match.provider),
                _since(one.match, until) if rule == "vetted" else None,
                *(None, None, None, None),
            )


def _since(match: Match, vetted_until: date | None) -> date | None:
    """The day after the vetting ended, or on which it began without one."""
    begun = match.starts_on
    return max(begun, vetted_until + DAY) if begun and vetted_until else begun
