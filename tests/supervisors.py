"""More people who supervise, and a year that Dan is owed, for tests of who may be chosen."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from supervisor.models import Entitlement, Offering, Person, Provider, Store, Trait, Window
from supervisor.rules.kinds import Kind, Mode


def provider(
    store: Store, cast: SimpleNamespace, ref: str, name: str, kind: Kind = Kind.PEER_SUPERVISION
) -> Person:
    """Somebody free on weekdays, in Dunedin, by video, with room for two."""
    person = Person(
        ref=ref, name=name, email=f"{ref}@example.org", place=cast.dunedin, modes=[Mode.VIDEO],
        traits=[Trait(word=cast.consumer)],
        windows=[Window(weekday=d, starts_minute=540, ends_minute=900) for d in range(5)],
    )  # fmt: skip
    store.add(person)
    store.flush()
    store.add(Provider(person_id=person.id))
    store.flush()
    vetted = date(2028, 12, 31)
    store.add(Offering(person_id=person.id, kind=kind, capacity=2, vetted_until=vetted))
    store.commit()
    return person


def dans_year(store: Store, cast: SimpleNamespace, **changes: Any) -> Entitlement:
    """Ten sessions for Dan, with nobody yet."""
    ref = changes.setdefault("ref", "dan-2027")
    owed = Entitlement(
        **{
            "link": ref, "person": cast.dan, "kind": Kind.PEER_SUPERVISION, "sessions": 10,
            "minutes": 60, "starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31),
            "mandatory": True, **changes,
        }
    )  # fmt: skip
    store.add(owed)
    store.commit()
    return owed
