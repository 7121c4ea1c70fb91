"""The next thing that a calendar is told of one event."""

from datetime import UTC, datetime, timedelta

import pytest

from calendars.invitation import Method
from supervisor.feeds.invited_steps import Said, Step, step

NOW = datetime(2027, 2, 9, 20, tzinfo=UTC)
SLOTS = [f"2027-{month:02}-10T10:00:00" for month in range(3, 13)]
ALL = dict.fromkeys(SLOTS, "a")
REQUEST, CANCEL = Method.REQUEST, Method.CANCEL


def without(*slots: str) -> dict[str, str]:
    return {slot: said for slot, said in ALL.items() if slot not in slots}


def told(on, has, said: Said = Said(), *, whole: bool = True) -> Step | None:  # noqa: B008
    return step(on, has, NOW, said, whole=whole)


def test_what_a_calendar_has_as_it_is_is_not_told() -> None:
    assert told(ALL, ALL) is None
    assert told({}, {}) is None


@pytest.mark.parametrize("whole", [True, False])
def test_all_of_it_is_taken_back_by_its_name(whole: bool) -> None:
    assert told({}, ALL, whole=whole) == Step(CANCEL)


def test_what_is_not_known_is_told_whole_and_what_is_asked_of_it_alone() -> None:
    assert told(ALL, {}) == Step(REQUEST)
    assert told(ALL, {}, Said(asks=SLOTS[2])) == Step(REQUEST, (SLOTS[2],))
    assert told(ALL, {}, Said(asks="none of them")) == Step(REQUEST)


def test_one_that_changes_goes_alone_and_several_as_a_whole() -> None:
    assert told(ALL | {SLOTS[1]: "b"}, ALL) == Step(REQUEST, (SLOTS[1],))
    assert told(ALL | {SLOTS[1]: "b", SLOTS[2]: "b"}, ALL) == Step(REQUEST)


def test_some_that_are_off_are_taken_back_and_with_another_change_all_is_told() -> None:
    assert told(without(SLOTS[1], SLOTS[3]), ALL) == Step(CANCEL, (SLOTS[1], SLOTS[3]))
    assert told(without(SLOTS[1]) | {SLOTS[2]: "b"}, ALL) == Step(REQUEST)


def test_what_is_asked_goes_though_it_is_known() -> None:
    assert told(ALL, ALL, Said(asks=SLOTS[0])) == Step(REQUEST, (SLOTS[0],))
    assert told(ALL, ALL, Said(all_=True)) == Step(REQUEST)


def test_one_that_is_on_again_is_told_with_all() -> None:
    assert told(ALL, without(SLOTS[1])) == Step(REQUEST)


def test_what_is_partly_known_never_becomes_a_rhythm_by_a_change() -> None:
    few = {SLOTS[1]: "a"}
    assert told(ALL, few, whole=False) is None
    assert told(ALL | {SLOTS[1]: "b"}, few, whole=False) == Step(REQUEST, (SLOTS[1],))
    asked = Said(asks=SLOTS[2])
    assert told(ALL, few, asked, whole=False) == Step(REQUEST, (SLOTS[2],))
    assert told(without(SLOTS[1]), few, whole=False) == Step(CANCEL, (SLOTS[1],))


def test_a_rhythm_that_grows_is_told_when_little_is_left_of_it() -> None:
    assert told(ALL, without(SLOTS[-1])) is None
    assert told(ALL, dict.fromkeys(SLOTS[:3], "a")) == Step(REQUEST)
    every_day = [(NOW + timedelta(days=n)).replace(tzinfo=None).isoformat() for n in range(1, 31)]
    has, more = dict.fromkeys(every_day[:20], "a"), dict.fromkeys(every_day, "a")
    assert told(more, has) == Step(REQUEST)
