"""Answers to invitations as Outlook, Google and Apple write them, sloppy ones included."""

import email
import email.policy
import json
from base64 import b64encode
from datetime import UTC, date, datetime

import pytest

from calendars import apart
from calendars.apart import answers_apart
from calendars.foreign import Unreadable
from calendars.reply import MOST, Answer, answers, parts_of

STAMP = datetime(2027, 2, 9, 20, tzinfo=UTC)
LINES = """BEGIN:VCALENDAR
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
UID:one@hub
SEQUENCE:2
DTSTAMP:20270209T200000Z
DTSTART:20270216T200000Z
DTEND:20270216T210000Z
ATTENDEE;CN=Ben Harris;PARTSTAT=ACCEPTED:mailto:ben@example.org
END:VEVENT
END:VCALENDAR
"""
BENS = Answer("REPLY", "one@hub", "ben@example.org", "ACCEPTED", 2, STAMP)


def mail(
    lines: str = LINES, content_type: str = 'text/calendar; charset="utf-8"; method=REPLY', more=""
):
    """A mail with a note and the answer, in base64 as most programs send it."""
    text = (
        "From: somebody@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain\r\n\r\nAccepted\r\n--b\r\n"
        f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n{more}\r\n"
        f"{b64encode(lines.encode()).decode()}\r\n--b--\r\n"
    )
    return email.message_from_string(text, policy=email.policy.default)


@pytest.mark.parametrize("word", ["ACCEPTED", "TENTATIVE", "DECLINED", "DELEGATED"])
def test_an_answer_says_who_what_and_when(word):
    (found,) = answers(mail(LINES.replace("ACCEPTED", word)))
    assert found == Answer("REPLY", "one@hub", "ben@example.org", word, 2, STAMP)


@pytest.mark.parametrize(
    ("content_type", "more"),
    [
        ("text/calendar; method=REQUEST", ""),
        ("application/ics; name=invite.ics", ""),
        ("application/octet-stream", 'Content-Disposition: attachment; filename="Reply.ICS"\r\n'),
        ("TEXT/CALENDAR", ""),
    ],
)
def test_the_part_is_found_however_it_is_labelled(content_type, more):
    assert answers(mail(content_type=content_type, more=more)) == [BENS]


def test_the_parameter_serves_where_the_calendar_names_no_method():
    silent = LINES.replace("METHOD:REPLY\n", "")
    assert answers(mail(silent)) == [BENS]
    assert answers(mail(silent, "text/calendar")) == []


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH", "REFRESH"])
def test_other_methods_are_no_answers(method):
    assert answers(mail(LINES.replace("METHOD:REPLY", f"METHOD:{method}"))) == []


@pytest.mark.parametrize(
    "attendee",
    [
        "ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:Ben@Example.org",
        "ATTENDEE;PARTSTAT=ACCEPTED:ben@example.org",
        'ATTENDEE;CN="Harris: Ben";PARTSTAT=ACCEPTED:mailto:ben@example.org',
        "ATTENDEE;CN=Harris: Ben;PARTSTAT=ACCEPTED:mailto:ben@example.org",
        'ATTENDEE;PARTSTAT="accepted";X=1:mailto: <ben@example.org>',
        "ATTENDEE;PARTSTAT=ACC\n EPTED:mailto:ben@exam\n ple.org",
    ],
)
def test_who_answers_is_read_as_programs_write_it(attendee):
    lines = LINES.replace(next(x for x in LINES.split("\n") if x.startswith("ATT")), attendee)
    assert answers(mail(lines)) == [BENS]


def test_a_word_that_is_none_answers_nothing():
    (found,) = answers(mail(LINES.replace("ACCEPTED", "SURE")))
    assert found.partstat == "NEEDS-ACTION"
    (found,) = answers(mail(LINES.replace("PARTSTAT=ACCEPTED", "X=1")))
    assert found.partstat == "NEEDS-ACTION"


def test_the_same_answer_twice_in_a_mail_is_one():
    twice = LINES.replace("END:VEVENT\n", "END:VEVENT\n" + LINES[LINES.index("BEGIN:VEVENT") :])
    assert answers(mail(twice.replace("END:VCALENDAR\nEND:VCALENDAR", "END:VCALENDAR"))) == [BENS]


def test_one_occurrence_of_a_series_is_named_by_its_time():
    def of(line: str) -> Answer:
        (found,) = answers(mail(LINES.replace("SEQUENCE:2", f"SEQUENCE:2\n{line}")))
        return found

    at = datetime(2027, 2, 16, 20, tzinfo=UTC)
    assert of("RECURRENCE-ID:20270216T200000Z").recurrence == at
    assert of("RECURRENCE-ID;TZID=New Zealand Standard Time:20270217T090000").recurrence == at
    assert of("RECURRENCE-ID;VALUE=DATE:20270217").recurrence == date(2027, 2, 17)
    assert not of("RECURRENCE-ID:20270216T200000Z").unclear


