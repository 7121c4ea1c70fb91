"""Events that repeat, before any hub is involved: what four readers make of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.event import Event, render
from calendars.feed import join
from calendars.recurrence import LAST, Rule, series, starts
from tests.readers import READERS, Read

AUCKLAND, CHATHAM, PERTH = "Pacific/Auckland", "Pacific/Chatham", "Australia/Perth"
FIRST = datetime.fromisoformat("2026-08-26T10:00")
HALF_A_YEAR = FIRST + timedelta(days=240)
EVENT = Event(
    uid="abc", sequence=2, changed_at=datetime(2026, 1, 5, tzinfo=UTC), starts=FIRST,
    zone=AUCKLAND, minutes=60, title="Hui",
)  # fmt: skip
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = (Rule(), Rule(weeks=2), Rule(nth=4))


def planned(rule: Rule = RULES[1], zone: str = AUCKLAND) -> dict[datetime, Event]:
    """Half a year of meetings, across both changes of the clock."""
    return {at: replace(EVENT, starts=at, zone=zone) for at in starts(rule, FIRST, HALF_A_YEAR)}


def truth(events: dict[datetime, Event]) -> Read:
    found = set()
    for event in events.values():
        at = event.starts.replace(tzinfo=ZoneInfo(event.zone)).astimezone(UTC)
        off = event.called_off
        said = ("CANCELLED", f"{off}: {event.title}") if off else ("CONFIRMED", event.title)
        found.add((event.uid, at, at + timedelta(minutes=event.minutes), *said))
    return found


def as_read(rule: Rule, zone: str, events: dict[datetime, Event]) -> list[Read]:
    zones = {zone, *(event.zone for event in events.values())}
    octets = join("Hui", 4, zones, [render(one) for one in series(rule, zone, events)])
    return [read(octets) for read in READERS]


def untouched(_events: dict[datetime, Event], _slots: list[datetime]) -> None:
    """As the rule has it."""


def one_moved(events: dict[datetime, Event], slots: list[datetime]) -> None:
    events[slots[2]] = replace(events[slots[2]], starts=slots[2] + DAY + HOUR)


def first_moved(events: dict[datetime, Event], slots: list[datetime]) -> None:
    events[slots[0]] = replace(events[slots[0]], starts=slots[0] - DAY)


def all_moved(events: dict[datetime, Event], slots: list[datetime]) -> None:
    for slot in slots:
        events[slot] = replace(events[slot], starts=slot + HOUR)


def some_left_out(events: dict[datetime, Event], slots: list[datetime]) -> None:
    for slot in slots[1:4]:
        del events[slot]


def ends_left_out(events: dict[datetime, Event], slots: list[datetime]) -> None:
    del events[slots[0]], events[slots[-1]]


def one_called_off(events: dict[datetime, Event], slots: list[datetime]) -> None:
    events[slots[3]] = replace(events[slots[3]], called_off="Cancelled")


def all_called_off(events: dict[datetime, Event], slots: list[datetime]) -> None:
    for slot in slots:
        events[slot] = replace(events[slot], called_off="Cancelled")


def one_elsewhere(events: dict[datetime, Event], slots: list[datetime]) -> None:
    events[slots[1]] = replace(events[slots[1]], zone=PERTH, starts=slots[1] - 4 * HOUR)


def longer_once(events: dict[datetime, Event], slots: list[datetime]) -> None:
    events[slots[1]] = replace(events[slots[1]], minutes=90, title="Long hui")


def one_left(events: dict[datetime, Event], slots: list[datetime]) -> None:
    for slot in slots[1:]:
        del events[slot]


EDITS = (
    untouched, one_moved, first_moved, all_moved, some_left_out, ends_left_out, one_called_off,
    all_called_off, one_elsewhere, longer_once, one_left,
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("edit", EDITS)
def test_every_reader_sees_each_meeting_where_it_is(rule: Rule, edit: Callable[..., None]) -> None:
    for zone in (AUCKLAND, CHATHAM):
        events = planned(rule, zone)
        edit(events, sorted(events))
        for seen in as_read(rule, zone, events):
            assert seen == truth(events)


def test_a_series_says_its_rule_and_no_more() -> None:
    events = planned()
    slots = sorted(events)
    one_moved(events, slots)
    del events[slots[5]]
    master, moved = series(RULES[1], AUCKLAND, events, after="before")
    text = render(master).decode().replace("\r\n ", "")
    assert "RRULE:FREQ=WEEKLY;UNTIL=20270420T220000Z;INTERVAL=2;BYDAY=WE\r\n" in text
    assert "EXDATE;TZID=Pacific/Auckland:20261104T100000\r\n" in text
    assert "RELATED-TO:before\r\n" in text
    assert "RDATE" not in text
    exception = render(moved).decode()
    assert "RECURRENCE-ID;TZID=Pacific/Auckland:20260923T100000\r\n" in exception
    assert "DTSTART;TZID=Pacific/Auckland:20260924T110000\r\n" in exception
    for never in ("RRULE", "EXDATE", "RELATED-TO", "RANGE"):
        assert never not in exception


def test_each_exception_hits_a_start_of_the_rule_and_none_is_left_out_too() -> None:
    for edit in EDITS:
        events = planned()
        edit(events, sorted(events))
        master, *others = series(RULES[1], AUCKLAND, events)
        rule = set(starts(RULES[1], master.starts, HALF_A_YEAR))
        assert master.repeats
        left_out = set(master.repeats.left_out)
        instead = {one.instance.at for one in others if one.instance}
        assert left_out | instead <= rule
        assert not left_out & instead
        assert master.starts in rule


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("nth", [1, 2, 3, 4, LAST])
def test_a_monthly_rule_is_the_same_weekday_of_every_month(nth: int, weekday: int) -> None:
    january = [datetime.fromisoformat(f"2027-01-{day:02}T09:00") for day in range(1, 32)]
    days = [day for day in january if day.weekday() == weekday]
    first = days[nth - 1] if nth != LAST else days[-1]
    found = starts(Rule(nth=nth), first, datetime.fromisoformat("2028-12-31T23:00"))
    assert [time.month for time in found] == [*range(1, 13), *range(1, 13)]
    assert {time.weekday() for time in found} == {weekday}
    for time in found:
        last = (time + timedelta(days=7)).month != time.month
        assert last if nth == LAST else (time.day - 1) // 7 + 1 == nth


def test_what_is_no_start_of_the_rule_cannot_be_said_by_it() -> None:
    events = planned()
    events[FIRST + DAY] = replace(EVENT, starts=FIRST + DAY)
    assert series(RULES[1], AUCKLAND, events) == []


@pytest.mark.parametrize("time", ["01:30", "02:30"])
def test_a_series_around_the_change_of_the_clock_is_left_to_single_events(time: str) -> None:
    hour = datetime.fromisoformat(f"2026-09-13T{time}")
    events = {at: replace(EVENT, starts=at) for at in starts(Rule(), hour, hour + 28 * DAY)}
    assert series(Rule(), AUCKLAND, events) == []
    assert series(Rule(), PERTH, events) != []


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(RULES),
    st.sampled_from([AUCKLAND, CHATHAM]),
    st.dictionaries(st.integers(0, 12), st.sampled_from(["gone", "off", "later", "long"])),
)
def test_any_mix_of_changes_is_read_as_it_is(rule: Rule, zone: str, what: dict[int, str]) -> None:
    events = planned(rule, zone)
    slots = sorted(events)
    for n, change in what.items():
        slot = slots[n % len(slots)]
        if change == "gone" and len(events) > 1:
            events.pop(slot, None)
        elif slot in events:
            changes = {"off": {"called_off": "Off"}, "long": {"minutes": 75}}
            later = {"starts": slot + 2 * DAY}
            events[slot] = replace(events[slot], **changes.get(change, later))
    octets = join("Hui", 4, [zone], [render(one) for one in series(rule, zone, events)])
    for read in READERS[:3]:
        assert read(octets) == truth(events)
