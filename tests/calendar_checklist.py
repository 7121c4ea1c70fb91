"""What every calendar that goes out has to keep, line by line of its octets; each rule once."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

TEXTS = {"SUMMARY", "LOCATION", "DESCRIPTION", "UID", "RELATED-TO", "NAME", "X-WR-CALNAME"}
MUST = ("UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "STATUS", "TRANSP")
NEVER = ("RDATE", "VALARM", "THISANDFUTURE", "EXRULE")
PEOPLE = ("METHOD", "ATTENDEE", "ORGANIZER")
METHODS = ("REQUEST", "CANCEL")
HOLIDAYS, MAIL, FOLLOWED = "holidays", "mail", ("feed", "holidays")
Rule = Callable[[str, bytes], None]


def lines(octets: bytes) -> list[str]:
    """Content lines, unfolded."""
    return octets.replace(b"\r\n ", b"").decode().split("\r\n")


def values(octets: bytes) -> Iterator[tuple[str, str]]:
    """Each content line as its name, without parameters, and its value."""
    for one in lines(octets):
        quoted = re.sub(r'"[^"]*"', lambda m: m[0].replace(":", "\0"), one)
        name, _colon, value = quoted.partition(":")
        yield name.partition(";")[0], value.replace("\0", ":")


def events(octets: bytes) -> list[icalendar.Event]:
    """The events of a calendar, in its order."""
    return list(icalendar.Calendar.from_ical(octets).walk("VEVENT"))


def begins_and_ends_as_a_calendar(_what: str, octets: bytes) -> None:
    """VERSION, PRODID and CALSCALE; and no mark of byte order before them."""
    assert octets.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert octets.endswith(b"\r\nEND:VCALENDAR\r\n")
    assert b"\r\nCALSCALE:GREGORIAN\r\n" in octets


def breaks_lines_with_crlf_alone(_what: str, octets: bytes) -> None:
    assert octets.count(b"\r\n") == octets.count(b"\n") == octets.count(b"\r")


def folds_at_75_octets_and_never_inside_a_character(_what: str, octets: bytes) -> None:
    for one in octets.split(b"\r\n"):
        assert len(one) <= 75
        one.decode()


def is_composed(_what: str, octets: bytes) -> None:
    text = octets.decode()
    assert unicodedata.normalize("NFC", text) == text


def escapes_four_characters_and_nothing_else(_what: str, octets: bytes) -> None:
    for name, value in values(octets):
        if name in TEXTS:
            assert re.fullmatch(r"(?:[^\\;,\n]|\\[\\;,n])*", value), (name, value)


def has_nothing_that_programs_pass_over(_what: str, octets: bytes) -> None:
    for name in NEVER:
        assert name not in octets.decode()


def says_all_of_each_event(what: str, octets: bytes) -> None:
    for event in events(octets):
        for name in MUST:
            assert name in event, name
        assert event["CLASS"] == ("PUBLIC" if what == HOLIDAYS else "PRIVATE")
        assert "<" not in str(event.get("DESCRIPTION", ""))


def frees_the_time_of_what_is_off(what: str, octets: bytes) -> None:
    for event in events(octets):
        off = event["STATUS"] == "CANCELLED"
        assert off or event["STATUS"] == "CONFIRMED"
        assert off == str(event["SUMMARY"]).startswith("Cancelled: ")
        assert (event["TRANSP"] == "TRANSPARENT") == (off or what == HOLIDAYS)


def repeats_each_link_where_every_reader_finds_it(_what: str, octets: bytes) -> None:
    for event in events(octets):
        if "CONFERENCE" in event:
            assert event["CONFERENCE"].params["VALUE"] == "URI"
            assert event["URL"] == event["CONFERENCE"]
            assert str(event["URL"]) in str(event["DESCRIPTION"])


def names_people_in_mails_alone(what: str, octets: bytes) -> None:
    found = {name for name, _value in values(octets)} & set(PEOPLE)
    if not what.startswith(MAIL):
        assert not found
        return
    (method,) = (value for name, value in values(octets) if name == "METHOD")
    assert method in METHODS
    assert "ORGANIZER" in found
    assert "ATTENDEE" in found
    text = "\n".join(lines(octets))
    assert ("RSVP=TRUE" in text) == ("PARTSTAT=NEEDS-ACTION" in text), "asked, or has said so"
    assert ("PARTSTAT=" in text) == (method == "REQUEST")


def tells_followers_its_name_and_when_to_look_again(what: str, octets: bytes) -> None:
    said = dict(values(octets))
    names = ("NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "COLOR")
    assert {name for name in names if name in said} == (
        set(names) if what.startswith(FOLLOWED) else set()
    )
    assert said.get("NAME") == said.get("X-WR-CALNAME")
    assert said.get("REFRESH-INTERVAL") == said.get("X-PUBLISHED-TTL")


def stamps_the_change_or_the_sending_of_a_mail(what: str, octets: bytes) -> None:
    for event in events(octets):
        if what.startswith(MAIL):
            assert event["DTSTAMP"].dt >= event["LAST-MODIFIED"].dt
        else:
            assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt


def writes_each_zone_that_it_names_once(_what: str, octets: bytes) -> None:
    zones = [str(z["TZID"]) for z in icalendar.Calendar.from_ical(octets).walk("VTIMEZONE")]
    assert zones == sorted(set(zones))
    assert set(re.findall(r";TZID=([^:;]*)", "\n".join(lines(octets)))) == set(zones)


def has_each_event_once_and_series_before_exceptions(what: str, octets: bytes) -> None:
    masters: dict[str, icalendar.Event] = {}
    seen: set[tuple[str, datetime]] = set()
    for event in events(octets):
        uid = str(event["UID"])
        if "RECURRENCE-ID" not in event:
            assert uid not in masters
            masters[uid] = event
        elif "RRULE" in masters.get(uid, {}):
            _is_an_exception(masters[uid], event, seen)
        else:
            assert what.startswith(MAIL), "an occurrence alone is for mail"


def _is_an_exception(
    master: icalendar.Event, event: icalendar.Event, seen: set[tuple[str, datetime]]
) -> None:
    """In the zone and type of its series, once, at a start of the rule that is not left out."""
    at = event["RECURRENCE-ID"].dt
    assert at.tzinfo == master.start.tzinfo
    assert at in _starts(master)
    assert at not in _left_out(master)
    assert (str(event["UID"]), at) not in seen
    seen.add((str(event["UID"]), at))


def repeats_as_every_program_can(_what: str, octets: bytes) -> None:
    """UNTIL in UTC, DTSTART meets its rule, what is left out too, none where the clock changes."""
    for event in events(octets):
        if "RRULE" in event:
            starts = _starts(event)
            assert event["RRULE"]["UNTIL"][0].utcoffset() == timedelta(0)
            assert event.start in starts
            assert _left_out(event) <= starts
            for start in starts:
                there = start.replace(tzinfo=ZoneInfo(str(start.tzinfo)))
                assert len({there.replace(fold=fold).utcoffset() for fold in (0, 1)}) == 1


def _starts(master: icalendar.Event) -> set[datetime]:
    bare = icalendar.Event.from_ical(master.to_ical())
    bare.pop("EXDATE", None)
    calendar = icalendar.Calendar()
    calendar.add_component(bare)
    until = master["RRULE"]["UNTIL"][0]
    found = recurring_ical_events.of(calendar).between(date(2026, 1, 1), until + timedelta(days=1))
    return {event.start for event in found}


def _left_out(master: icalendar.Event) -> set[datetime]:
    said: Any = master.get("EXDATE") or []
    parts = said if isinstance(said, list) else [said]
    return set(chain.from_iterable((day.dt for day in part.dts) for part in parts))


CHECKLIST: tuple[Rule, ...] = (
    begins_and_ends_as_a_calendar,
    breaks_lines_with_crlf_alone,
    folds_at_75_octets_and_never_inside_a_character,
    is_composed,
    escapes_four_characters_and_nothing_else,
    has_nothing_that_programs_pass_over,
    says_all_of_each_event,
    frees_the_time_of_what_is_off,
    repeats_each_link_where_every_reader_finds_it,
    names_people_in_mails_alone,
    tells_followers_its_name_and_when_to_look_again,
    stamps_the_change_or_the_sending_of_a_mail,
    writes_each_zone_that_it_names_once,
    has_each_event_once_and_series_before_exceptions,
    repeats_as_every_program_can,
)


def broken(what: str, octets: bytes) -> list[str]:
    """The rules that a calendar does not keep. `what` begins with feed, mail, file, hours or
    holidays."""
    found = []
    for rule in CHECKLIST:
        try:
            rule(what, octets)
        except AssertionError as error:
            found.append(f"{what}: {rule.__name__} {error}")
    return found
