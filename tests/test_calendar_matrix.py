"""Every kind of calendar, before and after every kind of change: the same for every reader, and by
the book.

A kind is a part of somebody's meetings at a level, an address that ends in `.ics`, or a letter
with an invitation; those that the code knows are the rows, and one that no change reaches fails.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supervisor import clock
from supervisor.availability import open_hours
from supervisor.availability.open_hours import Hours
from supervisor.groups import group_messages, groups, meetings, seats
from supervisor.models import Meeting, Message, Store
from supervisor.rules.kinds import FeedLevel, Mode, Side, Which
from supervisor.sessions import series, session_messages, sessions
from tests import calendar_world as world
from tests.calendar_checklist import broken, events
from tests.calendar_world import CHATHAM, FEEDS, FOLLOWED, LETTERS, SYDNEY, meetings_of
from tests.conftest import on_sqlite
from tests.mail_calendar import MailCalendar, carrying, part_of
from tests.readers import SINCE, UNTIL, Read, all_read
from tests.test_sessions import at

WHEN = ("DTSTART", "DTEND", "RRULE", "EXDATE", "STATUS")
Act = Callable[[Store, SimpleNamespace], None]
DOWNLOADS = {
    "sessions.file": "/sessions/{ref}/meeting.ics",
    "feeds.hours": "/calendar/hours.ics",
    "feeds.holidays": "/holidays/OTA.ics",
}


@dataclass(frozen=True)
class Change:
    """What happens, and the letters with an invitation that Ben gets of it."""

    act: Act
    letters: set[str] = field(default_factory=set)


def _nothing(_store: Store, _w: SimpleNamespace) -> None:
    """As it was."""


def _edit(store: Store, w: SimpleNamespace) -> None:
    """The same times, in another way."""
    open_hours.save(store, w.ana, [Hours(6, 540, 1440)], w.ana, clock.now())
    for one in (w.one, w.some[3]):
        sessions.move(store, one, one.starts_at, Mode.PHONE, w.cleo, clock.now())


def _move_one(store: Store, w: SimpleNamespace) -> None:
    sessions.move(store, w.one, at(2, 18, 11), None, w.cleo, clock.now())
    series.move(store, w.some[1], at(3, 2, 11), None, w.cleo, clock.now(), Which.ONLY)
    second = meetings_of(store, w.circle)[1]
    meetings.move(store, second, second.local_start + timedelta(days=2), w.cleo, clock.now())


def _later(store: Store, w: SimpleNamespace) -> None:
    """Across the end of summer time."""
    series.move(store, w.some[2], at(3, 17, 11), None, w.cleo, clock.now(), Which.LATER)


def _from_the_first(store: Store, w: SimpleNamespace) -> None:
    series.move(store, w.some[0], at(2, 16, 11), None, w.cleo, clock.now(), Which.LATER)


def _call_one_off(store: Store, w: SimpleNamespace) -> None:
    sessions.cancel(store, w.one, w.cleo, clock.now(), Side.WORKER)
    series.cancel(store, w.some[2], w.cleo, clock.now(), Side.WORKER, Which.ONLY)
    meetings.cancel(store, meetings_of(store, w.circle)[1], w.cleo, clock.now())


def _call_later_off(store: Store, w: SimpleNamespace) -> None:
    series.cancel(store, w.some[4], w.cleo, clock.now(), Side.WORKER, Which.LATER)


def _call_all_off(store: Store, w: SimpleNamespace) -> None:
    series.cancel(store, w.some[0], w.cleo, clock.now(), Side.WORKER, Which.LATER)


def _undo(store: Store, w: SimpleNamespace) -> None:
    """Called off, and on again a moment later: of the session nobody heard by then."""
    second = meetings_of(store, w.circle)[1]
    series.cancel(store, w.some[2], w.cleo, clock.now(), Side.WORKER, Which.ONLY)
    meetings.cancel(store, second, w.cleo, clock.now())
    clock.set_to(clock.now() + timedelta(seconds=9))
    sessions.restore(store, w.some[2], w.cleo, clock.now())
    meetings.restore(store, second, w.cleo, clock.now())


def _say_no(store: Store, w: SimpleNamespace) -> None:
    meetings.answer(store, meetings_of(store, w.dans)[1], w.ana, False, clock.now())


def _ask_and_go_ahead(store: Store, w: SimpleNamespace) -> None:
    first, second, *_more = meetings_of(store, w.circle)
    meetings.ask_silent(store, first, w.cleo, clock.now())
    meetings.answer(store, second, w.ben, True, clock.now())
    meetings.go_ahead(store, second, w.cleo, clock.now())


def _one_in_another_zone(store: Store, w: SimpleNamespace) -> None:
    """Ben moves to the islands, and then one meeting of each kind."""
    w.ben.time_zone = CHATHAM
    sessions.move(store, w.one, at(2, 18, 11), None, w.cleo, clock.now())
    series.move(store, w.some[3], at(4, 13, 11), None, w.cleo, clock.now(), Which.ONLY)


def _one_in_another_zone_at_its_time(store: Store, w: SimpleNamespace) -> None:
    """Only the clock on the wall is another."""
    w.ben.time_zone = SYDNEY
    for one in (w.one, w.some[3]):
        sessions.move(store, one, one.starts_at, Mode.PHONE, w.cleo, clock.now())


def _later_in_another_zone(store: Store, w: SimpleNamespace) -> None:
    w.ben.time_zone = SYDNEY
    series.move(store, w.some[2], at(3, 17, 11), None, w.cleo, clock.now(), Which.LATER)


def _all_in_another_zone(store: Store, w: SimpleNamespace) -> None:
    """The series keeps its name, and has another zone."""
    w.ben.time_zone = CHATHAM
    series.move(store, w.some[0], at(2, 16, 11), None, w.cleo, clock.now(), Which.LATER)


def _there_and_back(store: Store, w: SimpleNamespace) -> None:
    _one_in_another_zone(store, w)
    w.ben.time_zone = None
    series.move(store, w.some[3], at(4, 12, 10), None, w.cleo, clock.now(), Which.ONLY)


def _an_owner_moves(_store: Store, w: SimpleNamespace) -> None:
    """Nothing that is booked moves with them; their open hours do."""
    w.ana.time_zone = CHATHAM


def _a_rhythm_in_another_zone(store: Store, w: SimpleNamespace) -> None:
    first = world.WEDNESDAY.replace(month=3, day=5, hour=9)
    groups.meet(store, w.circle, first, CHATHAM, 3, 45, date(2027, 6, 30), clock.now())
    group_messages.formed(store, w.circle, first, w.cleo, clock.now())


def _a_seat(store: Store, w: SimpleNamespace) -> None:
    seat = seats.join(store, w.dans, w.ben, w.ben, clock.now())
    seats.offer_place(store, seat, w.dan, clock.now())


def _a_plan(store: Store, w: SimpleNamespace) -> None:
    """A few single meetings at once, in the place of a series."""
    series.cancel(store, w.some[0], w.cleo, clock.now(), Side.WORKER, Which.LATER)
    some = [
        sessions.take(store, w.entitlement, at(3, day, 10), None, w.cleo, clock.now())[0]
        for day in (2, 4)
    ]
    session_messages.kept(store, some, w.cleo, clock.now())


FIRST = {"booked", "plan_kept"}
"""What he gets of the world itself."""
CHANGES: dict[str, Change] = {
    "nothing": Change(_nothing),
    "an edit": Change(_edit, {"moved"}),
    "one is moved": Change(_move_one, {"moved", "meeting_moved"}),
    "this and later": Change(_later, {"series_moved", "series_shortened"}),
    "from the first on": Change(_from_the_first, {"series_moved"}),
    "one is called off": Change(_call_one_off, {"cancelled", "meeting_called_off"}),
    "later ones are called off": Change(_call_later_off, {"series_cancelled"}),
    "all are called off": Change(_call_all_off, {"series_cancelled"}),
    "called off and on again": Change(_undo, {"meeting_on"}),
    "a member says no": Change(_say_no),
    "asked, and it goes ahead": Change(_ask_and_go_ahead, {"meeting_asked", "meeting_on"}),
    "one in another zone": Change(_one_in_another_zone, {"moved"}),
    "another zone at the same instant": Change(_one_in_another_zone_at_its_time, {"moved"}),
    "later ones in another zone": Change(
        _later_in_another_zone, {"series_moved", "series_shortened"}
    ),
    "all in another zone": Change(_all_in_another_zone, {"series_moved"}),
    "another zone and back": Change(_there_and_back, {"moved"}),
    "an owner moves": Change(_an_owner_moves),
    "a rhythm in another zone": Change(_a_rhythm_in_another_zone, {"group_formed"}),
    "a seat in another group": Change(_a_seat, {"seat_offered"}),
    "a plan in the place of a series": Change(_a_plan, {"plan_kept", "series_cancelled"}),
}


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """What a calendar says is the same on each engine: others see to that."""
    yield from on_sqlite(request)


@dataclass(frozen=True)
class Got:
    """A calendar as a program has it, of which kind it is, and what its readers should see."""

    kind: str
    octets: bytes
    truth: Read | None = None


def _got(store: Store, w: SimpleNamespace, ana: FlaskClient, ben: FlaskClient) -> Iterator[Got]:
    """Every calendar that is fetched: Ana's feeds, each part at each level, and the files."""
    for kind, octets in list(world.fetched(store, w.ana, w.tokens, ana)):
        _feed, part, level = kind.split()
        yield Got(kind, octets, world.truth(store, w.ana, part, level, w.circle))
    everything = world.truth(store, w.ben, "all", FeedLevel.NEUTRAL, w.circle)
    for one in (w.one, *w.some[:4]):
        octets = ben.get(DOWNLOADS["sessions.file"].format(ref=one.ref)).data
        uids = {str(event["UID"]) for event in events(octets)}
        assert len(uids) == 1
        yield Got("file sessions.file", octets, {row for row in everything if row[0] in uids})
    yield Got("hours feeds.hours", ana.get(DOWNLOADS["feeds.hours"]).data, world.open_hours(w.ana))
    yield Got("holidays", ana.get(DOWNLOADS["feeds.holidays"]).data)


