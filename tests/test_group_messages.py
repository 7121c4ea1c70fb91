"""What the people of a group are told, and when whoever leads it hears that it is short."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from supervisor import clock, messages
from supervisor.alerts.alert_causes import AlertSettings
from supervisor.errors import Refused
from supervisor.groups import group_messages, groups, meetings, seats
from supervisor.models import Alert, Conflict, Group, Meeting, Message, Person, Seat, Store
from supervisor.rules.kinds import GroupKind, Mode
from supervisor.settings import save
from supervisor.still_true import still_true
from tests.test_alerts import Walk, at, day

AUCKLAND = "Pacific/Auckland"


@pytest.fixture
def group(store: Store, cast: SimpleNamespace, now) -> Group:
    """Ana leads Ben and Dan every second Wednesday from 17 February on; it needs two."""
    group = Group(
        ref="wednesday", name="Wednesday co-reflection", kind=GroupKind.CO_REFLECTION,
        facilitator=cast.ana, mode=Mode.VIDEO, minimum=2, maximum=3,
        seats=[Seat(person=cast.ben), Seat(person=cast.dan)],
    )  # fmt: skip
    store.add(group)
    store.flush()
    first = datetime.fromisoformat("2027-02-17T13:00")
    groups.meet(store, group, first, AUCKLAND, 2, 75, day(4, 30), now)
    return group


@pytest.fixture
def first(store: Store, group: Group) -> Meeting:
    return store.query(Meeting).order_by(Meeting.starts_at).first()


@pytest.fixture
def eve(store: Store, cast) -> Person:
    person = Person(ref="eve", name="Eve Tan", email="eve@example.org")
    store.add(person)
    store.flush()
    return person


def told(store: Store, template: str) -> set[str]:
    """To whom such a letter is still to go."""
    query = store.query(Message).filter_by(template=template, dropped_at=None, sent_at=None)
    return {message.recipient.ref for message in query}


def say(store: Store, meeting: Meeting, **answers: bool) -> None:
    """Ben and Dan say whether they come."""
    for seat in meeting.group.seats:
        if seat.person.ref in answers:
            meetings.answer(store, meeting, seat.person, answers[seat.person.ref], clock.now())


def test_everybody_but_who_did_it_is_told_that_it_moved(store, cast, first, now) -> None:
    say(store, first, ben=False)
    meetings.move(store, first, datetime.fromisoformat("2027-02-18T10:00"), cast.ana, now)
    assert told(store, "meeting_moved") == {"ben", "dan"}
    meetings.move(store, first, datetime.fromisoformat("2027-02-19T10:00"), cast.cleo, now)
    assert told(store, "meeting_moved") == {"ana", "ben", "dan"}
    (bens,) = store.query(Message).filter_by(recipient_id=cast.ben.id, dropped_at=None)
    assert bens.facts["starts"].startswith("2027-02-19T10:00")
    assert bens.facts["before"].startswith("2027-02-18T10:00")
    assert (bens.urgent, bens.until_at) == (True, first.starts_at)


def test_who_said_no_need_not_hear_that_it_is_called_off(store, cast, first, now) -> None:
    say(store, first, ben=True, dan=False)
    meetings.cancel(store, first, cast.ana, now)
    assert told(store, "meeting_called_off") == {"ben"}


def test_that_it_goes_ahead_is_told_once(store, cast, first, now) -> None:
    say(store, first, ben=True, dan=True)
    meetings.go_ahead(store, first, cast.ana, now)
    meetings.go_ahead(store, first, cast.ana, now + timedelta(minutes=1))
    assert store.query(Message).filter_by(template="meeting_on").count() == 2
    assert told(store, "meeting_on") == {"ben", "dan"}


def test_undoing_it_keeps_the_answers_and_takes_the_first_word_back(
    store, cast, first, now
) -> None:
    say(store, first, ben=True, dan=True)
    meetings.go_ahead(store, first, cast.ana, now)
    uid, later = first.uid, now + timedelta(minutes=5)
    meetings.cancel(store, first, cast.ana, now + timedelta(minutes=1))
    meetings.restore(store, first, cast.ana, later)
    assert (first.cancelled_at, first.uid, first.sequence) == (None, uid, 2)
    assert meetings.coming(first) == 2
    assert first.go_ahead_at == now
    assert told(store, "meeting_called_off") == set()
    assert told(store, "meeting_on") == {"ben", "dan"}


def test_who_has_another_meeting_by_then_is_asked_again(store, cast, group, first, now) -> None:
    say(store, first, ben=True, dan=True)
    meetings.cancel(store, first, cast.ana, now)
    other = Group(ref="other", name="Other", kind=GroupKind.NETWORK, mode=Mode.VIDEO,
                  seats=[Seat(person=cast.ben)])  # fmt: skip
    store.add(other)
    store.flush()
    groups.meet(store, other, first.local_start, AUCKLAND, 1, 60, first.local_start.date(), now)
    meetings.restore(store, first, cast.ana, now)
    said = {one.person.ref: one.coming for one in first.attendances}
    assert said == {"ben": None, "dan": True}


def test_calling_off_is_for_good_after_some_minutes(store, cast, first, now) -> None:
    meetings.cancel(store, first, cast.ana, now)
    with pytest.raises(Refused, match="can no longer be undone"):
        meetings.restore(store, first, cast.ana, now + timedelta(minutes=11))


def test_a_go_ahead_ends_once_too_few_can_come_and_who_leads_is_told(
    store, cast, first, now
) -> None:
    say(store, first, ben=True, dan=True)
    meetings.go_ahead(store, first, cast.ana, now)
    say(store, first, dan=False)
    assert first.go_ahead_at is None
    assert told(store, "group_short") == {"ana"}
    assert told(store, "meeting_on") == set()
    say(store, first, dan=True)
    meetings.go_ahead(store, first, cast.ana, now + timedelta(minutes=1))
    assert told(store, "meeting_on") == {"ben", "dan"}
    assert told(store, "group_short") == set()


def test_who_never_read_that_it_goes_ahead_reads_of_its_new_time_all_the_same(
    store, cast, first, now
) -> None:
    """Dan's letter had gone by the time at which it was short again."""
    minutes = [now + timedelta(minutes=n) for n in range(4)]
    meetings.move(store, first, first.local_start + timedelta(days=1), cast.ana, now)
    say(store, first, ben=True, dan=True)
    meetings.go_ahead(store, first, cast.ana, minutes[1])
    assert told(store, "meeting_moved") == set()
    goes = store.query(Message).filter_by(template="meeting_on", recipient_id=cast.dan.id).one()
    messages.sent([goes], minutes[2])
    meetings.answer(store, first, cast.dan, False, minutes[3])
    assert told(store, "group_short") == {"ana"}
    assert told(store, "meeting_moved") == {"ben"}
    assert told(store, "meeting_on") == set()


