"""What a plan proposes goes together: rooms, the time around meetings, and the road between."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations
from math import ceil
from random import Random
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select

from supervisor.models import (
    Entitlement,
    Match,
    MeetingRoom,
    OwnBooking,
    Person,
    Place,
    Session,
    Store,
    Visit,
    Window,
)
from supervisor.plans import plans
from supervisor.rules.distance import km_between
from supervisor.rules.kinds import Kind, MatchState, Mode
from supervisor.rules.openings import BookingSettings
from supervisor.settings import save
from tests.test_room_hours import rooms

FIRST, LAST = date(2027, 2, 10), date(2027, 5, 31)
HOUR = 60


@pytest.fixture
def owe(store: Store, cast: SimpleNamespace, now: datetime):
    """A worker in a place whom somebody owes sessions; free all day from Monday to Friday."""
    store.delete(cast.match)

    def owed(ref: str, provider: Person, place: Place, modes: list[str], **own: int) -> Person:
        worker = Person(ref=ref, name=ref.title(), place=place, modes=modes)
        worker.windows = [Window(weekday=d, starts_minute=540, ends_minute=1020) for d in range(5)]
        worker.own_booking = OwnBooking(**own) if own else None
        entitlement = Entitlement(
            ref=f"{ref}-2027", person=worker, kind=Kind.PEER_SUPERVISION, sessions=4, minutes=60,
            starts_on=date(2027, 1, 1), ends_on=LAST,
        )  # fmt: skip
        match = Match(
            entitlement=entitlement, provider=provider, state=MatchState.ACTIVE,
            starts_on=entitlement.starts_on,
        )  # fmt: skip
        store.add_all([entitlement, match])
        store.flush()
        return worker

    return owed


def given(store: Store, person: Person, *hours: tuple[int, int, int]) -> None:
    """The only hours of somebody: weekday, from, to."""
    store.execute(delete(Window).where(Window.person_id == person.id))
    for weekday, starts, ends in hours:
        row = Window(person_id=person.id, weekday=weekday, starts_minute=starts, ends_minute=ends)
        store.add(row)
    store.commit()


def kept(store: Store, now: datetime) -> list[Session]:
    """All that is proposed is kept, in an order that nobody planned, and nothing has gone."""
    owed = list(store.scalars(select(Entitlement).order_by(Entitlement.ref.desc())))
    for one in Random(3).sample(owed, len(owed)):
        done, gone = plans.keep(store, one, one.person, now)
        assert [proposal.starts_at for proposal in gone] == []
        assert all(session.mode for session in done)
    store.commit()
    return list(store.scalars(select(Session).order_by(Session.starts_at)))


def km(one: Place, other: Place) -> float:
    ends = [(p.latitude, p.longitude) for p in (one, other)]
    return 0 if one is other else km_between(*ends)


def apart(person: Person, one: Session, other: Session, visits: dict[date, Place]) -> int:
    """Minutes that somebody needs between two of their meetings."""
    own = person.own_booking or OwnBooking()
    before, after = own.before_minutes or 0, own.after_minutes or 0
    on_call = visits.get(one.local_start.date(), person.place)
    there = [one.place or on_call, other.place or on_call]
    if one.mode == other.mode != Mode.IN_PERSON:
        there = [person.place, person.place]
    elif on_call not in there:
        there = [one.place or person.place, other.place or person.place]
    road = ceil(km(*there) / 60 * HOUR / 5) * 5
    return before + road + after if road else max(before, after)


def check(person: Person, theirs: list[Session], visits: dict[date, Place]) -> None:
    for one, other in combinations(theirs, 2):
        if one.local_start.date() == other.local_start.date():
            free = other.starts_at - one.starts_at - timedelta(minutes=one.minutes)
            assert free >= timedelta(minutes=apart(person, one, other, visits)), person.ref


def _providers(store: Store, cast: SimpleNamespace) -> dict[date, Place]:
    """Ana visits Cromwell every second Thursday, Dan meets there on Mondays, Rua has one buffer
    more; the days of Ana's visits."""
    for person in (cast.ana, cast.dan, cast.rua):
        person.modes = [Mode.IN_PERSON, Mode.VIDEO]
        given(store, person, *((day, 540, 1020) for day in range(5)))
        person.travel_km = 400
    cast.ana.travel_km = 50
    cast.dan.windows[0].place = cast.cromwell
    cast.ana.own_booking = OwnBooking(before_minutes=10, after_minutes=15)
    cast.rua.own_booking = OwnBooking(after_minutes=30, most_a_day=4)
    first = date(2027, 2, 11)
    store.add(
        Visit(
            person_id=cast.ana.id, place_id=cast.cromwell.id, first_on=first, every_weeks=2,
            starts_minute=600, ends_minute=840,
        )
    )  # fmt: skip
    store.commit()
    return {first + timedelta(weeks=2 * n): cast.cromwell for n in range(20)}


