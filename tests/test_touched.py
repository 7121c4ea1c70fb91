"""Jobs that look at whom something changed about find what they would find among everybody."""

from datetime import date, datetime, timedelta
from random import Random
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from supervisor import capacity, pulse, schedule, touched
from supervisor.alerts import alert_providers
from supervisor.models import (
    Alert,
    Entitlement,
    LookedAt,
    Match,
    Offering,
    Person,
    Provider,
    PulseAsk,
    Session,
    Store,
    Touched,
)
from supervisor.pulse import PulseSettings
from supervisor.rules import pulse as rules
from supervisor.rules.kinds import MATCHED_KINDS, Kind, MatchState, Mode, Outcome
from supervisor.settings import read, save
from supervisor.zones import today

DAY = timedelta(days=1)
ZONE = "Pacific/Auckland"
STEPS = 60


def over_among_everybody(store: Store, now: datetime) -> set[int]:
    on = today(now, ZONE)
    held, loads = capacity.minutes_held(store, on), capacity.loads(store, on)
    hours = {one.person_id: one.hours_a_year for one in store.scalars(select(Provider))}
    return {load.provider.id for load in loads if load.free < 0} | {
        load.provider.id
        for load in loads
        if (given := hours[load.provider.id]) is not None
        and held.get(load.provider.id, 0) > given * 60
    }


def due_among_everybody(store: Store, now: datetime) -> dict[int, int]:
    """How many meetings each has had who is to be asked."""
    every = read(store, PulseSettings).every
    counts = (
        select(Entitlement.person_id, func.count(Session.id), func.max(Session.starts_at))
        .join(Session, Session.entitlement_id == Entitlement.id)
        .where(Session.outcome == Outcome.HELD, Session.counts, Entitlement.kind.in_(MATCHED_KINDS))
        .group_by(Entitlement.person_id)
    )
    cards = {one.person_id: one for one in store.scalars(select(PulseAsk))}
    left = set(store.scalars(select(Person.id).where(Person.left_on.is_not(None))))
    return {
        person: held
        for person, held, last in store.execute(counts)
        if held >= every
        and last > now - pulse.LATELY
        and person not in left
        and not (person in cards and cards[person].stopped)
        and rules.is_due(held, cards[person].held if person in cards else 0, every)
    }


class Hub:
    """Three who supervise, eight who are owed meetings, and whatever may happen to them."""

    def __init__(self, store: Store, seed: int, now: datetime) -> None:
        self.store, self.random, self.now, self.made = store, Random(seed), now, 0
        self.gives = [Person(ref=f"gives-{n}", name=f"Gives {n}") for n in range(3)]
        self.owed = [self._owed(n) for n in range(8)]
        store.add_all([*self.gives, *self.owed])
        for one in self.gives:
            store.add(Provider(person=one, hours_a_year=None))
            store.flush()
            store.add(Offering(person_id=one.id, kind=Kind.PEER_SUPERVISION, capacity=2))
        store.commit()

    def _owed(self, number: int) -> Entitlement:
        return Entitlement(
            ref=f"owed-{number}", person=Person(ref=f"owed-{number}", name=f"Owed {number}"),
            kind=Kind.PEER_SUPERVISION, sessions=10, minutes=60,
            starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
        )  # fmt: skip

    def something_happens(self) -> None:
        act = self.random.choice([
            self._meets, self._meets, self._ends, self._goes, self._moves, self._other_terms,
            self._other_limit, *[self._held] * 8, self._said_otherwise,
            self._never_was, self._leaves, self._stops, self._days_pass,
        ])  # fmt: skip
        act()
        self.store.commit()

    def _a_day(self, least: int, most: int) -> date:
        return today(self.now, ZONE) + self.random.randint(least, most) * DAY

    def _matches(self) -> list[Match]:
        return list(self.store.scalars(select(Match).where(Match.ref.like("m-%"))))

    def _meets(self) -> None:
        taken = {match.entitlement_id for match in self._matches()}
        free = [one for one in self.owed if one.id not in taken]
        if free:
            self.made += 1
            self.store.add(
                Match(
                    ref=f"m-{self.made}", entitlement=self.random.choice(free),
                    provider=self.random.choice(self.gives), state=MatchState.ACTIVE,
                    starts_on=self._a_day(-20, 5),
                )
            )  # fmt: skip

    def _some(self, query) -> object:
        found = list(self.store.scalars(query))
        return self.random.choice(found) if found else None

    def _match(self) -> Match | None:
        return self._some(select(Match).where(Match.ref.like("m-%")))

    def _ends(self) -> None:
        if match := self._match():
            match.ends_on = max(match.starts_on, self._a_day(-3, 6))
            match.state = self.random.choice([MatchState.ACTIVE, MatchState.ENDED])

    def _goes(self) -> None:
        named = select(Alert.match_id).where(Alert.match_id.is_not(None))
        if match := self._some(select(Match).where(Match.ref.like("m-%"), Match.id.not_in(named))):
            self.store.delete(match)

    def _moves(self) -> None:
        if match := self._match():
            match.provider = self.random.choice(self.gives)

    def _other_terms(self) -> None:
        owed = self.random.choice(self.owed)
        owed.sessions, owed.minutes = self.random.randint(1, 30), self.random.choice([30, 60, 90])
        owed.ends_on = self._a_day(-2, 200)
        owed.kind = self.random.choice([*[Kind.PEER_SUPERVISION] * 3, Kind.LINE_CATCH_UP])

    def _other_limit(self) -> None:
        one = self.random.choice(self.gives)
        self.store.get_one(Provider, one.id).hours_a_year = self.random.choice([None, 5, 15, 40])
        offering = self.store.scalars(select(Offering).filter_by(person_id=one.id)).one()
        offering.capacity = self.random.randint(0, 3)

    def _held(self) -> None:
        self.made += 1
        starts = self.now - self.random.randint(0, 16) * DAY
        self.store.add(
            Session(
                ref=f"s-{self.made}", entitlement=self.random.choice(self.owed[:2]),
                provider=self.gives[0], starts_at=starts, local_start=starts.replace(tzinfo=None),
                zone="UTC", minutes=60, mode=Mode.VIDEO, changed_at=starts,
                outcome=self.random.choice([None, Outcome.HELD, Outcome.HELD]),
            )
        )  # fmt: skip

    def _session(self) -> Session | None:
        return self._some(select(Session).where(Session.ref.like("s-%")))

    def _said_otherwise(self) -> None:
        if session := self._session():
            session.outcome = self.random.choice([Outcome.HELD, None, Outcome.DID_NOT_HAPPEN])
            session.entitlement = self.random.choice(self.owed[:2])

    def _never_was(self) -> None:
        named = select(Alert.session_id).where(Alert.session_id.is_not(None))
        ours = select(Session).where(Session.ref.like("s-%"), Session.id.not_in(named))
        if session := self._some(ours):
            self.store.delete(session)

    def _leaves(self) -> None:
        person = self.owed[self.random.randint(0, 1)].person
        person.left_on = None if person.left_on else self._a_day(-5, 0)

    def _stops(self) -> None:
        person = self.owed[self.random.randint(0, 1)].person
        if pulse.has_stopped(self.store, person):
            pulse.begin_again(self.store, person)
        else:
            pulse.stop(self.store, person)

    def _days_pass(self) -> None:
        self.now += self.random.choice([1, 1, 3]) * DAY


