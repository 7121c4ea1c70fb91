"""A plan of single meetings in a calendar that lives on mail: each is an invitation of its own."""

from datetime import date, datetime
from email.message import EmailMessage
from types import SimpleNamespace

import icalendar
import pytest

from calendars.reply import answers
from supervisor import clock
from supervisor.calendar_answers import calendar_answers
from supervisor.feeds import feeds
from supervisor.matches import match_endings
from supervisor.models import InvitationReply, Message, Session, Store
from supervisor.plans import plans
from supervisor.rules.kinds import Channel, Side, Which
from supervisor.sessions import series, session_messages, sessions
from supervisor.zones import today
from tests.mail_calendar import part_of
from tests.mail_server import words
from tests.test_calendar_answers import answered
from tests.test_invited_gaps import AUCKLAND, Mailboxes, boxes
from tests.test_series import asked
from tests.test_sessions import at

__all__ = ["boxes"]
SAYS = "each of them comes in an email of its own"


def take(store: Store, cast: SimpleNamespace, *days: int) -> list[Session]:
    taken = [
        sessions.take(store, cast.entitlement, at(3, day, 10), None, cast.cleo, clock.now())
        for day in days
    ]
    return [session for session, _new in taken]


def keep(store: Store, cast: SimpleNamespace, *days: int) -> list[Session]:
    some = take(store, cast, *days)
    session_messages.kept(store, some, cast.cleo, clock.now())
    return some


@pytest.fixture
def plan(store: Store, cast, boxes: Mailboxes) -> list[Session]:
    """Three meetings, each of which came by itself."""
    some = keep(store, cast, 15, 18, 23)
    got = boxes.day()
    assert got["ben"] == got["ana"] == [("REQUEST", one.uid) for one in some]
    return some


def events(mails: list[EmailMessage]) -> list[icalendar.Event]:
    """The one that each mail with a calendar has."""
    found = []
    for part in filter(None, map(part_of, mails)):
        (one,) = icalendar.Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
        found.append(one)
    return found


def starts(some: list[Session]) -> set[tuple[str, datetime]]:
    return {(one.uid, one.starts_at) for one in some}


def test_the_letter_has_the_words_and_each_meeting_follows(store: Store, cast, boxes) -> None:
    some = keep(store, cast, 15, 18, 23)
    letter, *following = boxes.carry("ben")
    assert letter["Subject"] == "Your meetings are booked"
    assert part_of(letter) is None
    assert SAYS in words(letter)
    assert {one["Subject"] for one in following} == {"For your calendar"}
    assert [one["UID"] for one in events(following)] == [one.uid for one in some]
    assert {part_of(mail).get_param("method") for mail in following} == {"REQUEST"}
    said = {(str(one["ATTENDEE"]), one["ATTENDEE"].params["RSVP"]) for one in events(following)}
    assert said == {("mailto:ben@example.org", "TRUE")}


def test_a_calendar_has_the_plan_and_hears_no_more_of_it(store: Store, cast, boxes, plan) -> None:
    assert boxes.has(cast.ben) == boxes.has(cast.ana) == starts(plan)
    assert boxes.day() == {}


def test_a_year_that_is_kept_comes_meeting_by_meeting(store: Store, cast, boxes) -> None:
    plans.plan(store, date(2027, 2, 10), date(2027, 12, 20), clock.now())
    kept, _gone = plans.keep(store, cast.entitlement, cast.ben, clock.now())
    assert boxes.day()["ben"] == [("REQUEST", one.uid) for one in kept]
    assert boxes.has(cast.ben) == starts(kept)


def test_a_plan_of_one_comes_with_its_letter(store: Store, cast, boxes) -> None:
    some = keep(store, cast, 15)
    (mail,) = boxes.carry("ben")
    assert [one["UID"] for one in events([mail])] == [some[0].uid]
    assert SAYS not in words(mail)


def test_a_rhythm_comes_with_its_letter_as_one(store: Store, cast, boxes) -> None:
    some, _left = series.book(store, asked(cast, who="cleo"), clock.now())
    (mail,) = boxes.carry("ben")
    part = part_of(mail)
    assert part.get_param("method") == "REQUEST"
    assert some[0].series.uid.encode() in part.get_payload(decode=True)
    assert SAYS not in words(mail)
    series.cancel(store, some[4], cast.cleo, clock.now(), Side.WORKER, Which.LATER)
    series.restore(store, some[4], cast.cleo, clock.now())
    assert boxes.day() == {}


def test_each_that_is_called_off_is_taken_out(store: Store, cast, boxes, plan) -> None:
    sessions.cancel(store, plan[1], cast.cleo, clock.now(), Side.WORKER)
    assert boxes.day() == {who: [("CANCEL", plan[1].uid)] for who in ("ana", "ben")}
    assert boxes.has(cast.ben) == starts([plan[0], plan[2]])


def test_all_that_end_with_a_match_are_taken_out(store: Store, cast, boxes, plan) -> None:
    match_endings.end(store, cast.match, today(clock.now(), AUCKLAND), cast.cleo, clock.now())
    got = boxes.day()
    for who in ("ana", "ben"):
        assert sorted(got[who]) == sorted(("CANCEL", one.uid) for one in plan)
    assert boxes.has(cast.ben) == set()


def test_what_is_called_off_before_it_came_never_comes(store: Store, cast, boxes) -> None:
    some = keep(store, cast, 15, 18, 23)
    sessions.cancel(store, some[1], cast.cleo, clock.now(), Side.WORKER)
    got = boxes.day()
    assert got["ben"] == got["ana"] == [("REQUEST", one.uid) for one in (some[0], some[2])]
    dropped = store.query(Message).filter(Message.dropped_at.is_not(None))
    assert {one.template for one in dropped} == {"calendar_entry"}


def test_what_is_moved_before_it_came_comes_once_and_as_it_is(store: Store, cast, boxes) -> None:
    some = keep(store, cast, 15, 18)
    sessions.move(store, some[1], at(3, 19, 11), None, cast.cleo, clock.now())
    boxes.day()
    assert boxes.has(cast.ben) == starts(some)
    assert boxes.day() == {}


def test_a_yes_or_a_no_is_to_one_of_them(store: Store, cast, boxes, app) -> None:
    some = keep(store, cast, 15, 18, 23)
    _letter, first, second, _third = boxes.carry("ben")
    for mail, word in ((first, "ACCEPTED"), (second, "DECLINED")):
        (event,) = events([mail])
        to, key = str(event["ORGANIZER"])[7:], app.config["HUB"].secret_key
        assert calendar_answers.take(store, answers(answered(mail, word)), [to], key, clock.now())
    assert [one.cancelled_at is not None for one in some] == [False, True, False]
    yes = store.query(InvitationReply).filter_by(session_id=some[0].id).one()
    assert yes.partstat == "ACCEPTED"


@pytest.mark.parametrize("why", ["a feed", "a no", "no mail"])
def test_whoever_wants_no_invitation_gets_the_words_alone(
    store: Store, cast, boxes, why: str
) -> None:
    if why == "a feed":
        feeds.make_feed(store, cast.ben, "phone", clock.now())
    elif why == "a no":
        feeds.invite(store, cast.ben, False, clock.now())
    else:
        cast.ben.contact_by, cast.ben.phone = Channel.TEXT, "+64211"
    keep(store, cast, 15, 18)
    told = store.query(Message).filter_by(recipient=cast.ben)
    assert [one.template for one in told] == ["plan_kept"]
    mails = boxes.carry("ben")
    assert not any(map(part_of, mails))
    assert not any(SAYS in words(mail) for mail in mails)
