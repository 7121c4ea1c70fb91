"""Answers to invitations by mail: believed by the address they come to, and by nothing else."""

import email
import email.policy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select

from calendars.reply import answers
from supervisor import clock
from supervisor.calendar_answers import calendar_answers, inbox
from supervisor.groups import meetings
from supervisor.models import Attendance, InvitationReply, Meeting, Message, Session, Store
from supervisor.sessions import series, sessions
from tests.answer_mail import booked
from tests.mail_calendar import carrying, part_of
from tests.test_series import asked
from tests.test_sessions import at


@pytest.fixture
def invited(app: Flask, store: Store) -> Callable[[str], list[EmailMessage]]:
    """Send what is due; the invitations that somebody got."""
    with carrying(app, store) as carry:
        yield lambda who: [mail for mail in carry(who) if part_of(mail) is not None]


@pytest.fixture
def session(store: Store, cast) -> Session:
    return booked(store, cast)


def answered(
    invitation: EmailMessage, word: str, minute: int = 5, **changed: object
) -> EmailMessage:
    """What a calendar program sends back: the event with its reader's word alone, to the organizer.
    From is anybody's."""
    part = part_of(invitation)
    assert part is not None
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    (event, *_rest) = calendar.walk("VEVENT")
    to = str(changed.pop("to", str(event["ORGANIZER"]).partition(":")[2]))
    method = str(changed.pop("method", "REPLY"))
    who = str(changed.pop("who", str(event["ATTENDEE"]).partition(":")[2]))
    stamp = (clock.now() + timedelta(minutes=minute)).strftime("%Y%m%dT%H%M%SZ")
    lines = {"UID": str(event["UID"]), "SEQUENCE": int(event["SEQUENCE"]), "DTSTAMP": stamp}
    if "RECURRENCE-ID" in event:
        at_utc = event.decoded("RECURRENCE-ID").astimezone(UTC)
        lines["RECURRENCE-ID"] = at_utc.strftime("%Y%m%dT%H%M%SZ")
    lines |= changed
    said = "".join(f"{name.replace('_', '-')}:{value}\r\n" for name, value in lines.items())
    text = (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n{said}"
        f"ATTENDEE;PARTSTAT={word}:mailto:{who}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "anybody@example.com", to, f"{word}: Meeting"
    mail.set_content("Sent from my phone")
    mail.add_alternative(text.encode(), "text", "calendar", params={"method": method})
    return email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)


def take(store: Store, mail: EmailMessage, given: tuple[str, ...] = ()) -> str:
    said = inbox.take(store, mail, answers(mail), given, "test", clock.now())
    store.commit()
    return said


def outcomes(store: Store) -> list[str]:
    return list(store.scalars(select(InvitationReply.outcome).order_by(InvitationReply.id)))


@pytest.mark.parametrize("word", ["ACCEPTED", "TENTATIVE"])
def test_a_yes_is_noted_and_changes_nothing(store, cast, session, invited, word):
    (mail,) = invited("ben")
    assert take(store, answered(mail, word)) == "answer"
    assert outcomes(store) == ["noted"]
    assert session.cancelled_at is None
    assert calendar_answers.waiting(store) == []


def test_a_no_gives_the_time_back_and_tells_the_other_side_with_other_times(
    store, cast, session, invited
):
    (mail,) = invited("ben")
    take(store, answered(mail, "DECLINED"))
    assert outcomes(store) == ["declined"]
    assert session.cancelled_by_id == cast.ben.id
    told = store.scalars(select(Message).where(Message.template == "cancelled")).all()
    assert {one.recipient for one in told} == {cast.ben, cast.ana}
    assert all(one.facts["times"] for one in told)
    assert session.starts_at not in [datetime.fromisoformat(x) for x in told[0].facts["times"]]


def test_the_address_may_stand_on_the_envelope_alone(store, cast, session, invited):
    (mail,) = invited("ana")
    reply = answered(mail, "DECLINED")
    signed = reply["To"]
    del reply["To"]
    assert take(store, reply, (signed,)) == "answer"
    assert session.cancelled_by_id == cast.ana.id


def test_from_alone_is_never_believed(store, cast, session, invited):
    """The hub sees that an answer came to no address of ours, and nothing else happens."""
    (mail,) = invited("ben")
    forged = answered(mail, "DECLINED", to="hub@localhost")
    del forged["From"]
    forged["From"] = "ben@example.org"
    take(store, forged)
    assert session.cancelled_at is None
    (waits,) = calendar_answers.waiting(store)
    assert (waits.outcome, waits.person, waits.session) == ("unsigned", None, session)


