"""Calendars that live on mail alone: whatever anybody does, they come to what is true, and nothing
is taken back that was never there."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select

from supervisor import clock, leave, leaving, messages
from supervisor.calendar_answers import calendar_answers
from supervisor.errors import Refused
from supervisor.feeds import invited_events, invited_gaps
from supervisor.groups import (
    group_endings,
    group_leaders,
    groups,
    meetings,
    mergers,
    seats,
    visits,
)
from supervisor.letter_samples import OFFER
from supervisor.matches import match_endings
from supervisor.meeting_rooms import room_choices, room_keeping
from supervisor.meeting_rooms.room_keeping import Written
from supervisor.models import Group, GroupTerms, InvitedEvent, Meeting, Person, Seat, Session, Store
from supervisor.reach import is_working_day
from supervisor.rules.kinds import Channel, Mode, Side, Which
from supervisor.sessions import calendar_letters, series, sessions, videos
from supervisor.sessions.placing import revise
from supervisor.zones import midnight, today
from tests.calendar_checklist import broken
from tests.mail_calendar import MailCalendar, carrying, part_of
from tests.readers import by_icalendar, by_vobject
from tests.test_series import asked
from tests.test_sessions import at

AUCKLAND = "Pacific/Auckland"
FIRST = datetime.fromisoformat("2027-03-17T10:00")


class Mailboxes:
    """What each of the cast has got since one looked last, and the calendar made of all of it."""

    def __init__(self, store: Store, carry) -> None:
        self.store, self.carry = store, carry
        self.calendars: dict[str, MailCalendar] = {}
        self.numbers: dict[tuple[str, str], int] = {}

    def day(self, *, sure: bool = True) -> dict[str, list[tuple[str, str]]]:
        """Let some days pass in which everything is carried; methods and UIDs for each reader."""
        got: dict[str, list[tuple[str, str]]] = {}
        for days in (0, 1, 1):
            for mail in self._later(days):
                who = mail["To"].partition("@")[0]
                if (part := part_of(mail)) is not None:
                    got.setdefault(who, []).append(self._take(who, mail, part))
        if sure:
            self.all_right()
        return got

    def _later(self, days: int) -> list[EmailMessage]:
        """Within the hour, or in the morning of the next working day."""
        invited_gaps.tell(self.store, clock.now())
        on = today(clock.now(), AUCKLAND) + timedelta(days=days)
        while days and not is_working_day(on, "OTA"):
            on += timedelta(days=1)
        morning = midnight(on, AUCKLAND) + timedelta(hours=9)
        clock.set_to(morning if days else clock.now() + timedelta(hours=1))
        return self.carry("")

    def _take(self, who: str, mail, part) -> tuple[str, str]:
        octets = part.get_payload(decode=True)
        assert broken("mail", octets) == []
        method = self.calendars.setdefault(who, MailCalendar()).take(mail)
        if method == "REQUEST":
            assert {one[:3] for one in by_icalendar(octets)} == {
                one[:3] for one in by_vobject(octets)
            }
        events = icalendar.Calendar.from_ical(octets).walk("VEVENT")
        (uid,) = {str(one["UID"]) for one in events}
        for one in events:
            assert int(one["SEQUENCE"]) >= self.numbers.get((who, uid), 0)
            self.numbers[who, uid] = int(one["SEQUENCE"])
            assert self.numbers[who, uid] <= invited_events.number_of(self.store, uid)
        return method, uid

    def all_right(self) -> None:
        for who, calendar in self.calendars.items():
            person = self.store.scalars(select(Person).filter_by(ref=who)).one()
            ahead = {one for one in calendar.starts() if one[1] > clock.now()}
            assert ahead == truth(self.store, person), who

    def has(self, person: Person) -> set:
        return self.calendars[person.ref].starts()


def truth(store: Store, person: Person) -> set[tuple[str, datetime]]:
    """What their own feed has ahead, of what their calendar was ever told."""
    told = {row.uid for row in store.scalars(select(InvitedEvent).filter_by(person_id=person.id))}
    pieces = invited_events.pieces_of(store, person, clock.now())
    found = (invited_events.named(store, pieces, uid) for uid in told)
    return {
        (one.uid, record.starts_at)
        for one in found
        for record in one.on.values()
        if record.starts_at > clock.now()
    }


@pytest.fixture
def boxes(app: Flask, store: Store, cast: SimpleNamespace) -> Mailboxes:
    with carrying(app, store) as carry:
        yield Mailboxes(store, carry)


@pytest.fixture
def circle_of_three(store: Store, cast: SimpleNamespace, now: datetime) -> Group:
    """Ana leads Ben and Dan, every second week; Eve is not in it."""
    cast.eve = Person(ref="eve", name="Eve Tan", email="eve@example.org")
    group = Group(
        ref="circle", name="Circle", kind="co_reflection", facilitator=cast.ana, mode=Mode.VIDEO,
        minimum=1, maximum=8, open=True, place=cast.dunedin,
        seats=[Seat(person=cast.ben), Seat(person=cast.dan)],
    )  # fmt: skip
    store.add_all([group, cast.eve])
    store.flush()
    groups.meet(store, group, FIRST, AUCKLAND, 2, 60, None, now)
    return group


@pytest.fixture
def known(store: Store, boxes: Mailboxes, circle_of_three: Group) -> Group:
    """Each of the three has its meetings in their calendar."""
    for person in (circle_of_three.facilitator, *(one.person for one in circle_of_three.seats)):
        calendar_letters.tell(store, person, ahead(store)[0], clock.now())
    assert set(boxes.day()) == {"ana", "ben", "dan"}
    return circle_of_three


def ahead(store: Store) -> list[Meeting]:
    query = select(Meeting).where(Meeting.needs_time.is_(False), Meeting.starts_at > clock.now())
    return list(store.scalars(query.order_by(Meeting.starts_at)))


def book(store: Store, cast, month: int, day: int, mode: Mode = Mode.VIDEO) -> Session:
    return sessions.book(store, cast.entitlement, at(month, day, 10), mode, cast.cleo, clock.now())


def test_a_new_link_for_video_goes_with_the_letter_and_its_number_stays(
    store: Store, cast, boxes
) -> None:
    some, _left = series.book(store, asked(cast, who="cleo"), clock.now())
    assert boxes.day()["ben"] == [("REQUEST", some[0].series.uid)]
    before = boxes.numbers["ben", some[0].series.uid]
    videos.write(store, cast.ana, "https://meet.example.org/new", cast.ana, clock.now())
    got = boxes.day()
    assert got["ben"] == got["ana"] == [("REQUEST", some[0].series.uid)]
    assert boxes.numbers["ben", some[0].series.uid] == before
    calendar = boxes.calendars["ben"]
    links = {str(one["URL"]) for one in calendar.events.values()}
    assert "https://meet.example.org/new" in links
    assert boxes.day() == {}, "and nobody hears of it twice"


def test_another_room_goes_with_the_letter_to_each_that_is_told(store: Store, cast, boxes) -> None:
    room_keeping.add(store, cast.cromwell, Written("Room 1", 4), cast.cleo, clock.now())
    session = book(store, cast, 3, 15, Mode.IN_PERSON)
    boxes.day()
    room, _given = room_keeping.add(
        store, cast.cromwell, Written("Room 2", 4), cast.cleo, clock.now()
    )
    room_choices.pick(store, session, room.ref, Which.ONLY, cast.cleo, clock.now())
    got = boxes.day()
    assert got == {who: [("REQUEST", session.uid)] for who in ("ana", "ben")}
    (entry,) = boxes.calendars["ben"].events.values()
    assert (str(entry["LOCATION"]), entry["SEQUENCE"]) == ("Cromwell, Room 2", 0)


def test_what_they_said_holds_while_only_the_room_changes(store: Store, cast, boxes) -> None:
    """A program that shows the invitation anew has their yes in it, until it moves."""
    room_keeping.add(store, cast.cromwell, Written("Room 1", 4), cast.cleo, clock.now())
    other, _n = room_keeping.add(store, cast.cromwell, Written("Room 2", 4), cast.cleo, clock.now())
    session = book(store, cast, 3, 15, Mode.IN_PERSON)
    boxes.day()
    first = session.room
    calendar_answers.say(store, cast.ben, session, clock.now(), yes=True)

    def asked_again() -> list[str]:
        boxes.day()
        (entry,) = boxes.calendars["ben"].events.values()
        return [entry["ATTENDEE"].params[name] for name in ("PARTSTAT", "RSVP")]

    room_choices.pick(store, session, other.ref, Which.ONLY, cast.cleo, clock.now())
    assert asked_again() == ["ACCEPTED", "FALSE"]
    sessions.move(store, session, at(3, 16, 10), None, cast.cleo, clock.now())
    assert asked_again() == ["NEEDS-ACTION", "TRUE"]
    room_choices.pick(store, session, first.ref, Which.ONLY, cast.cleo, clock.now())
    assert asked_again() == ["NEEDS-ACTION", "TRUE"]


def test_several_that_end_with_one_act_are_each_taken_out(store: Store, cast, boxes) -> None:
    some = [book(store, cast, 3, day) for day in (15, 23, 31)]
    boxes.day()
    on = today(clock.now(), AUCKLAND)
    match_endings.end(store, cast.match, on, cast.cleo, clock.now())
    got = boxes.day()
    assert all(one.cancelled_at for one in some)
    for who in ("ana", "ben"):
        assert sorted(got[who]) == sorted(("CANCEL", one.uid) for one in some)


def test_time_away_takes_out_each_meeting_that_lies_in_it(store: Store, cast, boxes) -> None:
    some = [book(store, cast, 3, day) for day in (15, 17)]
    stays = book(store, cast, 3, 31)
    boxes.day()
    first, back = some[0].local_start.date(), some[1].local_start.date() + timedelta(days=1)
    leave.record(store, cast.ben, first, back, cast.ben, clock.now())
    got = boxes.day()
    assert sorted(got["ana"]) == sorted(("CANCEL", one.uid) for one in some)
    assert boxes.has(cast.ben) == {(stays.uid, stays.starts_at)}


def test_what_was_never_there_is_never_taken_out(store: Store, cast, boxes) -> None:
    """Also where they have had an invitation before, to something else."""
    other = book(store, cast, 3, 15)
    boxes.day()
    session = book(store, cast, 3, 23)
    sessions.cancel(store, session, cast.cleo, clock.now(), Side.WORKER)
    assert boxes.day() == {}
    assert boxes.has(cast.ben) == {(other.uid, other.starts_at)}


def test_whoever_had_it_gets_the_end_of_it_though_they_are_no_part_of_it_now(
    store: Store, cast, boxes
) -> None:
    """Dan serves from now on: Ana's calendar is told, and Ben's stays."""
    session = book(store, cast, 3, 15)
    boxes.day()
    session.provider = cast.dan
    revise(session, clock.now())
    got = boxes.day()
    assert got == {"ana": [("CANCEL", session.uid)]}
    assert boxes.has(cast.ana) == set()


def test_a_seat_brings_the_rhythm_and_goes_apart_from_other_words(
    store: Store, cast, boxes, circle_of_three
) -> None:
    seats.join(store, circle_of_three, cast.eve, cast.cleo, clock.now())
    got = boxes.day()
    uid = circle_of_three.series[0].uid
    assert got == {"eve": [("REQUEST", uid)]}
    assert {one for _uid, one in boxes.has(cast.eve)} == {one.starts_at for one in ahead(store)}


def test_whoever_takes_a_seat_themselves_reads_no_letter_of_it_but_has_the_times(
    store: Store, cast, boxes, circle_of_three
) -> None:
    seats.join(store, circle_of_three, cast.eve, cast.eve, clock.now())
    assert boxes.day() == {"eve": [("REQUEST", circle_of_three.series[0].uid)]}


def test_a_letter_with_an_invitation_goes_apart_from_the_others_of_the_day(
    store: Store, cast, boxes, circle_of_three
) -> None:
    facts = OFFER | {"due": date(2027, 7, 1).isoformat()}
    for number in (1, 2):
        messages.tell(store, cast.eve, f"x:{number}", "review_due", facts, clock.now())
    seats.join(store, circle_of_three, cast.eve, cast.cleo, clock.now())
    clock.set_to(clock.now() + timedelta(days=1))
    together, alone = boxes.carry("eve")
    assert together["Subject"] == "2 things for you"
    assert part_of(together) is None
    assert alone["Subject"] == "There is a place for you"
    assert part_of(alone).get_param("method") == "REQUEST"
    assert boxes.day() == {}


@pytest.mark.parametrize("who", ["ben", "cleo"])
def test_a_seat_that_ends_is_taken_out_of_that_calendar_alone_and_comes_back(
    store: Store, cast, boxes, known, who: str
) -> None:
    uid, by = known.series[0].uid, getattr(cast, who)
    seats.leave(store, known, cast.ben, by, clock.now())
    assert boxes.day() == {"ben": [("CANCEL", uid)]}
    assert boxes.has(cast.ben) == set()
    seats.join(store, known, cast.ben, cast.cleo, clock.now())
    assert boxes.day() == {"ben": [("REQUEST", uid)]}
    assert {one for _uid, one in boxes.has(cast.ben)} == {one.starts_at for one in ahead(store)}


def test_numbers_of_a_seat_are_those_of_the_feed(store: Store, cast, boxes, known) -> None:
    """Each mail is held against the feed as it comes; here it is again after three turns."""
    uid = known.series[0].uid
    before = boxes.numbers["ben", uid]
    for _turn in range(3):
        seats.leave(store, known, cast.ben, cast.cleo, clock.now())
        boxes.day()
        seats.join(store, known, cast.ben, cast.cleo, clock.now())
        boxes.day()
    assert before < boxes.numbers["ben", uid] <= invited_events.number_of(store, uid)


def test_another_who_leads_has_it_and_the_one_before_has_it_no_more(
    store: Store, cast, boxes, known
) -> None:
    uid = known.series[0].uid
    group_leaders.lead(store, known, cast.eve, cast.cleo, clock.now())
    assert boxes.day() == {"eve": [("REQUEST", uid)], "ana": [("CANCEL", uid)]}


def test_whoever_leads_and_moves_one_has_it_at_its_new_time(
    store: Store, cast, boxes, known
) -> None:
    first = ahead(store)[0]
    meetings.move(store, first, first.local_start + timedelta(days=1), cast.ana, clock.now())
    got = boxes.day()
    assert got == {who: [("REQUEST", known.series[0].uid)] for who in ("ana", "ben", "dan")}


def test_a_guest_has_the_one_meeting_until_it_is_theirs_no_more(
    store: Store, cast, boxes, known
) -> None:
    visits.drop_in(store, known, cast.eve, clock.now())
    assert boxes.day() == {"eve": [("REQUEST", known.series[0].uid)]}
    assert len(boxes.has(cast.eve)) == 1
    meetings.cancel(store, ahead(store)[0], cast.ana, clock.now())
    got = boxes.day()
    assert {who: [method for method, _uid in some] for who, some in got.items()} == {
        who: ["CANCEL"] for who in ("ana", "ben", "dan", "eve")
    }


def test_a_no_on_a_page_takes_one_out_of_that_calendar_and_a_yes_brings_it_back(
    store: Store, cast, boxes, known
) -> None:
    first = ahead(store)[0]
    meetings.answer(store, first, cast.ben, False, clock.now())
    assert boxes.day() == {"ben": [("CANCEL", known.series[0].uid)]}
    meetings.answer(store, first, cast.ben, True, clock.now())
    assert boxes.day() == {"ben": [("REQUEST", known.series[0].uid)]}


def test_a_no_by_mail_is_not_told_to_the_program_that_said_it(
    store: Store, cast, boxes, known
) -> None:
    first = ahead(store)[0]
    meetings.answer(store, first, cast.ben, False, clock.now())
    invited_events.answered_no(store, cast.ben, first)
    assert boxes.day(sure=False) == {}


def test_who_wants_none_any_more_gets_none(store: Store, cast, boxes, known) -> None:
    cast.ben.invited = False
    meetings.cancel(store, ahead(store)[0], cast.ana, clock.now())
    assert "ben" not in boxes.day(sure=False)


def test_a_rhythm_that_goes_on_is_told_when_little_is_left_of_it(
    store: Store, cast, boxes, known
) -> None:
    groups.extend(store, clock.now())
    assert boxes.day(sure=False) == {}, "half a year is in there"
    last = max(one for _uid, one in boxes.has(cast.ben))
    clock.set_to(last - timedelta(days=20))
    groups.extend(store, clock.now())
    assert boxes.day(sure=False)["ben"] == [("REQUEST", known.series[0].uid)]
    assert max(one for _uid, one in boxes.has(cast.ben)) > last


def test_hours_that_are_kept_back_are_not_told(store: Store, cast, boxes, known) -> None:
    store.add(GroupTerms(group=known, words="We listen.", changed_at=clock.now()))
    store.flush()
    first = ahead(store)[0]
    meetings.move(store, first, first.local_start + timedelta(days=1), cast.ana, clock.now())
    assert set(boxes.day(sure=False)) == {"ana"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_done_each_calendar_comes_to_what_is_true(
    store: Store, cast, boxes, known, seed: int
) -> None:
    chance = random.Random(seed)
    booked = [book(store, cast, 4, day) for day in (6, 13, 20)]
    boxes.day()
    for _turn in range(12):
        for _act in range(chance.choice((1, 1, 2, 3))):
            _something(store, cast, known, booked, chance)
        boxes.day()


def _something(store: Store, cast, group: Group, booked: list[Session], chance) -> None:
    meeting, session = chance.choice(ahead(store)[1:5]), chance.choice(booked)
    now, person = clock.now(), chance.choice((cast.ben, cast.dan))
    acts: list[Callable[[], object]] = [
        lambda: meetings.cancel(store, meeting, cast.ana, now),
        lambda: meetings.restore(store, meeting, cast.ana, now),
        lambda: meetings.move(
            store, meeting, meeting.local_start + timedelta(days=1), cast.ana, now
        ),
        lambda: meetings.answer(store, meeting, person, chance.random() < 0.5, now),
        lambda: seats.leave(store, group, person, chance.choice((person, cast.cleo)), now),
        lambda: seats.join(store, group, person, cast.cleo, now),
        lambda: visits.drop_in(store, group, cast.eve, now),
        lambda: sessions.cancel(store, session, cast.ben, now),
        lambda: sessions.restore(store, session, cast.ben, now),
        lambda: sessions.move(
            store, session, session.starts_at + timedelta(hours=1), None, cast.cleo, now
        ),
        lambda: videos.write(
            store, cast.ana, f"https://meet.example.org/{now}"[:36], cast.ana, now
        ),
    ]
    try:
        with store.begin_nested():
            chance.choice(acts)()
    except Refused:
        store.expire_all()


def test_nothing_is_left_with_whoever_leaves_and_the_others_keep_theirs(
    store: Store, cast, boxes, known
) -> None:
    """The meetings of two are called off; the rhythm of the group goes on without them."""
    session, uid = book(store, cast, 6, 15), known.series[0].uid
    boxes.day()
    last = clock.now().date() + timedelta(days=1)
    plan = leaving.plan(store, cast.ben, last, clock.now())
    leaving.leave(store, cast.ben, last, plan.seen, cast.cleo, clock.now())
    off = ("CANCEL", session.uid)
    assert boxes.day(sure=False) == {"ana": [off], "ben": [off]}
    leaving.end_seats(store, clock.now())
    assert boxes.day() == {"ben": [("CANCEL", uid)]}
    assert boxes.has(cast.ben) == set()
    assert {one for _uid, one in boxes.has(cast.ana)} == {one.starts_at for one in ahead(store)}


def test_a_group_that_closes_is_taken_out_of_everybodys_calendar(
    store: Store, cast, boxes, known
) -> None:
    off = [("CANCEL", known.series[0].uid)]
    group_endings.close(store, known, cast.cleo, clock.now())
    assert boxes.day() == {"ana": off, "ben": off, "dan": off}
    assert [boxes.has(one) for one in (cast.ana, cast.ben, cast.dan)] == [set()] * 3


def test_a_group_that_goes_to_another_leaves_one_calendar_entry_to_each(
    store: Store, cast, boxes, known
) -> None:
    other = Group(
        ref="sister", name="Sister", kind="co_reflection", facilitator=cast.eve, mode=Mode.VIDEO,
        minimum=1, maximum=8, open=True, place=cast.dunedin,
    )  # fmt: skip
    store.add(other)
    store.flush()
    groups.meet(store, other, FIRST + timedelta(days=1), AUCKLAND, 2, 60, None, clock.now())
    mergers.merge(store, known, other, cast.cleo, clock.now())
    gone, come = ("CANCEL", known.series[0].uid), ("REQUEST", other.series[0].uid)
    got = boxes.day()
    assert got["ana"] == [gone]
    assert {who: sorted(got[who]) for who in ("ben", "dan")} == {
        who: [gone, come] for who in ("ben", "dan")
    }
    assert {uid for uid, _at in boxes.has(cast.ben)} == {other.series[0].uid}


def test_what_is_called_off_while_no_mail_comes_is_taken_out_once_it_does(
    store: Store, cast, boxes
) -> None:
    """Until then the hub has it to say on the phone."""
    some = [book(store, cast, 3, day) for day in (15, 23)]
    boxes.day()
    cast.ben.contact_by, cast.ben.phone = Channel.PHONE, "021 555 0199"
    sessions.cancel(store, some[1], cast.cleo, clock.now(), Side.WORKER)
    assert "ben" not in boxes.day(sure=False)
    cast.ben.contact_by = Channel.EMAIL
    assert boxes.day()["ben"] == [("CANCEL", some[1].uid)]
