"""The year's plan, from the records to proposals, and from one tap to bookings."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from supervisor import entitlements, still_true
from supervisor.errors import NotFound, Refused
from supervisor.groups import groups
from supervisor.hours.closed_days import is_closed
from supervisor.models import (
    Amendment,
    Commitment,
    Entitlement,
    Group,
    Leave,
    Match,
    Message,
    Person,
    Proposal,
    Seat,
    Session,
    Store,
    Window,
)
from supervisor.plans import book_for_us, plan_letters, plans
from supervisor.plans.plans import Plan, Time
from supervisor.rules.kinds import GroupKind, Kind, MatchState, Mode, Outcome
from supervisor.rules.plan_values import PlanSettings
from supervisor.sessions import sessions
from supervisor.settings import save

AUCKLAND = "Pacific/Auckland"
FIRST, LAST = date(2027, 2, 10), date(2027, 12, 31)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=ZoneInfo(AUCKLAND)).astimezone(UTC)


def planned(store: Store, now: datetime, first: date = FIRST, last: date = LAST) -> Plan:
    return plans.plan(store, first, last, now)


def days(times: Sequence[Time]) -> list[date]:
    return [time.starts_at.date() for time in times]


def gaps(found: Sequence[date]) -> list[int]:
    return [(b - a).days for a, b in pairwise(found)]


def reasons(made: Plan) -> list[tuple[str, int, str]]:
    return [(one.entitlement.ref, one.count, one.reason.text) for one in made.short]


def held(
    cast: SimpleNamespace, month: int, day: int, outcome: str | None = Outcome.HELD
) -> Session:
    start = datetime.fromisoformat(f"2027-{month:02}-{day:02}T10:00")
    return Session(
        entitlement=cast.entitlement,
        provider=cast.ana,
        starts_at=start.replace(tzinfo=ZoneInfo(AUCKLAND)),
        local_start=start,
        zone=AUCKLAND,
        minutes=60,
        mode=Mode.VIDEO,
        outcome=outcome,
        changed_at=at(1, 1),
    )


@pytest.fixture
def owe(store: Store, cast: SimpleNamespace) -> Callable[..., Entitlement]:
    """Another worker whom somebody supervises."""

    def owed(ref: str, provider: Person, person: Person | None = None, **given) -> Entitlement:
        worker = person or Person(ref=ref, name=f"{ref.title()} Wood", modes=[Mode.VIDEO])
        if person is None:
            worker.windows = [
                Window(weekday=day, starts_minute=540, ends_minute=900) for day in range(5)
            ]
        known = {"kind": Kind.PEER_SUPERVISION, "sessions": 10, "minutes": 60} | given
        period = {"starts_on": date(2027, 1, 1), "ends_on": LAST}
        entitlement = Entitlement(ref=f"{ref}-2027", person=worker, **period | known)
        match = Match(
            entitlement=entitlement, provider=provider, state=MatchState.ACTIVE,
            starts_on=entitlement.starts_on,
        )  # fmt: skip
        store.add_all([entitlement, match])
        store.flush()
        return entitlement

    return owed


def test_what_is_still_owed_is_proposed_near_an_even_cadence(store: Store, cast, now) -> None:
    store.add_all([held(cast, 1, 8), held(cast, 2, 5)])
    made = planned(store, now)
    assert (made.placed, made.wanted, made.bound, made.short) == (8, 8, 8, [])
    assert set(gaps(days(made.times))) <= set(range(33, 46))
    assert {(t.starts_at.hour, t.mode, t.minutes) for t in made.times} == {(10, Mode.VIDEO, 60)}
    kept = store.scalars(select(Proposal).order_by(Proposal.starts_at)).all()
    assert [one.starts_at for one in kept] == [time.starts_at for time in made.times]
    assert {(one.provider_id, one.proposed_at) for one in kept} == {(cast.ana.id, now)}


def test_a_plan_fills_nobody_s_calendar_and_replaces_the_one_before(
    store: Store, cast, now
) -> None:
    first = planned(store, now)
    second = planned(store, now)
    assert [t.starts_at for t in first.times] == [t.starts_at for t in second.times]
    assert store.scalar(select(func.count()).select_from(Proposal)) == 10
    for record in (Commitment, Session, Message):
        assert store.scalar(select(func.count()).select_from(record)) == 0


def test_what_is_booked_is_not_proposed_again(store: Store, cast, now) -> None:
    booked = [
        sessions.book(store, cast.entitlement, start, None, cast.ben, now)
        for start in (at(3, 10), at(6, 8))
    ]
    made = planned(store, now)
    assert made.wanted == 8
    everything = sorted([*days(made.times), *(one.local_start.date() for one in booked)])
    assert min(gaps(everything)) >= 7


def test_a_session_that_is_over_and_unanswered_keeps_the_next_away(store: Store, cast, now) -> None:
    store.add(held(cast, 2, 9, outcome=None))
    made = planned(store, now)
    assert made.wanted == 10
    assert min(days(made.times)) >= date(2027, 2, 16)


def test_an_amended_total_is_what_is_planned(store: Store, cast, now) -> None:
    store.add(
        Amendment(
            entitlement_id=cast.entitlement.id, from_on=date(2027, 2, 1), sessions=4, made_at=now
        )
    )
    assert planned(store, now).wanted == 4
    cast.entitlement.sessions = 0
    store.add_all([held(cast, 1, day) for day in (5, 12, 19, 26)])
    assert planned(store, now) == Plan([], 0, 0, [])


def test_nothing_is_proposed_where_nobody_meets(store: Store, cast, now) -> None:
    """Not on a holiday, in leave, over a commitment of either, or before the notice."""
    store.add_all(
        [
            Leave(person_id=cast.ben.id, starts_on=date(2027, 3, 1), ends_on=date(2027, 4, 12)),
            Leave(person_id=cast.ana.id, starts_on=date(2027, 6, 1), ends_on=date(2027, 7, 12)),
        ]
    )
    _let_a_group_meet(store, cast, now)
    cast.dunedin.region = "STL"
    made = planned(store, now)
    assert made.short == []
    assert min(time.starts_at for time in made.times) >= now + timedelta(hours=24)
    for day in days(made.times):
        assert not date(2027, 3, 1) <= day < date(2027, 4, 12)
        assert not date(2027, 6, 1) <= day < date(2027, 7, 12)
        assert not is_closed(day, "OTA")
        assert not is_closed(day, "STL")
    taken = store.scalars(select(Commitment)).all()
    assert taken
    for time in made.times:
        ends = time.starts_at + timedelta(minutes=time.minutes)
        assert not any(c.starts_at < ends and time.starts_at < c.ends_at for c in taken)


def _let_a_group_meet(store: Store, cast: SimpleNamespace, now: datetime) -> None:
    group = Group(
        ref="daily", name="Group", kind=GroupKind.CO_REFLECTION, facilitator=cast.ana,
        mode=Mode.VIDEO, seats=[Seat(person=cast.ben)],
    )  # fmt: skip
    store.add(group)
    store.flush()
    for day in range(15, 19):
        first = datetime.fromisoformat(f"2027-02-{day}T09:00")
        groups.meet(store, group, first, AUCKLAND, 1, 300, LAST, now)


def test_a_provider_meets_one_at_a_time(store: Store, cast, now, owe) -> None:
    for name in ("eve", "fay", "gus"):
        owe(name, cast.ana)
    made = planned(store, now)
    assert (made.placed, made.wanted) == (40, 40)
    starts = sorted(time.starts_at for time in made.times)
    assert min(b - a for a, b in pairwise(starts)) >= timedelta(hours=1)


def test_somebody_who_supervises_and_is_supervised_is_in_one_place(
    store: Store, cast, now, owe
) -> None:
    owe("ana", cast.dan, cast.ana)
    made = planned(store, now)
    assert made.placed == 20
    starts = sorted(time.starts_at for time in made.times)
    assert min(b - a for a, b in pairwise(starts)) >= timedelta(hours=1)


def test_only_the_share_of_the_days_asked_for_is_planned(store: Store, cast, now) -> None:
    made = planned(store, now, last=date(2027, 5, 31))
    assert 3 <= made.wanted <= 4
    assert made.placed == made.wanted
    assert max(days(made.times)) <= date(2027, 5, 31)
    later = planned(store, now, first=date(2027, 10, 1))
    assert min(days(later.times)) >= date(2027, 10, 1)


def test_each_provider_is_planned_for_their_own_days(store: Store, cast, now) -> None:
    cast.match.ends_on = date(2027, 6, 30)
    store.add_all(
        [
            Match(
                entitlement=cast.entitlement, provider=cast.dan, state=MatchState.ACTIVE,
                starts_on=date(2027, 7, 1),
            ),
            Match(
                entitlement=cast.entitlement, provider=cast.cleo, state=MatchState.ACTIVE,
                starts_on=date(2027, 4, 1), ends_on=date(2027, 5, 31), cover=True,
            ),
        ]
    )  # fmt: skip
    made = planned(store, now)
    assert made.placed == 10
    assert min(gaps(days(sorted(made.times, key=lambda t: t.starts_at)))) >= 7
    for time in made.times:
        day = time.starts_at.date()
        cover = date(2027, 4, 1) <= day <= date(2027, 5, 31)
        expected = cast.cleo if cover else cast.ana if day.month < 7 else cast.dan
        assert time.provider.ref == expected.ref


def test_a_match_that_ends_early_is_planned_until_then(store: Store, cast, now) -> None:
    cast.match.ends_on = date(2027, 3, 12)
    made = planned(store, now)
    assert made.placed == 5
    assert max(days(made.times)) <= date(2027, 3, 12)
    assert reasons(made)[0][:2] == ("ben-2027", 5)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda cast: setattr(cast.ana, "modes", [Mode.IN_PERSON]), "no way of meeting"),
        (lambda cast: setattr(cast.ana, "left_on", date(2027, 2, 10)), "no day is left"),
        (lambda cast: setattr(cast.ben.windows[0], "weekday", 6), "no free hour in common"),
    ],
)
def test_each_one_who_is_short_has_a_reason(store: Store, cast, now, change, text: str) -> None:
    for window in cast.ben.windows[1:]:
        store.delete(window)
    store.flush()
    store.expire_all()
    change(cast)
    made = planned(store, now)
    ((ref, count, reason),) = reasons(made)
    assert (ref, count) == ("ben-2027", 10)
    assert text in reason
    assert (made.placed, made.wanted, made.bound) == (0, 10, 0)


def test_a_reason_names_the_month_and_who_is_full(store: Store, cast, now, owe) -> None:
    store.add(Commitment(person_id=cast.ana.id, starts_at=at(2, 10, 12), ends_at=at(12, 20, 12)))
    made = planned(store, now)
    assert made.wanted == 10
    reason = made.short[0].reason
    assert (reason.text, reason.facts["month"].month) == ("no free hour in common in %(month)s", 2)


def test_odd_days_are_refused(store: Store, cast, now) -> None:
    with pytest.raises(Refused, match="ends before it begins") as refused:
        planned(store, now, first=LAST, last=FIRST)
    assert refused.value.field == "to"
    save(store, PlanSettings(longest_days=100))
    with pytest.raises(Refused, match="at most 100 days"):
        planned(store, now)


def test_one_tap_books_the_whole_plan_and_tells_each_once(store: Store, cast, now) -> None:
    made = planned(store, now)
    kept, gone = plans.keep(store, cast.entitlement, cast.ben, now)
    assert gone == []
    assert [one.starts_at for one in kept] == [time.starts_at for time in made.times]
    assert store.scalar(select(func.count()).select_from(Proposal)) == 0
    assert store.scalar(select(func.count()).select_from(Commitment)) == 20
    told = store.scalars(select(Message).where(Message.template != "calendar_entry")).all()
    assert {(m.recipient.ref, m.template, len(m.facts["times"])) for m in told} == {
        ("ben", "plan_kept", 10),
        ("ana", "plan_kept", 10),
    }
    assert entitlements.position(store, cast.entitlement, now).booked == 10
    assert plans.keep(store, cast.entitlement, cast.ben, now) == ([], [])


def test_a_time_that_has_gone_is_left_out_and_named(store: Store, cast, now) -> None:
    third = planned(store, now).times[2].starts_at
    store.add(
        Commitment(person_id=cast.ana.id, starts_at=third, ends_at=third + timedelta(hours=2))
    )
    store.flush()
    kept, gone = plans.keep(store, cast.entitlement, cast.ben, now)
    assert len(kept) == 9
    assert [one.starts_at for one in gone] == [third]
    assert store.scalar(select(func.count()).select_from(Proposal)) == 0


def test_what_is_booked_by_hand_meanwhile_is_not_planned_a_second_time(
    store: Store, cast, now
) -> None:
    """Ten are proposed; two are booked by hand, and eight proposals are left to keep."""
    made = planned(store, now)
    free = [made.times[0].starts_at + timedelta(minutes=15), made.times[-1].starts_at]
    for starts_at in free:
        sessions.book(store, cast.entitlement, starts_at, Mode.VIDEO, cast.ben, now)
    kept, gone = plans.keep(store, cast.entitlement, cast.ben, now)
    assert (len(kept), gone) == (8, [])
    assert entitlements.position(store, cast.entitlement, now).booked == 10


def test_a_plan_that_is_older_than_what_is_owed_adds_no_more(store: Store, cast, now) -> None:
    planned(store, now)
    cast.entitlement.sessions = 3
    store.flush()
    kept, gone = plans.keep(store, cast.entitlement, cast.ben, now)
    assert (len(kept), gone) == (3, [])
    assert store.scalars(select(Proposal)).all() == []


def test_a_provider_keeps_their_own_part(store: Store, cast, now) -> None:
    cast.match.ends_on = date(2027, 6, 30)
    store.add(
        Match(
            entitlement=cast.entitlement, provider=cast.dan, state=MatchState.ACTIVE,
            starts_on=date(2027, 7, 1),
        )
    )  # fmt: skip
    planned(store, now)
    kept, _gone = plans.keep(store, cast.entitlement, cast.dan, now, cast.dan)
    assert {one.provider.ref for one in kept} == {"dan"}
    rest = store.scalars(select(Proposal)).all()
    assert {one.provider_id for one in rest} == {cast.ana.id}


@pytest.mark.parametrize(("yes", "booked"), [(("ben", "ana"), 10), (("ben",), 0), (("ana",), 0)])
def test_a_pair_that_said_book_for_us_is_booked_at_once(
    store: Store, cast, now, yes: Sequence[str], booked: int
) -> None:
    for name in yes:
        book_for_us.let(store, cast.match, getattr(cast, name), now, yes=True)
    made = planned(store, now)
    assert made.placed == 10
    sessions_ = store.scalars(select(Session)).all()
    assert len(sessions_) == booked
    assert store.scalar(select(func.count()).select_from(Proposal)) == 10 - booked
    assert {one.booked_by_id for one in sessions_} <= {None}
    again = planned(store, now)
    assert again.wanted == 10 - booked


def test_with_the_second_yes_what_is_proposed_is_booked(store: Store, cast, now) -> None:
    planned(store, now)
    assert book_for_us.let(store, cast.match, cast.ben, now, yes=True) == ([], [])
    kept, _gone = book_for_us.let(store, cast.match, cast.ana, now, yes=True)
    assert len(kept) == 10
    assert store.scalars(select(Proposal)).all() == []


def test_either_takes_it_back_and_the_next_plan_waits_for_a_tap(store: Store, cast, now) -> None:
    for one in (cast.ben, cast.ana):
        book_for_us.let(store, cast.match, one, now, yes=True)
    book_for_us.let(store, cast.match, cast.ana, now, yes=False)
    planned(store, now)
    assert store.scalars(select(Session)).all() == []


def test_nobody_says_for_another_that_the_hub_books(store: Store, cast, now) -> None:
    for one in (cast.cleo, cast.mere, cast.dan):
        with pytest.raises(NotFound):
            book_for_us.let(store, cast.match, one, now, yes=True)


def test_a_plan_that_waits_is_told_once_and_another_plan_anew(store: Store, cast, now) -> None:
    planned(store, now)
    assert plan_letters.tell(store, now) == 1
    planned(store, now)
    assert plan_letters.tell(store, now) == 0
    for window in cast.ben.windows[1:]:
        store.delete(window)
    store.flush()
    store.expire(cast.ben)
    planned(store, now)
    assert plan_letters.tell(store, now) == 1
    query = select(Message).where(Message.template == "plan_proposed", Message.dropped_at.is_(None))
    (letter,) = store.scalars(query)
    assert letter.recipient is cast.ben
    assert len(letter.facts["times"]) == store.scalar(select(func.count()).select_from(Proposal))
    assert still_true.still_true(store, letter)
    plans.keep(store, cast.entitlement, cast.ben, now)
    assert not still_true.still_true(store, letter)


def test_the_questions_do_not_grow_with_the_hub(store: Store, cast, now, owe) -> None:
    from sqlalchemy import event

    asked: list[str] = []
    event.listen(store.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))
    planned(store, now)
    few = len(asked)
    for name in ("eve", "fay", "gus", "hal"):
        owe(name, cast.ana)
    store.commit()
    asked.clear()
    planned(store, now)
    assert len(asked) <= few + 2