@pytest.mark.parametrize("line", ["RECURRENCE-ID:soon", "RECURRENCE-ID;TZID=Mars:20270217T090000"])
def test_an_occurrence_that_cannot_be_read_is_unclear_and_never_the_whole(line):
    (found,) = answers(mail(LINES.replace("SEQUENCE:2", f"SEQUENCE:2\n{line}")))
    assert found.unclear


def test_without_a_stamp_or_a_number_both_are_unknown():
    (found,) = answers(mail(LINES.replace("SEQUENCE:2", "SEQUENCE:two").replace("DTSTAMP", "X-S")))
    assert (found.sequence, found.stamp) == (None, None)
    (found,) = answers(mail(LINES.replace("DTSTAMP", "DTSTAMP;TZID=Mars").replace("0000Z", "0000")))
    assert found.stamp is None


def test_a_counter_says_which_time_it_asks_for():
    counter = LINES.replace("METHOD:REPLY", "METHOD:COUNTER").replace("ACCEPTED", "TENTATIVE")
    (found,) = answers(mail(counter))
    asked = datetime(2027, 2, 16, 20, tzinfo=UTC), datetime(2027, 2, 16, 21, tzinfo=UTC)
    assert (found.method, found.proposed) == ("COUNTER", asked)
    (found,) = answers(mail(counter.replace("DTSTART", "X-S").replace("DTEND", "X-E")))
    assert found.proposed is None
    zoned = counter.replace("DTSTART:", "DTSTART;TZID=Mars:").replace(
        "T200000Z\nDTEND", "T20\nDTEND"
    )
    assert answers(mail(zoned))[0].proposed is None


@pytest.mark.parametrize(
    "lines",
    ["", "<html>", LINES[:-20], LINES.replace("UID:one@hub\n", ""), LINES.replace("@", " ")],
)
def test_what_is_no_answer_is_none(lines):
    assert answers(mail(lines)) == []


def test_a_mail_without_a_calendar_answers_nothing():
    plain = email.message_from_string("Subject: Yes\r\n\r\nI can come", policy=email.policy.default)
    assert answers(plain) == []
    assert answers(mail(content_type="message/rfc822; name=a.ics")) == []


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"DTSTAMP:20270209T200000Z": "RECURRENCE-ID:20270216T200000Z"},
        {"DTSTAMP:20270209T200000Z": "RECURRENCE-ID;VALUE=DATE:20270216"},
        {"METHOD:REPLY": "METHOD:COUNTER"},
        {"METHOD:REPLY": "METHOD:REQUEST"},
    ],
)
def test_a_process_of_its_own_reads_the_same(changed):
    lines = LINES
    for old, new in changed.items():
        lines = lines.replace(old, new)
    sent = mail(lines)
    assert answers_apart(parts_of(sent), "Pacific/Auckland") == answers(sent, "Pacific/Auckland")


def test_the_words_of_the_process_are_those_of_the_answers(monkeypatch):
    class Given:
        class buffer:  # noqa: N801
            read = staticmethod(lambda: json.dumps([["REPLY", b64encode(octets).decode()]]))

    octets = LINES.replace("METHOD:REPLY\n", "").encode()
    monkeypatch.setattr(apart, "_limit", lambda: None)
    monkeypatch.setattr("sys.stdin", Given)
    (said,) = json.loads(apart.main("reply", "UTC"))["said"]
    assert (said["attendee"], said["stamp"]) == (BENS.attendee, STAMP.isoformat())


def test_what_takes_too_long_to_read_is_given_up():
    lines = LINES.replace("ATTENDEE;", f"ATTENDEE;X=:{' ' * 100_000}:;")
    with pytest.raises(Unreadable, match="too_long"):
        answers_apart(parts_of(mail(lines)), "UTC")


def test_of_very_many_answers_the_first_are_taken():
    many = "".join(f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:a{n}@example.org\n" for n in range(MOST * 2))
    assert len(answers(mail(LINES.replace("END:VEVENT", f"{many}END:VEVENT")))) == MOST


def test_an_address_without_end_is_none():
    lines = LINES.replace("mailto:ben@example.org", "a" * 500_000)
    assert answers(mail(lines)) == []


def test_a_zone_that_is_named_like_something_else_is_read():
    zone = (
        "BEGIN:VTIMEZONE\nTZID:1\nBEGIN:STANDARD\nDTSTART:20010101T000000\n"
        "TZOFFSETFROM:+1100\nTZOFFSETTO:+1100\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    lines = LINES.replace("BEGIN:VEVENT", f"{zone}BEGIN:VEVENT", 1)
    lines = lines.replace("DTSTAMP:20270209T200000Z", "DTSTAMP;TZID=1:20270210T070000")
    assert answers(mail(lines)) == [BENS]