def test_an_address_that_was_changed_is_no_address_of_ours(store, cast, session, invited):
    (mail,) = invited("ben")
    signed = answered(mail, "DECLINED")["To"]
    changed = signed[:10] + ("a" if signed[10] != "a" else "b") + signed[11:]
    take(store, answered(mail, "DECLINED", to=changed))
    assert outcomes(store) == ["unsigned"]
    assert session.cancelled_at is None


def test_mail_about_nothing_of_ours_is_left_alone(store, cast, session, invited):
    (mail,) = invited("ben")
    other = answered(mail, "DECLINED", to="hub@localhost", UID="somebody-elses")
    assert take(store, other) == "other"
    assert take(store, email.message_from_string("Subject: Hi\r\n\r\nHello")) == "other"
    assert outcomes(store) == []


def test_an_answer_about_another_meeting_than_its_address_waits(store, cast, session, invited):
    (mail,) = invited("ben")
    take(store, answered(mail, "DECLINED", UID="another"))
    (waits,) = calendar_answers.waiting(store)
    assert (waits.outcome, waits.person) == ("unknown", cast.ben)
    assert session.cancelled_at is None


def test_another_address_than_the_invited_one_waits(store, cast, session, invited):
    (mail,) = invited("ben")
    take(store, answered(mail, "DECLINED", who="stranger@example.com"))
    assert [one.outcome for one in calendar_answers.waiting(store)] == ["mismatch"]
    assert session.cancelled_at is None


def test_the_same_answer_twice_is_one(store, cast, session, invited):
    (mail,) = invited("ben")
    reply = answered(mail, "ACCEPTED")
    take(store, reply)
    take(store, reply)
    assert outcomes(store) == ["noted"]


def test_an_answer_counts_after_a_slip_of_which_nobody_was_told(store, cast, session, invited):
    (mail,) = invited("ben")
    sessions.cancel(store, session, cast.ana, clock.now())
    sessions.restore(store, session, cast.ana, clock.now())
    assert invited("ben") == [], "their calendar has it as it is"
    assert take(store, answered(mail, "DECLINED")) == "answer"
    assert outcomes(store) == ["declined"]
    assert session.cancelled_by_id == cast.ben.id


def test_a_clock_that_is_far_ahead_silences_nobody(store, cast, session, invited):
    (mail,) = invited("ben")
    take(store, answered(mail, "ACCEPTED", minute=365 * 24 * 60))
    clock.set_to(clock.now() + timedelta(days=2))
    take(store, answered(mail, "DECLINED"))
    assert outcomes(store) == ["noted", "declined"]


def test_an_older_answer_that_comes_later_counts_for_nothing(store, cast, session, invited):
    (mail,) = invited("ben")
    take(store, answered(mail, "ACCEPTED", minute=9))
    take(store, answered(mail, "DECLINED", minute=5))
    assert outcomes(store) == ["noted", "older"]
    assert session.cancelled_at is None
    take(store, answered(mail, "DECLINED", minute=10))
    assert session.cancelled_at is not None


def test_an_answer_to_what_the_invitation_said_before_counts_for_nothing(
    store, cast, session, invited
):
    (mail,) = invited("ben")
    sessions.move(store, session, at(2, 25, 10), None, cast.ana, clock.now())
    store.commit()
    take(store, answered(mail, "DECLINED"))
    assert outcomes(store) == ["outdated"]
    assert session.cancelled_at is None
    (moved,) = invited("ben")
    take(store, answered(moved, "DECLINED", minute=9))
    assert session.cancelled_at is not None


def test_what_is_over_or_called_off_stays_as_it_is(store, cast, session, invited):
    (mail,) = invited("ben")
    reply = answered(mail, "DECLINED")
    clock.set_to(session.starts_at + timedelta(hours=3))
    take(store, reply)
    assert outcomes(store) == ["over"]
    assert session.cancelled_at is None


def test_a_counter_becomes_something_for_a_person(store, cast, session, invited, sign_in):
    (mail,) = invited("ben")
    asked_for = "20270226T010000Z"
    counter = {"DTSTART": asked_for, "DTEND": "20270226T020000Z"}
    take(store, answered(mail, "TENTATIVE", method="COUNTER", **counter))
    (waits,) = calendar_answers.waiting(store)
    assert (waits.outcome, f"{waits.proposed_at:%Y%m%dT%H%M%SZ}") == ("counter", asked_for)
    page = sign_in(cast.cleo).get("/today").text
    assert "asks for another time: Friday 26 February" in page
    assert sign_in(cast.ben).post(f"/answers/{waits.ref}/done").status_code == 404
    sign_in(cast.cleo).post(f"/answers/{waits.ref}/done")
    store.expire_all()
    assert calendar_answers.waiting(store) == []
    assert waits.settled_by_id == cast.cleo.id