def test_that_it_is_short_takes_back_no_question(store, cast, first, now) -> None:
    say(store, first, ben=True, dan=True)
    meetings.go_ahead(store, first, cast.ana, now)
    group_messages.ask(store, first, [cast.ben], now)
    say(store, first, dan=False)
    assert told(store, "meeting_asked") == {"ben"}


def test_that_it_goes_ahead_is_not_said_once_it_does_not(store, cast, first, now) -> None:
    say(store, first, ben=True, dan=True)
    meetings.go_ahead(store, first, cast.ana, now)
    letters = store.query(Message).filter_by(template="meeting_on").all()
    assert all(still_true(store, one) for one in letters)
    first.go_ahead_at = None
    assert not any(still_true(store, one) for one in letters)


def test_a_go_ahead_ends_too_when_somebody_leaves(store, cast, group, first, now) -> None:
    say(store, first, ben=True, dan=True)
    meetings.go_ahead(store, first, cast.ana, now)
    seats.leave(store, group, cast.ben, cast.ben, now)
    assert first.go_ahead_at is None
    assert told(store, "group_short") == {"ana"}


def test_the_silent_are_asked_once_a_day(store, cast, first, now) -> None:
    say(store, first, ben=True)
    assert meetings.ask_silent(store, first, cast.ana, now) == 1
    assert meetings.ask_silent(store, first, cast.ana, now) == 0
    assert told(store, "meeting_asked") == {"dan"}
    assert meetings.ask_silent(store, first, cast.ana, now + timedelta(days=1)) == 1


