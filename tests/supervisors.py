"""More people who supervise, and a year that Dan is owed, for tests of who may be chosen."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from supervisor.models import Entitlement, Offering, Person, Provider, Store, Trait, Window
from supervisor.rules.kinds import Kind, Mode


def free_on_weekdays(cast: SimpleNamespace, ref: str, name: str) -> Person:
    """Somebody in Dunedin who meets by video and has lived experience of their own."""
    return Person(
        ref=ref, name=name, email=f"{ref}@example.org", place=cast.dunedin, modes=[Mode.VIDEO],
        traits=[Trait(word=cast.consumer)],
        windows=[Window(weekday=d, starts_minute=540, ends_minute=900) for d in range(5)],
    )  # fmt: skip


def provider(
    store: Store, cast: SimpleNamespace, ref: str, name: str = "",
    kind: Kind = Kind.PEER_SUPERVISION, capacity: int = 2,
) -> Person:  # fmt: skip
    """Such a one who supervises so many."""
    person = free_on_weekdays(cast, ref, name or f"{ref.title()} Tan")
    store.add(person)
    store.flush()
    store.add(Provider(person_id=person.id))
    store.flush()
    vetted = date(2028, 12, 31)
    store.add(Offering(person_id=person.id, kind=kind, capacity=capacity, vetted_until=vetted))
    store.commit()
    return person


def dans_year(store: Store, cast: SimpleNamespace, **changes: Any) -> Entitlement:
    """Ten sessions for Dan, with nobody yet."""
    return year_of(store, cast.dan, **changes)


def year_of(store: Store, person: Person, **changes: Any) -> Entitlement:
    """Ten sessions for somebody, with nobody yet."""
    ref = changes.setdefault("ref", f"{person.ref}-2027")
    owed = Entitlement(
        **{
            "link": ref, "person": person, "kind": Kind.PEER_SUPERVISION, "sessions": 10,
            "minutes": 60, "starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31),
            "mandatory": True, **changes,
        }
    )  # fmt: skip
    store.add(owed)
    store.commit()
    return owed
