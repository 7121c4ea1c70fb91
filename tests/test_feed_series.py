"""Series in people's calendars: one event that repeats, whatever becomes of its meetings."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace

import pytest

from supervisor import clock
from supervisor.feeds import feeds
from supervisor.groups import groups, meetings
from supervisor.models import Group, Meeting, Person, Session, Store
from supervisor.rules.kinds import FeedLevel, Side, Which
from supervisor.rules.rhythm import Rhythm
from supervisor.sessions import series, sessions
from tests.calendar_checklist import events
from tests.cast import led_by_ana
from tests.readers import READERS, Read
from tests.test_groups import meet
from tests.test_groups import meetings as laid
from tests.test_series import asked
from tests.test_sessions import at


@pytest.fixture
def booked(store: Store, cast, now) -> list[Session]:
    """Ben meets Ana every second Monday at ten."""
    return series.book(store, asked(cast), now)[0]


@pytest.fixture
def group(store: Store, cast) -> Group:
    return led_by_ana(store, cast)


def feed(store: Store, person: Person, level: str = FeedLevel.NEUTRAL) -> bytes:
    store.flush()
    octets, _etag, _changed = feeds.feed_bytes(store, person, level, clock.now())
    return octets


def truth(some: Sequence[Session | Meeting]) -> Read:
    """Each meeting under the UID of its series, where and when the record says."""
    found = set()
    for one in some:
        uid = one.series.uid if one.series else one.uid
        off = one.cancelled_at is not None
        said = ("CANCELLED", "Cancelled: Meeting") if off else ("CONFIRMED", "Meeting")
        ends = one.starts_at + timedelta(minutes=one.minutes)
        found.add((uid, one.starts_at, ends, *said))
    return found


def test_a_series_is_one_event_that_every_reader_sees_as_its_meetings(
    store: Store, cast, booked
) -> None:
    octets = feed(store, cast.ben)
    (event,) = events(octets)
    assert event["RRULE"]["INTERVAL"] == [2]
    assert len(event["EXDATE"]) == 3, "the holidays"
    for read in READERS:
        assert read(octets) == truth(booked)
    assert feed(store, cast.ana) == octets, "with nothing of the one in the other's"


@pytest.mark.parametrize("rhythm", [Rhythm.WEEKLY, Rhythm.MONTHLY])
def test_any_rhythm_is_a_rule(store: Store, cast, now, rhythm: Rhythm) -> None:
    some, _left_out = series.book(store, asked(cast, rhythm), now)
    octets = feed(store, cast.ben)
    assert [("RRULE" in event) for event in events(octets)] == [True]
    for read in READERS:
        assert read(octets) == truth(some)


def test_one_that_is_moved_and_one_that_is_called_off_are_exceptions(
    store: Store, cast, booked, now
) -> None:
    number = booked[0].series.sequence
    series.move(store, booked[1], at(3, 2, 11), None, cast.ben, now, Which.ONLY)
    sessions.cancel(store, booked[4], cast.ben, now, Side.WORKER)
    octets = feed(store, cast.ben)
    master, *others = events(octets)
    assert [("RECURRENCE-ID" in one, str(one["UID"])) for one in others] == [
        (True, str(master["UID"]))
    ] * 2
    assert {int(one["SEQUENCE"]) for one in (master, *others)} == {number + 2}
    for read in READERS:
        assert read(octets) == truth(booked)


def test_this_and_later_end_one_series_and_begin_another_that_names_it(
    store: Store, cast, booked, now
) -> None:
    series.move(store, booked[2], at(3, 17, 11), None, cast.ben, now, Which.LATER)
    octets = feed(store, cast.ben)
    before, after = events(octets)
    assert after["RELATED-TO"] == before["UID"]
    assert before["RRULE"]["UNTIL"][0] == booked[1].starts_at
    for read in READERS:
        assert read(octets) == truth(booked)


def test_a_series_that_is_called_off_says_so_and_then_is_gone(
    store: Store, cast, booked, now
) -> None:
    uid = booked[0].series.uid
    series.cancel(store, booked[0], cast.ben, now, Side.WORKER, Which.LATER)
    octets = feed(store, cast.ben)
    (event,) = events(octets)
    assert (event["UID"], event["STATUS"]) == (uid, "CANCELLED")
    for read in READERS:
        assert read(octets) == truth(booked)
    clock.set_to(now + timedelta(days=32))
    assert events(feed(store, cast.ben)) == []


def test_a_meeting_in_another_zone_is_an_exception_at_the_same_instant(
    store: Store, cast, booked
) -> None:
    booked[3].zone = "Pacific/Chatham"
    booked[3].local_start += timedelta(minutes=45)
    booked[3].sequence += 1
    octets = feed(store, cast.ben)
    assert b"TZID:Pacific/Chatham" in octets
    for read in READERS:
        assert read(octets) == truth(booked)


def test_the_rhythm_of_a_group_is_one_event_and_grows(store: Store, cast, group, now) -> None:
    meet(store, group, until=None)
    octets = feed(store, cast.ben)
    assert [("RRULE" in event) for event in events(octets)] == [True]
    number = int(events(octets)[0]["SEQUENCE"])
    with_a_time = [one for one in laid(store) if not one.needs_time]
    for read in READERS:
        assert read(octets) == truth(with_a_time)
    groups.extend(store, now + timedelta(days=28))
    assert int(events(feed(store, cast.ben))[0]["SEQUENCE"]) == number + 1


def test_a_member_who_says_no_has_it_left_out_and_nobody_else(
    store: Store, cast, group, now
) -> None:
    meet(store, group)
    _first, second, *_rest = laid(store)
    before, number = feed(store, cast.ana), second.series.sequence
    meetings.answer(store, second, cast.ben, False, now)
    assert second.series.sequence == number + 1, "another set of meetings shows"
    there = [one for one in laid(store) if not one.needs_time]
    for read in READERS:
        assert read(feed(store, cast.ben)) == truth([o for o in there if o is not second])
        assert read(feed(store, cast.ana)) == read(before) == truth(there)


def test_a_meeting_of_a_group_that_is_moved_keeps_its_place(store: Store, cast, group, now) -> None:
    meet(store, group)
    second = laid(store)[1]
    slot = second.local_start
    meetings.move(store, second, slot + timedelta(days=1), cast.ana, now)
    assert second.series_start == slot
    for read in READERS:
        assert read(feed(store, cast.ben)) == truth([o for o in laid(store) if not o.needs_time])


def test_what_the_rule_cannot_say_is_a_single_event(store: Store, cast, booked) -> None:
    """As a meeting that was moved before its place was written down."""
    booked[1].series_start = None
    octets = feed(store, cast.ben)
    assert {str(one["UID"]) for one in events(octets)} == {booked[0].series.uid, booked[1].uid}
    booked[2].series_start += timedelta(days=1)
    booked[2].sequence += 1
    assert not [one for one in events(feed(store, cast.ben)) if "RRULE" in one]
    for read in READERS:
        assert {row[1] for row in read(feed(store, cast.ben))} == {o.starts_at for o in booked}


def test_a_second_meeting_in_one_place_of_the_rhythm_is_by_itself(
    store: Store, cast, booked
) -> None:
    booked[1].series_start = booked[2].series_start
    uids = {str(one["UID"]) for one in events(feed(store, cast.ben))}
    assert uids == {booked[0].series.uid, booked[2].uid}


def test_the_file_of_one_meeting_is_the_event_of_its_series(store: Store, cast, booked) -> None:
    octets = feeds.file_of(store, cast.ben, booked[3], clock.now())
    for read in READERS:
        assert read(octets) == truth(booked)
    booked[3].starts_at = booked[3].starts_at.replace(year=2025)
    octets = feeds.file_of(store, cast.ben, booked[3], clock.now())
    assert [str(one["UID"]) for one in events(octets)] == [booked[3].uid]


def test_the_other_of_two_changes_and_only_that_one_says_so(
    store: Store, cast: SimpleNamespace, booked
) -> None:
    booked[5].provider = cast.dan
    booked[5].sequence, booked[5].changed_at = 1, clock.now()
    titles = {str(one["SUMMARY"]) for one in events(feed(store, cast.ben, FeedLevel.FULL))}
    assert titles == {"Peer supervision with Ana Rewi", "Peer supervision with Dan Foley"}