def _mailed(store: Store, mails: Sequence[EmailMessage], program: MailCalendar) -> Iterator[Got]:
    """Those with an invitation, by their letters; each goes into a program that has no feed."""
    for mail in mails:
        part = part_of(mail)
        if part is not None:
            letter = store.query(Message).filter_by(message_id=mail["Message-ID"]).one()
            program.take(mail)
            yield Got(f"mail {letter.template}", part.get_payload(decode=True))


@pytest.mark.parametrize("name", CHANGES)
def test_every_reader_sees_the_same_and_every_rule_is_kept(
    app: Flask, store: Store, cast, now, sign_in, name: str
) -> None:
    clock.set_to(now + timedelta(hours=4))
    w = world.settled(store, cast, now)
    w.tokens = world.followed(store, w.ana)
    browsers = sign_in(w.ana), sign_in(w.ben)
    program = MailCalendar()
    with carrying(app, store) as carry:
        letters = [one.kind for one in _mailed(store, carry("ben"), program)]
        before = list(_got(store, w, *browsers))
        CHANGES[name].act(store, w)
        mails = list(_mailed(store, carry("ben"), program))
    after = list(_got(store, w, *browsers))
    assert {f"mail {one}" for one in FIRST} == set(letters)
    assert {one.kind for one in mails} == {f"mail {one}" for one in CHANGES[name].letters}
    assert [fault for one in (*after, *mails) for fault in broken(one.kind, one.octets)] == []
    _numbers_rise(before, after)
    everything = world.truth(store, w.ben, "all", FeedLevel.NEUTRAL, w.circle)
    _read_alike(after)
    _read_in_mails(mails, everything)
    _lived_on_mails(program, everything, {row[0] for row in everything} - _of_groups(store))