@pytest.mark.parametrize("seed", range(4))
def test_a_whole_plan_is_kept_and_nobody_is_rushed(store: Store, cast, now, owe, seed) -> None:
    random = Random(seed)
    rooms(store, cast.cromwell, 2, 4)
    store.add(MeetingRoom(ref="den", place=cast.dunedin, name="Den", seats=3))
    visits = _providers(store, cast)
    for n in range(16):
        place = random.choice([cast.cromwell, cast.dunedin, cast.dunedin])
        modes = random.choice([[Mode.IN_PERSON], [Mode.IN_PERSON], [Mode.VIDEO]])
        own = random.choice([{}, {}, {"before_minutes": 20}])
        owe(f"w{n}", random.choice([cast.ana, cast.dan, cast.rua]), place, modes, **own)
    made = plans.plan(store, FIRST, LAST, now)
    sessions = kept(store, now)
    assert len(sessions) == made.placed
    assert made.placed > 30
    assert all(one.room for one in sessions if one.mode == Mode.IN_PERSON)
    for provider in (cast.ana, cast.dan, cast.rua):
        theirs = [one for one in sessions if one.provider_id == provider.id]
        check(provider, theirs, visits if provider is cast.ana else {})


def test_two_who_would_like_the_one_room_are_proposed_two_times(
    store: Store, cast, now, owe
) -> None:
    """Both have Wednesday from nine to eleven alone."""
    rooms(store, cast.dunedin, 2)
    for provider, ref in ((cast.ana, "eve"), (cast.dan, "fay")):
        provider.modes = [Mode.IN_PERSON]
        given(store, owe(ref, provider, cast.dunedin, [Mode.IN_PERSON]), (2, 540, 660))
    store.commit()
    made = plans.plan(store, FIRST, LAST, now)
    assert (made.placed, made.short) == (8, [])
    assert len(kept(store, now)) == 8


def test_where_the_hub_lets_people_meet_without_a_room_none_is_waited_for(
    store: Store, cast, now, owe
) -> None:
    rooms(store, cast.dunedin, 2)
    save(store, replace(BookingSettings(), without_room=True))
    for provider, ref in ((cast.ana, "eve"), (cast.dan, "fay")):
        provider.modes = [Mode.IN_PERSON]
        given(store, owe(ref, provider, cast.dunedin, [Mode.IN_PERSON]), (2, 540, 600))
    store.commit()
    assert plans.plan(store, FIRST, LAST, now).placed == 8
    assert len(kept(store, now)) == 8


def test_a_worker_has_no_more_planned_in_a_day_than_they_want(store: Store, cast, now, owe) -> None:
    """Two who support the same worker, who are all free on Wednesdays alone."""
    eve = owe("eve", cast.ana, cast.dunedin, [Mode.VIDEO], most_a_day=1)
    _also_owe(store, eve, cast.dan)
    for person in (cast.ana, cast.dan, eve):
        person.modes = [Mode.VIDEO]
        given(store, person, (2, 540, 1020))
    made = plans.plan(store, FIRST, LAST, now)
    assert made.placed == 8
    assert len({time.starts_at.date() for time in made.times}) == 8
    assert len(kept(store, now)) == 8


@pytest.mark.parametrize("who", ["worker", "provider"])
def test_nothing_is_planned_sooner_than_either_wants_to_be_booked(
    store: Store, cast, now, owe, who
) -> None:
    eve = owe("eve", cast.ana, cast.dunedin, [Mode.VIDEO])
    cast.ana.modes = [Mode.VIDEO]
    person = eve if who == "worker" else cast.ana
    person.own_booking = OwnBooking(notice_hours=40 * 24)
    store.commit()
    made = plans.plan(store, now.date(), LAST, now)
    assert made.placed == 4
    assert min(time.starts_at for time in made.times) >= now + timedelta(days=40)
    assert len(kept(store, now)) == 4


def _also_owe(store: Store, worker: Person, provider: Person) -> None:
    """Four sessions of another kind."""
    other = Entitlement(
        ref="other-2027", person=worker, kind=Kind.COACHING, sessions=4, minutes=60,
        starts_on=date(2027, 1, 1), ends_on=LAST,
    )  # fmt: skip
    match = Match(
        entitlement=other, provider=provider, state=MatchState.ACTIVE, starts_on=other.starts_on
    )
    store.add_all([other, match])
    store.flush()
