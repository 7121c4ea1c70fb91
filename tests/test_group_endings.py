"""Groups come together, once or for good, and end; for some minutes there is a way back."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor.errors import Refused
from supervisor.groups import group_endings, group_wishes, groups, joinable, mergers, visits
from supervisor.groups import meetings as acts
from supervisor.groups.group_times import ahead, people_at, seated
from supervisor.groups.past_meetings import one as as_read
from supervisor.models import (
    Attendance,
    Commitment,
    Conflict,
    Group,
    Job,
    Meeting,
    Message,
    Person,
    Seat,
    Store,
)
from supervisor.rules.kinds import GroupKind, Mode, Role

AUCKLAND = "Pacific/Auckland"
KIND = GroupKind.CO_REFLECTION


def circle(store: Store, ref: str, leads: Person | None, *people: Person) -> Group:
    group = Group(
        ref=ref, name=ref.title(), kind=KIND, facilitator=leads, mode=Mode.VIDEO, minimum=3,
        maximum=8, seats=[Seat(person=person) for person in people],
    )  # fmt: skip
    store.add(group)
    store.flush()
    return group


def begun(store: Store, group: Group, first: str, now: datetime) -> Group:
    groups.meet(store, group, datetime.fromisoformat(first), AUCKLAND, 2, 75, None, now)
    return group


@pytest.fixture
def others(store: Store, cast: SimpleNamespace) -> list[Person]:
    """Gil, Hana, Ivy and Jo."""
    people = [Person(ref=ref, name=ref.title(), email=f"{ref}@example.org", place=cast.dunedin)
              for ref in ("gil", "hana", "ivy", "jo")]  # fmt: skip
    store.add_all(people)
    store.flush()
    return people


@pytest.fixture
def inland(store: Store, cast: SimpleNamespace, others, now) -> Group:
    """Ana leads Ben and Dan on Wednesdays; Jo waits."""
    group = circle(store, "inland", cast.ana, cast.ben, cast.dan)
    group.seats.append(Seat(person=others[3], waiting=True, joined_on=now.date()))
    store.flush()
    return begun(store, group, "2027-02-17T13:00", now)


@pytest.fixture
def coast(store: Store, cast: SimpleNamespace, others, now) -> Group:
    """Xan leads Gil, Hana and Ivy on Fridays."""
    xan = Person(ref="xan", name="Xan Po", email="xan@example.org")
    store.add(xan)
    store.flush()
    group = circle(store, "coast", xan, *others[:3])
    return begun(store, group, "2027-02-19T10:00", now)


def told(store: Store, template: str) -> dict[str, Message]:
    found = store.scalars(select(Message).where(Message.template == template))
    return {one.recipient.ref: one for one in found if one.dropped_at is None}


def whose(store: Store, meeting: Meeting) -> set[str]:
    query = select(Person.ref).join(Commitment, Commitment.person_id == Person.id)
    return set(store.scalars(query.where(Commitment.meeting_id == meeting.id)))


def test_two_groups_become_one_on_the_day_of_the_second(
    store: Store, cast, inland, coast, now
) -> None:
    mergers.merge(store, inland, coast, cast.cleo, now)
    assert inland.closed_at == now
    assert ahead(store, inland, now) == []
    here = {seat.person.ref for seat in seated(coast, now.date() + timedelta(days=1))}
    assert here == {"ben", "dan", "gil", "hana", "ivy"}
    assert whose(store, ahead(store, coast, now)[0]) == here | {"xan"}
    assert [s.person.ref for s in coast.seats if s.waiting and not s.left_on] == ["jo"]


def test_everybody_reads_what_it_means_for_them(store: Store, cast, inland, coast, now) -> None:
    mergers.merge(store, inland, coast, cast.cleo, now)
    letters = {ref: one.facts["whose"] for ref, one in told(store, "group_merged").items()}
    assert letters == {
        "ana": "leads", "ben": "moves", "dan": "moves", "jo": "waits",
        "gil": "theirs", "hana": "theirs", "ivy": "theirs", "xan": "theirs",
    }  # fmt: skip


def test_who_came_stays_written_with_each_group(store: Store, cast, inland, coast, now) -> None:
    later = now + timedelta(days=9)
    first = ahead(store, inland, now)[0]
    acts.mark(store, first, cast.ben, True, cast.ana, later)
    mergers.merge(store, inland, coast, cast.cleo, later)
    assert store.scalars(select(Attendance)).one().meeting.group is inland
    assert as_read(first, cast.ben).mine is True


def test_more_than_a_group_holds_are_not_joined(store: Store, cast, inland, coast, now) -> None:
    for n in range(4):
        coast.seats.append(Seat(person=Person(ref=f"p{n}", name=f"P{n}")))
    store.flush()
    found = mergers.preview(store, inland, coast, now)
    assert str(found.against) == "Together they are 9, and a group holds 8."
    with pytest.raises(Refused):
        mergers.merge(store, inland, coast, cast.cleo, now)
    assert inland.closed_at is None


def test_nobody_is_joined_to_whom_they_are_kept_apart_from_nor_to_a_manager(
    store: Store, cast, others, inland, coast, now
) -> None:
    store.add(Conflict(person_id=others[0].id, name="Dan Foley", declared_at=now))
    store.flush()
    apart = mergers.preview(store, inland, coast, now).against
    assert apart == mergers.APART
    store.delete(store.scalars(select(Conflict)).one())
    bens = next(job for job in store.scalars(select(Job)) if job.person_id == cast.ben.id)
    bens.manager = others[1]
    store.flush()
    assert mergers.preview(store, inland, coast, now).against == apart


def test_joining_is_undone_within_some_minutes_and_who_was_not_told_hears_nothing(
    store: Store, cast, others, inland, coast, now
) -> None:
    before = [(m.ref, whose(store, m)) for m in ahead(store, inland, now)]
    ending = mergers.merge(store, inland, coast, cast.cleo, now)
    soon = now + timedelta(minutes=1)
    sent = told(store, "group_merged")["ben"]
    sent.sent_at = soon
    mergers.part(store, ending, cast.cleo, soon)
    store.expire_all()
    assert [(m.ref, whose(store, m)) for m in ahead(store, inland, soon)] == before
    assert {s.person.ref for s in coast.seats if not s.left_on} == {"gil", "hana", "ivy"}
    assert "ben" not in whose(store, ahead(store, coast, soon)[0])
    assert set(told(store, "group_merged")) == {"ben"}
    assert set(told(store, "group_goes_on")) == {"ben"}
    assert groups.extend(store, now + timedelta(days=30)) > 0


def test_after_those_minutes_it_stays(store: Store, cast, inland, coast, now) -> None:
    ending = mergers.merge(store, inland, coast, cast.cleo, now)
    with pytest.raises(Refused):
        mergers.part(store, ending, cast.cleo, now + timedelta(days=1))
    assert inland.closed_at == now


def test_a_closed_group_meets_no_more_and_who_asked_for_one_asks_again(
    store: Store, cast, inland, now
) -> None:
    asked = now - timedelta(days=40)
    wish = group_wishes.ask(store, cast.ben, KIND, [], cast.ben, asked)
    group_wishes.has_group(store, [cast.ben], KIND, now)
    group_endings.close(store, inland, cast.cleo, now)
    assert [(one.person.ref, one.asked_at) for one in group_wishes.waiting(store, KIND, now)] == [
        ("ben", asked)
    ]
    assert wish.ended_at is None
    assert set(told(store, "group_closed")) == {"ana", "ben", "dan", "jo"}
    assert groups.extend(store, now + timedelta(days=100)) == 0
    assert store.scalars(select(Commitment).where(Commitment.meeting_id.is_not(None))).all() == []


def test_closing_is_undone_with_seats_meetings_and_wishes(store: Store, cast, inland, now) -> None:
    group_wishes.ask(store, cast.ben, KIND, [], cast.ben, now)
    group_wishes.has_group(store, [cast.ben], KIND, now)
    ending = group_endings.close(store, inland, cast.cleo, now)
    mergers.part(store, ending, cast.cleo, now)
    assert group_wishes.waiting(store, KIND, now) == []
    assert whose(store, ahead(store, inland, now)[0]) == {"ana", "ben", "dan"}


def test_too_few_meet_once_with_a_sister_group(store: Store, cast, inland, coast, now) -> None:
    short, theirs = ahead(store, inland, now)[0], ahead(store, coast, now)[0]
    assert visits.options(store, short, now) == [], "nobody there has said yes yet"
    coast.minimum = 2
    (option,) = visits.options(store, short, now)
    assert (option.meeting, len(option.guests), option.together) == (theirs, 2, 2)


def test_whoever_said_no_is_not_asked_and_nobody_is_moved_to_a_fuller_room(
    store: Store, cast, others, inland, coast, now
) -> None:
    short, theirs = ahead(store, inland, now)[0], ahead(store, coast, now)[0]
    for person in others[:3]:
        acts.answer(store, theirs, person, True, now)
    acts.answer(store, short, cast.dan, False, now)
    visits.join(store, short, theirs, cast.ana, now)
    assert set(people_at(theirs)) - {one.id for one in others} == {cast.ben.id}
    assert short.cancelled_at == now
    assert whose(store, theirs) == {"ben", "gil", "hana", "ivy", "xan"}
    assert set(told(store, "meeting_joined")) == {"ben"}
    assert set(told(store, "meeting_shared")) == {"gil", "hana", "ivy", "xan"}
    acts.answer(store, theirs, cast.ben, True, now)
    assert acts.coming(theirs) == 4
    later = theirs.starts_at + timedelta(hours=2)
    acts.everyone_here(store, theirs, cast.cleo, later)
    assert as_read(theirs, cast.ben).here == 4


def test_undoing_it_takes_the_guests_back(store: Store, cast, inland, coast, now) -> None:
    short, theirs = ahead(store, inland, now)[0], ahead(store, coast, now)[0]
    inland.minimum = coast.minimum = 1
    visits.join(store, short, theirs, cast.ana, now)
    assert len(people_at(theirs)) == 5
    acts.restore(store, short, cast.ana, now)
    assert len(people_at(theirs)) == 3
    assert whose(store, short) == {"ana", "ben", "dan"}
    assert "ben" not in whose(store, theirs)


def test_somebody_comes_once_to_an_open_group_and_is_counted(
    store: Store, cast, others, inland, now
) -> None:
    meeting = visits.drop_in(store, inland, others[0], now)
    assert acts.coming(meeting) == 1
    assert "gil" in whose(store, meeting)
    assert visits.of_person(store, others[0], now) == [meeting]
    acts.mark(store, meeting, others[0], True, cast.ana, meeting.starts_at + timedelta(hours=2))
    assert as_read(meeting, cast.ana).here == 1
    assert others[0].id not in people_at(ahead(store, inland, now)[1])


def test_whom_somebody_is_kept_apart_from_makes_it_read_as_any_other_no(
    store: Store, cast, others, inland, now
) -> None:
    store.add(Conflict(person_id=cast.dan.id, name="Gil", declared_at=now))
    store.flush()
    with pytest.raises(Refused) as apart:
        visits.drop_in(store, inland, others[0], now)
    store.delete(store.scalars(select(Conflict)).one())
    inland.maximum, inland.minimum = 2, 2
    store.flush()
    with pytest.raises(Refused) as full:
        visits.drop_in(store, inland, others[0], now)
    assert apart.value.words == full.value.words


def test_an_open_network_is_joined_by_consumer_advisors_alone(
    store: Store, cast, inland, now
) -> None:
    inland.open, inland.kind = True, GroupKind.NETWORK
    store.flush()
    assert [one.group for one in joinable.for_person(store, cast.rua, now)] == []
    store.add(Job(person=cast.rua, organisation=cast.lakes, role=Role.CONSUMER_ADVISOR))
    store.flush()
    (one,) = joinable.for_person(store, cast.rua, now)
    assert (one.group, one.next, one.comes) == (inland, ahead(store, inland, now)[0], False)


def test_a_group_is_not_joined_to_itself(store: Store, cast, inland, sign_in) -> None:
    store.commit()
    page = sign_in(cast.cleo).get(f"/groups/{inland.ref}/merger/{inland.ref}")
    assert page.status_code == 404
