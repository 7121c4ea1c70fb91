"""Two in mentoring for tests of swapping: Xan is Dan's tuakana, and has four years more."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

from supervisor import commitments, entitlements
from supervisor.models import (
    Entitlement,
    Match,
    Offering,
    Person,
    Provider,
    Session,
    Store,
    Trait,
    Window,
)
from supervisor.rules.kinds import Kind, MatchState, Mode
from supervisor.zones import to_local

AUCKLAND = "Pacific/Auckland"
TODAY = date(2027, 2, 10)
TOMORROW = date(2027, 2, 11)


def pair(store: Store, cast: SimpleNamespace, now: datetime) -> SimpleNamespace:
    """Ten sessions for Dan with Xan in 2027: two are done, two are booked."""
    cast.xan = _xan(store, cast)
    cast.dan.years_experience = 2
    cast.owed = Entitlement(
        ref="dan-mentoring", link="dan-mentoring", person=cast.dan, kind=Kind.MENTORING,
        sessions=10, minutes=60, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
        payer="hub",
    )  # fmt: skip
    cast.pair = Match(
        ref="dan-xan", entitlement=cast.owed, provider=cast.xan, state=MatchState.ACTIVE,
        starts_on=date(2027, 1, 1),
    )  # fmt: skip
    store.add_all([cast.owed, cast.pair])
    store.flush()
    for weeks in (-4, -2):
        session(store, cast, now + timedelta(weeks=weeks), outcome="held")
    cast.booked = [session(store, cast, now + timedelta(weeks=weeks)) for weeks in (2, 6)]
    entitlements.reassess(store, cast.owed, now)
    store.commit()
    return cast


def _xan(store: Store, cast: SimpleNamespace) -> Person:
    xan = Person(
        ref="xan", name="Xan Po", email="xan@example.org", place=cast.dunedin, modes=[Mode.VIDEO],
        traits=[Trait(word=cast.consumer)], years_experience=6,
        windows=[Window(weekday=d, starts_minute=540, ends_minute=900) for d in range(5)],
    )  # fmt: skip
    store.add(xan)
    store.flush()
    store.add(Provider(person_id=xan.id))
    store.flush()
    until = date(2028, 12, 31)
    store.add(Offering(person_id=xan.id, kind=Kind.MENTORING, capacity=2, vetted_until=until))
    return xan


def session(
    store: Store, cast: SimpleNamespace, starts_at: datetime, outcome: str | None = None
) -> Session:
    """One of Dan and Xan, an hour by video."""
    made = Session(
        entitlement=cast.owed, provider=cast.xan, starts_at=starts_at, minutes=60, mode=Mode.VIDEO,
        local_start=to_local(starts_at, AUCKLAND), zone=AUCKLAND, outcome=outcome,
        booked_at=starts_at - timedelta(days=60), changed_at=starts_at,
    )  # fmt: skip
    store.add(made)
    store.flush()
    if outcome is None:
        commitments.commit_both(store, made)
    return made