def test_every_answer_that_waits_has_words(store, cast, session, sign_in):
    facts = {"uid": "x", "occurrence": "", "method": "REPLY", "partstat": "DECLINED"}
    for outcome in sorted(calendar_answers.WAITING):
        person = None if outcome == "unsigned" else cast.ben
        store.add(
            InvitationReply(
                came_at=clock.now(), person=person, session=session, outcome=outcome, waits=True,
                **facts,
            )
        )  # fmt: skip
    store.commit()
    page = sign_in(cast.cleo).get("/today").text
    assert page.count("It is seen to") == len(calendar_answers.WAITING)


def test_whoever_sends_somebody_else_is_asked(store, cast, session, invited):
    (mail,) = invited("ben")
    take(store, answered(mail, "DELEGATED"))
    assert outcomes(store) == ["delegated"]
    take(store, answered(mail, "NEEDS-ACTION", minute=9))
    assert outcomes(store) == ["delegated", "noted"]


def test_a_no_that_can_not_be_done_waits(store, cast, session, invited):
    (mail,) = invited("ben")
    reply = answered(mail, "DECLINED")
    session.provider = cast.dan
    session.entitlement.person = cast.rua
    store.commit()
    take(store, reply)
    assert outcomes(store) == ["not_done"]


def test_one_occurrence_of_a_series_is_called_off_and_the_others_stay(store, cast, invited):
    some, _left = series.book(store, asked(cast, who="cleo"), clock.now())
    (mail,) = invited("ben")
    take(store, answered(mail, "DECLINED"))
    assert [one.outcome for one in calendar_answers.waiting(store)] == ["whole"]
    slot = some[2].series_start
    assert slot is not None
    one = {"RECURRENCE_ID;TZID=Pacific/Auckland": f"{slot:%Y%m%dT%H%M%S}"}
    take(store, answered(mail, "DECLINED", minute=9, **one))
    assert [bool(one.cancelled_at) for one in some[:4]] == [False, False, True, False]


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ({"RECURRENCE_ID": "soon"}, "unclear"),
        ({"RECURRENCE_ID;TZID=Pacific/Auckland": "20270216T100000"}, "unknown"),
    ],
)
def test_an_occurrence_that_is_none_waits(store, cast, invited, line, outcome):
    some, _left = series.book(store, asked(cast, who="cleo"), clock.now())
    (mail,) = invited("ben")
    take(store, answered(mail, "DECLINED", **line))
    assert [one.outcome for one in calendar_answers.waiting(store)] == [outcome]
    assert not any(one.cancelled_at for one in some)


def test_a_day_names_an_occurrence_too_and_a_yes_to_all_is_noted(store, cast, invited):
    some, _left = series.book(store, asked(cast, who="cleo"), clock.now())
    (mail,) = invited("ben")
    take(store, answered(mail, "ACCEPTED"))
    assert outcomes(store) == ["noted"]
    slot = some[1].series_start
    assert slot is not None
    take(store, answered(mail, "DECLINED", **{"RECURRENCE_ID;VALUE=DATE": f"{slot:%Y%m%d}"}))
    assert some[1].cancelled_at is not None


def test_a_forged_answer_about_a_series_waits(store, cast, invited):
    series.book(store, asked(cast, who="cleo"), clock.now())
    (mail,) = invited("ben")
    take(store, answered(mail, "DECLINED", to="hub@localhost"))
    assert [one.outcome for one in calendar_answers.waiting(store)] == ["unsigned"]


def test_a_meeting_of_a_group_has_a_yes_or_a_no_of_its_reader(store, cast, circle, invited):
    rows = [one for one in store.query(Meeting).order_by(Meeting.starts_at) if not one.needs_time]
    meetings.move(store, rows[1], rows[1].local_start + timedelta(days=1), cast.ana, clock.now())
    (mail,) = invited("ben")
    take(store, answered(mail, "DECLINED"))
    said = store.scalars(select(Attendance).filter_by(meeting_id=rows[1].id)).one()
    assert (said.person_id, said.coming) == (cast.ben.id, False)
    take(store, answered(mail, "ACCEPTED", minute=9))
    store.expire_all()
    assert said.coming is True


def test_a_delivery_report_is_no_answer(store, cast):
    text = (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Final-Recipient: rfc822; a@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    assert take(store, email.message_from_string(text)) == "report"
