"""What a provider can take, as the hub sets it: people of each kind, vetting, hours a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from supervisor import audit
from supervisor.errors import Refused
from supervisor.models import Offering, Person, Provider, Store
from supervisor.rules.words import N_

MOST_PEOPLE = 50
MOST_HOURS = 2000


@dataclass(frozen=True)
class Limit:
    """So many people of one kind, vetted up to and with a day; None is not vetted."""

    kind: str
    capacity: int
    until: date | None


def offerings(store: Store, person: Person) -> list[Offering]:
    """What this person offers, each kind once."""
    query = select(Offering).where(Offering.person_id == person.id).order_by(Offering.kind)
    return list(store.scalars(query))


def hours_a_year(store: Store, person: Person) -> float | None:
    """The hours that they give over all kinds; None is no limit."""
    provider = store.get(Provider, person.id)
    return provider.hours_a_year if provider else None


def change(
    store: Store,
    person: Person,
    limits: Sequence[Limit],
    hours: float | None,
    by: Person,
    now: datetime,
) -> None:
    """Whom they meet already they go on meeting; it counts for whoever comes next."""
    there = {one.kind: one for one in offerings(store, person)}
    for limit in limits:
        if not 0 <= limit.capacity <= MOST_PEOPLE:
            raise Refused(
                N_("Write how many people they can take, from 0 to 50."),
                field=f"capacity-{limit.kind}",
            )
        there[limit.kind].capacity = limit.capacity
        there[limit.kind].vetted_until = limit.until
    if hours is not None and not 0 < hours <= MOST_HOURS:
        raise Refused(N_("Write the hours a year as a number, or leave it empty."), field="hours")
    store.get_one(Provider, person.id).hours_a_year = hours
    store.flush()
    audit.record(store, now, by, "limit", "person", audit.of(person))