def _read_alike(after: Sequence[Got]) -> None:
    read = all_read([_as_events(one) for one in after])
    for n, one in enumerate(after):
        for name, found in read.items():
            seen = {row for row in found[n] if SINCE <= row[1] < UNTIL}
            assert seen == (one.truth or read["by_icalendar"][n]), (one.kind, name)
            assert seen, one.kind


def _read_in_mails(mails: Sequence[Got], everything: Read) -> None:
    """A mail says a part of all, and nothing else."""
    read = all_read([one.octets for one in mails])
    for n, one in enumerate(mails):
        for name, found in read.items():
            assert found[n], (one.kind, name)
            assert found[n] == read["by_icalendar"][n], (one.kind, name)
            assert found[n] <= everything, (one.kind, name)


def _lived_on_mails(program: MailCalendar, everything: Read, theirs: set[str]) -> None:
    """Whoever follows no feed has each session that is on; of a group what they were told of."""
    for name, (found,) in all_read([program.calendar().to_ical()]).items():
        assert found <= everything, name
        on = {row for row in everything if row[0] in theirs and row[3] == "CONFIRMED"}
        assert on <= found, name


def _of_groups(store: Store) -> set[str]:
    return {one.series.uid for one in store.query(Meeting)}


def _numbers_rise(before: Sequence[Got], after: Sequence[Got]) -> None:
    """SEQUENCE never falls, and rises with every change of a time, a rule, or a calling off."""
    for was, now in zip(before, after, strict=True):
        old = _revisions(was.octets)
        for key, (number, said) in _revisions(now.octets).items():
            if key in old:
                assert number >= old[key][0], (now.kind, key)
                assert number > old[key][0] or said == old[key][1], (now.kind, key)


