"""Hours of a week in files of foreign making: read whole, or named; never guessed."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars import apart
from calendars.availability import Open, availability
from calendars.foreign import Unreadable
from calendars.weekly import Slip, Week, read_week
from tests.faulty import case
from tests.foreign import OWN_ZONE, calendar

AUCKLAND, CHATHAM, SYDNEY = "Pacific/Auckland", "Pacific/Chatham", "Australia/Sydney"
TODAY = date(2027, 2, 10)
NOW = datetime(2027, 2, 9, 20, tzinfo=UTC)
START, END = f"DTSTART;TZID={AUCKLAND}:20270208T", f"DTEND;TZID={AUCKLAND}:20270208T"
MONDAY = f"UID:1\n{START}090000\n{END}120000\nRRULE:FREQ=WEEKLY"
NINE = Open(0, 540, 720)


def week(*events: str, zone: str = AUCKLAND) -> Week:
    return read_week(calendar(*events), zone, TODAY)


def hours(*events: str, zone: str = AUCKLAND) -> list[Open]:
    found = week(*events, zone=zone)
    assert found.slips == []
    return found.hours


def why(*events: str, zone: str = AUCKLAND) -> list[str]:
    return [slip.why for slip in week(*events, zone=zone).slips]


stretches = st.builds(
    lambda weekday, starts, lasts, where, how: Open(
        weekday, starts, min(1440, starts + lasts), where, how
    ),
    st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440),
    st.sampled_from(("", "Ōtepoti; Dunedin", "a\\b, c", "Level 2")),
    st.sampled_from(("", "in_person", "remote")),
)  # fmt: skip
weeks = st.lists(stretches, min_size=1, max_size=12)


@settings(deadline=None)
@given(weeks, st.sampled_from((AUCKLAND, CHATHAM, SYDNEY, "Australia/Lord_Howe", "UTC")))
def test_what_was_taken_along_comes_back_the_same(some: list[Open], zone: str) -> None:
    assert read_week(availability("x", zone, some, NOW), zone, TODAY) == Week(some)


@settings(deadline=None)
@given(weeks)
def test_by_a_clock_that_always_differs_the_same_it_is_the_same_time(some: list[Open]) -> None:
    there = read_week(availability("x", AUCKLAND, some, NOW), CHATHAM, TODAY).hours
    assert read_week(availability("x", CHATHAM, there, NOW), AUCKLAND, TODAY).slips == []
    assert _minutes(there) == {(minute + 45) % 10080 for minute in _minutes(some)}


def _minutes(some: list[Open]) -> set[int]:
    return {
        one.weekday * 1440 + n for one in some for n in range(one.starts_minute, one.ends_minute)
    }


def test_plain_events_of_every_week_are_hours_too() -> None:
    assert hours(MONDAY) == [NINE]
    assert hours(f"{MONDAY};INTERVAL=1;WKST=SU;BYDAY=TU,FR") == [
        Open(1, 540, 720), Open(4, 540, 720),
    ]  # fmt: skip
    daily = MONDAY.replace("WEEKLY", "DAILY")
    assert hours(daily) == [Open(day, 540, 720) for day in range(7)]
    assert hours(f"{daily};BYDAY=SA") == [Open(5, 540, 720)]


def test_how_long_it_is_can_be_said_in_any_way() -> None:
    lasts = MONDAY.replace(f"{END}120000", "DURATION:PT3H")
    assert hours(lasts) == [NINE]
    day = "UID:1\nDTSTART;VALUE=DATE:20270209\nRRULE:FREQ=WEEKLY"
    assert hours(day) == hours(f"{day}\nDTEND;VALUE=DATE:20270210") == [Open(1, 0, 1440)]


def test_on_the_day_of_a_change_of_the_clock_the_wall_counts() -> None:
    sunday = MONDAY.replace("20270208T09", "20270404T00").replace("20270208T12", "20270404T06")
    assert read_week(calendar(sunday), AUCKLAND, date(2027, 4, 1)).hours == [Open(6, 0, 360)]


def test_hours_past_midnight_are_of_both_days() -> None:
    late = MONDAY.replace("08T09", "14T22").replace("20270208T12", "20270215T02")
    assert hours(late) == [Open(6, 1320, 1440), Open(0, 0, 120)]


def test_a_time_without_a_zone_is_the_owners_and_a_written_one_is_read() -> None:
    assert hours(MONDAY.replace(f";TZID={AUCKLAND}", "")) == [NINE]
    own = MONDAY.replace(AUCKLAND, "Customized Time Zone")
    octets = calendar(own, head=OWN_ZONE.replace("+1300", "+1000"))
    assert read_week(octets, "Australia/Brisbane", TODAY).hours == [NINE]
    assert [one.why for one in read_week(octets, AUCKLAND, TODAY).slips] == ["clock"]


def test_place_and_kind_come_with_it() -> None:
    assert hours(f"{MONDAY}\nLOCATION:Level 2\\, Room\\n3\nCATEGORIES:Remote") == [
        Open(0, 540, 720, "Level 2, Room 3", "remote")
    ]


def test_what_is_over_or_called_off_is_passed_over() -> None:
    once = MONDAY.replace("\nRRULE:FREQ=WEEKLY", "").replace("202702", "202701")
    ended = f"{MONDAY};UNTIL=20270201T000000Z"
    assert hours(once, ended, f"{MONDAY}\nSTATUS:CANCELLED", MONDAY) == [NINE]
    with pytest.raises(Unreadable, match="no_hours"):
        week(once, ended)


@pytest.mark.parametrize(
    ("event", "word"),
    [
        (MONDAY.replace("\nRRULE:FREQ=WEEKLY", "").replace("0208", "0211"), "once"),
        (MONDAY.replace("WEEKLY", "MONTHLY"), "rule"),
        (f"{MONDAY};INTERVAL=2", "rule"),
        (f"{MONDAY};BYDAY=1MO", "rule"),
        (f"{MONDAY};BYMONTH=2", "rule"),
        (f"{MONDAY};COUNT", "rule"),
        (f"{MONDAY}\nRRULE:FREQ=WEEKLY", "rule"),
        (f"{MONDAY}\nRDATE:20270210T000000Z", "rule"),
        (f"{MONDAY};COUNT=4", "ends"),
        (f"{MONDAY};UNTIL=20270901T000000Z", "ends"),
        (MONDAY.replace("202702", "202703"), "later"),
        (f"{MONDAY}\nEXDATE:20270215T000000Z", "but"),
        (f"{MONDAY}\nRECURRENCE-ID:20270215T000000Z", "but"),
        (MONDAY.replace(AUCKLAND, "Middle-earth/Shire"), "zone"),
        (MONDAY.replace(AUCKLAND, SYDNEY), "clock"),
        (MONDAY.replace("DTSTART", "X-START"), "start"),
        (MONDAY.replace(f"{START}09", f"{START}99"), "start"),
        (MONDAY.replace(f"{START}0", "DTSTART:00010101T0"), "length"),
        (MONDAY.replace("T120000", "T090000"), "length"),
        (MONDAY.replace("20270208T12", "20270210T12"), "length"),
        (MONDAY.replace(f"{END}120000", "DURATION:soon"), "length"),
        (MONDAY.replace(f"{END}120000", "DURATION:P99999999999999W"), "length"),
        (MONDAY.replace(f"{END}120000", ""), "length"),
    ],
)
def test_what_is_no_hours_of_every_week_is_named_alone(event: str, word: str) -> None:
    found = week(MONDAY, event)
    assert found.hours == [NINE]
    assert [(slip.number, slip.why) for slip in found.slips] == [(2, word)]


def test_a_slip_names_the_day_to_find_it_by() -> None:
    assert week(f"{MONDAY};INTERVAL=2").slips == [Slip(1, "rule", "2027-02-08")]


def _availability(lines: str, times: int = 1) -> bytes:
    inner = f"BEGIN:AVAILABLE\n{MONDAY}\nEND:AVAILABLE"
    one = f"BEGIN:VAVAILABILITY\nUID:1\n{lines}\n{inner}\nEND:VAVAILABILITY"
    return "\n".join(["BEGIN:VCALENDAR", *[one] * times, "END:VCALENDAR"]).encode()


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ("DTEND:20270901T000000Z", "ends"),
        ("DURATION:P60D", "ends"),
        ("DTSTART:20270901T000000Z", "later"),
    ],
)
def test_a_week_with_bounds_of_its_own_is_none_for_good(lines: str, word: str) -> None:
    found = read_week(_availability(lines), AUCKLAND, TODAY)
    assert [slip.why for slip in found.slips] == [word]


def test_one_week_is_read_and_two_are_one_too_many() -> None:
    assert read_week(_availability("DTSTART:20260101T000000Z"), AUCKLAND, TODAY) == Week([NINE])
    found = read_week(_availability("PRIORITY:1", times=2), AUCKLAND, TODAY)
    assert [slip.why for slip in found.slips] == ["several"]


def test_a_process_of_its_own_reads_the_same_week() -> None:
    octets = calendar(MONDAY, f"{MONDAY};INTERVAL=2")
    assert apart.week_apart(octets, AUCKLAND, TODAY) == read_week(octets, AUCKLAND, TODAY)
    with pytest.raises(Unreadable, match="no_calendar"):
        apart.week_apart(b"", AUCKLAND, TODAY)


def test_broken_files_are_named_or_refused_and_nothing_else() -> None:
    for number in range(300):
        octets = case(number).octets.replace(b"VFREEBUSY", b"AVAILABLE")
        try:
            read_week(octets, AUCKLAND, TODAY)
        except Unreadable:
            continue