def test_who_has_said_by_then_is_not_asked_nor_told_of_what_is_no_longer_so(
    store, cast, group, first, eve, now
) -> None:
    meetings.ask_silent(store, first, cast.ana, now)
    seat = seats.join(store, group, eve, eve, now)
    say(store, first, ben=True)
    asked = {m.recipient.ref: m for m in store.query(Message).filter_by(template="meeting_asked")}
    assert not still_true(store, asked["ben"])
    assert still_true(store, asked["dan"])
    wanted = store.query(Message).filter_by(template="seat_wanted").one()
    assert still_true(store, wanted)
    seats.offer_place(store, seat, cast.ana, now)
    assert not still_true(store, wanted)
    meetings.cancel(store, first, cast.ana, now)
    assert not still_true(store, asked["dan"])


def test_that_it_is_short_is_not_said_once_it_is_not(store, cast, first, now) -> None:
    say(store, first, ben=True, dan=True)
    meetings.go_ahead(store, first, cast.ana, now)
    say(store, first, dan=False)
    short = store.query(Message).filter_by(template="group_short").one()
    assert still_true(store, short)
    say(store, first, dan=True)
    assert not still_true(store, short)


def test_a_question_that_would_come_too_late_goes_out_at_once(store, cast, first) -> None:
    """On the evening before, their next hour is at nine; the group meets at eight."""
    meetings.move(store, first, datetime.fromisoformat("2027-02-17T08:00"), cast.ana, at(2, 15))
    meetings.ask_silent(store, first, cast.ana, at(2, 16, 20))
    assert {m.urgent for m in store.query(Message).filter_by(template="meeting_asked")} == {True}
    messages.expire(store, at(2, 17, 9))
    assert told(store, "meeting_asked") == set()


def test_who_gets_a_place_is_told_and_who_leads_hears_who_waits(
    store, cast, group, eve, now
) -> None:
    seat = seats.join(store, group, eve, eve, now)
    assert told(store, "seat_wanted") == {"ana"}
    assert told(store, "seat_offered") == set()
    seats.offer_place(store, seat, cast.ana, now)
    assert told(store, "seat_offered") == {"eve"}
    seats.leave(store, group, eve, cast.cleo, now)
    assert told(store, "seat_ended") == {"eve"}
    assert told(store, "seat_offered") == set()


def test_without_a_facilitator_the_hub_hears_who_waits(store, cast, group, eve, now) -> None:
    group.facilitator = None
    seats.join(store, group, eve, eve, now)
    assert told(store, "seat_wanted") == {"cleo"}


def test_who_waits_longer_comes_first(store, cast, group, eve, now) -> None:
    group.open, group.maximum = True, 2
    waiting = seats.join(store, group, eve, eve, now)
    seats.leave(store, group, cast.dan, cast.dan, now)
    rua = seats.join(store, group, cast.rua, cast.rua, now)
    assert (waiting.waiting, rua.waiting) == (True, True)
    seats.offer_place(store, waiting, cast.ana, now)
    assert not waiting.waiting