def _revisions(octets: bytes) -> dict[object, tuple[int, object]]:
    """The number of each event, and all that it says of when it is."""
    return {
        (str(one["UID"]), str(one.get("RECURRENCE-ID"))): (
            int(one["SEQUENCE"]),
            [str(one.get(name) and one[name]) for name in WHEN],
        )
        for one in events(octets)
    }


def _as_events(one: Got) -> bytes:
    """Open hours as events, up to a day, for readers that know nothing of them."""
    text = one.octets.decode()
    if not one.kind.startswith("hours"):
        return one.octets
    text = re.sub(r"(BEGIN|END):AVAILABLE", r"\1:VEVENT", text)
    text = re.sub(r"BEGIN:VAVAILABILITY.*?(?=BEGIN)", "", text, flags=re.DOTALL)
    text = text.replace("END:VAVAILABILITY\r\n", "")
    text = re.sub(r"(RRULE:[^\r]*)", rf"\1;UNTIL={world.HOURS_UNTIL:%Y%m%dT%H%M%SZ}", text)
    return text.replace("END:VEVENT", "STATUS:CONFIRMED\r\nSUMMARY:Open\r\nEND:VEVENT").encode()


def test_every_kind_of_calendar_has_a_row(app: Flask) -> None:
    """A new part, level, address or letter fails here until a change reaches it."""
    addresses = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.endswith(".ics")}
    assert addresses == {FOLLOWED, *DOWNLOADS}
    letters = FIRST | {one for change in CHANGES.values() for one in change.letters}
    assert letters == LETTERS


def test_every_feed_is_fetched(store: Store, cast, now, sign_in) -> None:
    w = world.settled(store, cast, now)
    w.tokens = world.followed(store, w.ana)
    got = world.fetched(store, w.ana, w.tokens, sign_in(w.ana))
    assert {kind for kind, _octets in got} == FEEDS