@pytest.mark.parametrize("seed", [0, 2, 3])
def test_whatever_happens_whoever_is_over_is_found_and_whoever_is_due_is_asked(
    store: Store, cast: SimpleNamespace, now: datetime, seed: int
) -> None:
    save(store, PulseSettings(every=2))
    hub, searched, asked = Hub(store, seed, now), 0, 0
    for _step in range(STEPS):
        hub.something_happens()
        if hub.random.random() < 0.4:
            assert schedule.run_one("search for alerts", hub.now)
            store.expire_all()
            raised = select(Alert.person_id).filter_by(name="over_capacity", ended_at=None)
            assert set(store.scalars(raised)) == over_among_everybody(store, hub.now)
            searched += bool(over_among_everybody(store, hub.now))
        if hub.random.random() < 0.4:
            due = due_among_everybody(store, hub.now)
            before = {one.person_id: one.held for one in store.scalars(select(PulseAsk))}
            assert schedule.run_one("ask three short questions", hub.now)
            store.expire_all()
            after = {one.person_id: one.held for one in store.scalars(select(PulseAsk))}
            assert after == before | due
            asked += bool(due)
    assert searched
    assert asked


def _one_more_held(store: Store, cast: SimpleNamespace, now: datetime, number: int) -> None:
    starts = now - number * timedelta(hours=2)
    store.add(
        Session(
            ref=f"s-{number}", entitlement_id=cast.entitlement.id, provider_id=cast.ana.id,
            starts_at=starts, local_start=starts.replace(tzinfo=None), zone="UTC", minutes=60,
            mode=Mode.VIDEO, changed_at=starts, outcome=Outcome.HELD,
        )
    )  # fmt: skip
    store.flush()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_is_committed_late_is_looked_at_the_next_time(
    store: Store, cast: SimpleNamespace, now: datetime
) -> None:
    save(store, PulseSettings(every=2))
    _one_more_held(store, cast, now, 1)
    store.commit()
    pulse.ask(store, now)
    store.commit()
    with Store(store.get_bind()) as late:
        _one_more_held(late, cast, now, 2)
        touched.touch(store, pulse.JOB, cast.dan.id)
        pulse.ask(store, now)
        store.commit()
        assert store.scalars(select(PulseAsk)).all() == []
        late.commit()
    pulse.ask(store, now)
    assert [one.person for one in store.scalars(select(PulseAsk))] == [cast.ben]


def test_a_search_that_was_stopped_looks_at_all_of_it_again(
    store: Store, cast: SimpleNamespace, now: datetime
) -> None:
    cast.offering.capacity = 0
    store.commit()
    schedule.STOPPING.set()
    try:
        assert schedule.run_one("search for alerts", now)
    finally:
        schedule.STOPPING.clear()
    assert store.scalars(select(Alert)).all() == []
    assert store.get(LookedAt, alert_providers.OVER) is None
    assert schedule.run_one("search for alerts", now)
    assert "over_capacity" in store.scalars(select(Alert.name))
    assert store.scalars(select(Touched).filter_by(reader=alert_providers.OVER)).all() == []


def test_where_nobody_is_asked_nothing_piles_up_and_then_everybody_is_looked_at(
    store: Store, cast: SimpleNamespace, now: datetime
) -> None:
    pulse.ask(store, now)
    save(store, PulseSettings(ask=False, every=2))
    for number in (1, 2):
        _one_more_held(store, cast, now, number)
        pulse.ask(store, now)
    assert store.scalars(select(Touched).filter_by(reader=pulse.JOB)).all() == []
    save(store, PulseSettings(every=2))
    pulse.ask(store, now)
    assert [one.person for one in store.scalars(select(PulseAsk))] == [cast.ben]