def test_who_may_not_sit_there_waits_like_anybody_and_keeps_nobody_out(
    store, cast, group, eve, now
) -> None:
    group.open = True
    store.add(Conflict(person_id=cast.dan.id, other_person_id=eve.id))
    mo = Person(ref="mo", name="Mo Bell", email="mo@example.org")
    store.add(mo)
    store.flush()
    assert seats.join(store, group, eve, eve, now).waiting
    assert not seats.join(store, group, mo, mo, now).waiting


def test_who_left_today_comes_back_to_the_same_seat(store, cast, group, first, now) -> None:
    say(store, first, ben=False)
    seats.leave(store, group, cast.ben, cast.ben, now)
    (seat,) = seats.left_today(store, cast.ben, now)
    seats.come_back(store, seat, now)
    assert (seat.left_on, seat.waiting) == (None, False)
    assert [s.person.ref for s in group.seats] == ["ben", "dan"]
    assert meetings.silent(first) == [cast.dan], "the no is still there"
    assert seats.left_today(store, cast.ben, now) == []


def test_where_the_seat_is_taken_by_now_they_wait(store, cast, group, eve, now) -> None:
    group.open, group.maximum = True, 2
    seats.leave(store, group, cast.ben, cast.ben, now)
    assert not seats.join(store, group, eve, eve, now).waiting
    (seat,) = seats.left_today(store, cast.ben, now)
    seats.come_back(store, seat, now)
    assert seat.waiting


def test_two_days_before_who_leads_and_the_hub_hear_that_it_is_short(
    store, cast, group, first
) -> None:
    """Wednesday 17 February: Monday at nine. Once enough have said yes the alert ends."""
    walk = Walk(store, at(2, 11, 0))
    say(store, first, ben=True)
    walk.to(at(2, 15, 8), (8,))
    assert walk.said("group_short") == []
    walk.to(at(2, 15, 10))
    assert walk.said("group_short") == [(day(2, 15), "Ana")]
    (alert,) = store.query(Alert).filter_by(name="group_short")
    assert (alert.meeting_id, alert.entitlement_id, alert.ended_at) == (first.id, None, None)
    hubs = [m for _when, name, m in walk.sent if name == "Cleo" and m.alert_id == alert.id]
    assert len(hubs) == 1
    walk.to(at(2, 16, 10))
    assert len(walk.said("group_short")) == 1, "once is enough"
    meetings.answer(store, first, cast.dan, True, walk.now)
    walk.to(at(2, 16, 11), (11,))
    assert alert.ended_at


def test_a_weekend_does_not_shorten_the_two_days(store, cast, group, first, now) -> None:
    """A Monday's group is short from Thursday on."""
    meetings.move(store, first, datetime.fromisoformat("2027-02-22T13:00"), cast.ana, now)
    walk = Walk(store, at(2, 16, 0))
    walk.to(at(2, 17, 23))
    assert walk.said("group_short") == []
    walk.to(at(2, 18, 10))
    assert walk.said("group_short") == [(day(2, 18), "Ana")]


def test_the_hub_can_be_told_later(store, cast, group, first) -> None:
    save(store, AlertSettings(short_hub=1))
    walk = Walk(store, at(2, 14, 0))
    walk.to(at(2, 15, 23))
    (alert,) = store.query(Alert).filter_by(name="group_short")
    whose = [name for _when, name, m in walk.sent if m.alert_id == alert.id]
    assert whose == ["Ana"]
    walk.to(at(2, 16, 23))
    assert [name for _when, name, m in walk.sent if m.alert_id == alert.id] == ["Ana", "Cleo"]


def test_one_that_moved_or_goes_ahead_is_not_short(store, cast, group, first) -> None:
    walk = Walk(store, at(2, 14, 0))
    walk.to(at(2, 15, 10))
    (alert,) = store.query(Alert).filter_by(name="group_short")
    meetings.move(store, first, datetime.fromisoformat("2027-02-26T13:00"), cast.ana, walk.now)
    walk.to(at(2, 15, 12), (12,))
    assert alert.ended_at
