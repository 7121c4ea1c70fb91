"""Forming groups: people ask, a worker process looks, the hub reads and makes them."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import clock
from supervisor.errors import NotFound, Refused
from supervisor.form_groups import form_groups
from supervisor.groups import forming, group_wishes
from supervisor.groups.forming_facts import facilitators, question
from supervisor.models import (
    Commitment,
    Conflict,
    Forming,
    Group,
    GroupWish,
    Job,
    Meeting,
    Message,
    Person,
    PersonHat,
    Place,
    Provider,
    Store,
    Window,
)
from supervisor.rules.kinds import GroupKind, Hat, Mode, Role

KIND = GroupKind.CO_REFLECTION


def person(store: Store, ref: str, place: Place, *hours: tuple[int, int, int]) -> Person:
    """Somebody who meets by video, and is free at these hours."""
    made = Person(ref=ref, name=ref.title(), email=f"{ref}@example.org", place=place,
                  modes=[Mode.VIDEO])  # fmt: skip
    made.windows = [Window(weekday=d, starts_minute=a, ends_minute=b) for d, a, b in hours]
    store.add(made)
    store.flush()
    return made


@pytest.fixture
def fay(store: Store, cast: SimpleNamespace) -> Person:
    """She leads groups, on Tuesday and Thursday mornings."""
    fay = person(store, "fay", cast.dunedin, (1, 540, 720), (3, 540, 720))
    store.add(PersonHat(person_id=fay.id, hat=Hat.FACILITATOR))
    store.flush()
    return fay


@pytest.fixture
def askers(store: Store, cast: SimpleNamespace, now) -> list[Person]:
    """Ben, Dan and three more; all of them are free on Thursday mornings."""
    others = [person(store, ref, cast.cromwell, (3, 540, 720)) for ref in ("gil", "hana", "ivy")]
    asking = [cast.ben, cast.dan, *others]
    for one in asking:
        group_wishes.ask(store, one, KIND, [], one, now)
    return asking


def looked(store: Store, cast: SimpleNamespace, now: datetime) -> Forming:
    found = forming.ask(store, KIND, cast.cleo, now)
    store.commit()
    assert form_groups(now)
    store.expire_all()
    return found


def made(store: Store, cast: SimpleNamespace, now: datetime) -> list[Group]:
    found = looked(store, cast, now)
    names = {one.number: "Thursday group" for one in forming.proposed(store, found, now)}
    return forming.make(store, found, names, cast.cleo, now)


def test_asking_twice_is_one_wish_that_keeps_its_turn(store: Store, cast, now) -> None:
    first = group_wishes.ask(store, cast.ben, KIND, [], cast.ben, now)
    later = now + timedelta(days=9)
    again = group_wishes.ask(store, cast.ben, KIND, [Mode.PHONE], cast.ben, later)
    assert (again.id, again.asked_at, again.modes) == (first.id, now, [Mode.PHONE])


def test_who_takes_it_back_and_asks_again_begins_anew(store: Store, cast, now) -> None:
    wish = group_wishes.ask(store, cast.ben, KIND, [], cast.ben, now)
    group_wishes.take_back(store, wish, cast.ben, now)
    assert group_wishes.waiting(store, KIND, now) == []
    later = now + timedelta(days=9)
    assert group_wishes.ask(store, cast.ben, KIND, [], cast.cleo, later).asked_at == later


def test_nobody_asks_for_somebody_else_but_the_hub(store: Store, cast, now) -> None:
    with pytest.raises(NotFound):
        group_wishes.ask(store, cast.ben, KIND, [], cast.dan, now)


def test_the_network_is_for_consumer_advisors(store: Store, cast, now) -> None:
    with pytest.raises(Refused):
        group_wishes.ask(store, cast.ben, GroupKind.NETWORK, [], cast.ben, now)
    store.add(Job(person=cast.ben, organisation=cast.harbour, role=Role.CONSUMER_ADVISOR))
    store.flush()
    assert group_wishes.ask(store, cast.ben, GroupKind.NETWORK, [], cast.ben, now).kind == "network"


def test_who_has_left_asks_no_more(store: Store, cast, now, askers) -> None:
    cast.dan.left_on = now.date() - timedelta(days=1)
    store.flush()
    assert cast.dan not in [one.person for one in group_wishes.waiting(store, KIND, now)]


def test_a_group_is_found_made_begun_and_told(store: Store, cast, now, fay, askers) -> None:
    (group,) = made(store, cast, now)
    assert {seat.person for seat in group.seats} == set(askers)
    assert (group.facilitator, group.mode, group.minimum, group.maximum) == (fay, "video", 3, 8)
    meeting = store.scalars(select(Meeting).order_by(Meeting.starts_at)).first()
    assert meeting
    assert meeting.local_start.weekday() == 3
    assert meeting.starts_at >= now + timedelta(days=13)
    taken = select(Commitment.person_id).where(Commitment.meeting_id == meeting.id)
    assert set(store.scalars(taken)) == {fay.id, *(one.id for one in askers)}
    told = store.scalars(select(Message).where(Message.template == "group_formed"))
    assert {one.recipient for one in told} == {fay, *askers}
    assert group_wishes.waiting(store, KIND, now) == []


def test_it_is_made_once_and_not_when_it_is_old(store: Store, cast, now, fay, askers) -> None:
    found = looked(store, cast, now)
    with pytest.raises(Refused):
        forming.make(store, found, {0: "x"}, cast.cleo, now + timedelta(days=9))
    forming.make(store, found, {0: "x"}, cast.cleo, now)
    with pytest.raises(Refused):
        forming.make(store, found, {0: "x"}, cast.cleo, now)


def test_what_is_looked_for_is_asked_once(store: Store, cast, now) -> None:
    assert forming.ask(store, KIND, cast.cleo, now) is forming.ask(store, KIND, cast.cleo, now)


def test_a_process_that_was_killed_loses_it_to_the_next(store: Store, cast, now) -> None:
    forming.ask(store, KIND, cast.cleo, now)
    assert forming.claim(store, now)
    assert forming.claim(store, now) is None
    assert forming.claim(store, now + timedelta(minutes=5))


def test_a_manager_of_any_height_is_in_no_group_of_theirs_nor_leads_it(
    store: Store, cast, now, fay, askers
) -> None:
    """Gil manages Mere, who manages Ben."""
    gil = askers[2]
    mere = next(job for job in store.scalars(select(Job)) if job.person_id == cast.mere.id)
    mere.manager = gil
    store.flush()
    found = forming.proposed(store, looked(store, cast, now), now)
    assert [{gil, cast.ben} <= set(one.people) for one in found] == [False]
    mere.manager = fay
    store.flush()
    assert cast.ben not in forming.proposed(store, looked(store, cast, now), now)[0].people


def test_a_conflict_that_was_declared_since_is_kept(store: Store, cast, now, fay, askers) -> None:
    found = looked(store, cast, now)
    store.add(Conflict(person_id=cast.dan.id, name="Ben Harris", declared_at=now))
    store.flush()
    (one,) = forming.proposed(store, found, now)
    assert len({cast.ben, cast.dan} & set(one.people)) == 1


def test_with_too_few_left_it_is_not_made(store: Store, cast, now, fay, askers) -> None:
    found = looked(store, cast, now)
    for wish in store.scalars(select(GroupWish)).all()[:3]:
        group_wishes.take_back(store, wish, wish.person, now)
    assert [one.off for one in forming.proposed(store, found, now)] == [True]
    with pytest.raises(Refused):
        forming.make(store, found, {0: "x"}, cast.cleo, now)


def test_who_leads_is_asked_only_within_hours_and_number(store: Store, cast, now, fay) -> None:
    assert [one.groups for one in question(store, KIND, now).leaders] == [2]
    store.add(Provider(person_id=fay.id, hours_a_year=40))
    store.flush()
    assert [one.groups for one in question(store, KIND, now).leaders] == [1]


def test_what_they_lead_or_are_in_takes_its_hour_of_the_week(
    store: Store, cast, now, fay, askers
) -> None:
    (group,) = made(store, cast, now)
    store.commit()
    for one in askers:
        group_wishes.ask(store, one, GroupKind.LEARNING_SET, [], one, now)
    asked = question(store, GroupKind.LEARNING_SET, now)
    at = group.series[0].first_start
    minute = at.weekday() * 1440 + at.hour * 60 + at.minute
    here = [one for one in asked.slots if abs(one.slot.start - minute) < 75]
    assert here == []


def test_who_has_named_no_hours_is_taken_to_be_free_on_working_days(
    store: Store, cast, now, fay
) -> None:
    eve = person(store, "eve", cast.dunedin)
    group_wishes.ask(store, eve, KIND, [], eve, now)
    asked = question(store, KIND, now)
    assert {one.slot.start // 1440 for one in asked.meetable} == {1, 3}


def test_who_is_left_reads_no_more_than_the_hub_may_tell(store: Store, cast, now, fay) -> None:
    group_wishes.ask(store, cast.ben, KIND, [], cast.ben, now)
    found = looked(store, cast, now)
    assert forming.left_out(store, found, now) == [
        (cast.ben, "Too few others can come when and how they can.")
    ]


def test_a_first_meeting_on_a_holiday_waits_a_week(store: Store, cast, fay, askers) -> None:
    """Ben and Dan are free all week, the others and Fay on Fridays."""
    for window in (window for one in (*askers[2:], fay) for window in one.windows):
        window.weekday = 4
    store.flush()
    now = datetime.fromisoformat("2026-12-10T00:00+00:00")
    clock.set_to(now)
    wishes = store.scalars(select(GroupWish)).all()
    for wish in wishes:
        wish.asked_at = now
    (one,) = forming.proposed(store, looked(store, cast, now), now)
    assert one.first.date().isoformat() == "2027-01-08", "25 December and 1 January are holidays"


def test_nobody_begins_a_group_who_is_about_to_leave(store: Store, cast, now, fay, askers) -> None:
    assert facilitators(store, now.date()) == [fay.id]
    found = looked(store, cast, now)
    fay.left_on = now.date() + timedelta(days=20)
    store.flush()
    assert facilitators(store, now.date()) == []
    assert forming.proposed(store, found, now) == []


def test_the_board_says_how_many_wait_until_groups_are_looked_for(
    store: Store, cast, now, askers, sign_in
) -> None:
    client, waiting = sign_in(cast.cleo), len(askers)
    assert group_wishes.not_looked_for(store, now) == waiting
    assert "Would like a group" in client.get("/today").text
    forming.ask(store, KIND, cast.cleo, now + timedelta(minutes=1))
    store.commit()
    assert "Would like a group" not in client.get("/today").text
