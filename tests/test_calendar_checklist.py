"""The checklist itself: each of its rules can be broken, and is then the one that says so."""

from dataclasses import replace
from datetime import datetime

import pytest

from calendars.event import Instance, render
from calendars.feed import join
from calendars.invitation import Invitation, Method, text
from calendars.recurrence import Rule, series, starts
from tests.calendar_checklist import CHECKLIST, broken
from tests.test_calendar_invitation import BEN, EVENT, HUB, SENT

AUCKLAND = "Pacific/Auckland"
LINK = "https://meet.example.org/a"


def feed() -> bytes:
    """A series with one that is moved, and one by itself with a link."""
    times = starts(Rule(), EVENT.starts, datetime.fromisoformat("2027-04-21T10:00"))
    planned = {at: replace(EVENT, starts=at) for at in times if at.day != 24}
    planned[times[1]] = replace(EVENT, starts=times[1].replace(hour=12))
    alone = replace(EVENT, uid="x", title="Māori, hui", link=LINK)
    entries = [render(one) for one in (*series(Rule(), AUCKLAND, planned), alone)]
    return join("Hui", 4, [AUCKLAND], entries)


def mail() -> bytes:
    return text(Invitation(Method.REQUEST, [EVENT], HUB, BEN), SENT)


ONCE = "RECURRENCE-ID;TZID=Pacific/Auckland:20270317T100000"
SPOILT = {
    "begins_and_ends_as_a_calendar": ("BEGIN:VCALENDAR", "\ufeffBEGIN:VCALENDAR"),
    "breaks_lines_with_crlf_alone": ("COLOR:teal\r\n", "COLOR:teal\n"),
    "folds_at_75_octets_and_never_inside_a_character": ("COLOR:teal", f"COLOR:{'teal' * 20}"),
    "is_composed": ("Māori", "Ma\u0304ori"),
    "escapes_four_characters_and_nothing_else": ("Māori\\,", "Māori,"),
    "has_nothing_that_programs_pass_over": ("EXDATE", "RDATE"),
    "says_all_of_each_event": ("CLASS:PRIVATE", "CLASS:PUBLIC"),
    "frees_the_time_of_what_is_off": ("TRANSP:OPAQUE", "TRANSP:TRANSPARENT"),
    "repeats_each_link_where_every_reader_finds_it": (f"URL:{LINK}", f"URL:{LINK}b"),
    "names_people_in_mails_alone": ("COLOR:teal", "COLOR:teal\r\nMETHOD:PUBLISH"),
    "tells_followers_its_name_and_when_to_look_again": ("NAME:Hui", "NAME:Hui ā"),
    "stamps_the_change_or_the_sending_of_a_mail": ("DTSTAMP:2027", "DTSTAMP:2026"),
    "writes_each_zone_that_it_names_once": ("TZID:Pacific/Auckland", "TZID:Pacific/Chatham"),
    "has_each_event_once_and_series_before_exceptions": (ONCE, ONCE.replace("17T", "18T")),
    "repeats_as_every_program_can": ("BYDAY=WE", "BYDAY=TH"),
}


def test_what_is_made_keeps_every_rule() -> None:
    assert broken("feed", feed()) == broken("mail", mail()) == []


@pytest.mark.parametrize("rule", [rule.__name__ for rule in CHECKLIST])
def test_each_rule_notices_what_breaks_it(rule: str) -> None:
    old, new = SPOILT[rule]
    spoilt = feed().decode().replace(old, new, 1).encode()
    assert spoilt != feed()
    assert any(f" {rule} " in fault for fault in broken("feed", spoilt))


def test_an_occurrence_without_its_series_is_for_mail_alone() -> None:
    alone = replace(EVENT, instance=Instance(EVENT.starts, AUCKLAND))
    octets = join("Hui", 4, [AUCKLAND], [render(alone)])
    assert broken("feed", octets)


def test_a_mail_names_people_and_asks_once() -> None:
    assert broken("mail", mail().replace(b"=NEEDS-ACTION", b"=ACCEPTED"))
    assert broken("mail", mail().replace(b"METHOD:REQUEST", b"METHOD:COUNTER"))
    assert broken("mail", mail().replace(b"DTSTAMP:2027", b"DTSTAMP:2026"))
