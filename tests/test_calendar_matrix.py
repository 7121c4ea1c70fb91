"""Every kind of calendar, before and after every kind of change: the same for every reader, and by
the book.

A kind is a part of somebody's meetings at a level, an address that ends in `.ics`, or a letter
with an invitation; those that the code knows are the rows, and one that no change reaches fails.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supervisor import clock
from supervisor.feeds import invited_gaps
from supervisor.models import Meeting, Message, Store
from supervisor.rules.kinds import FeedLevel
from supervisor.sessions import calendar_letters
from tests import calendar_world as world
from tests.calendar_changes import CHANGES, FIRST, KNOWN
from tests.calendar_checklist import broken, events
from tests.calendar_world import FEEDS, FOLLOWED, LETTERS
from tests.conftest import on_sqlite
from tests.mail_calendar import MailCalendar, carrying, part_of
from tests.readers import SINCE, UNTIL, Read, all_read

WHEN = ("DTSTART", "DTEND", "RRULE", "EXDATE", "STATUS")
DOWNLOADS = {
    "sessions.file": "/sessions/{ref}/meeting.ics",
    "feeds.hours": "/calendar/hours.ics",
    "feeds.holidays": "/holidays/OTA.ics",
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
    change = CHANGES[name]
    if change.known:
        first = world.meetings_of(store, w.circle)[0]
        calendar_letters.tell(store, w.ben, first, clock.now(), at_once=True)
    with carrying(app, store) as carry:
        letters = [one.kind for one in _mailed(store, carry("ben"), program)]
        before = list(_got(store, w, *browsers))
        mails, was_true = [], set()
        for act in filter(None, (change.act, change.then)):
            act(store, w)
            was_true |= world.truth(store, w.ben, "all", FeedLevel.NEUTRAL, w.circle)
            mails += _mailed(store, carry("ben"), program)
        if change.known or change.then:
            mails += _mailed(store, _later(store, carry), program)
    after = list(_got(store, w, *browsers))
    assert {f"mail {one}" for one in FIRST | (KNOWN if change.known else set())} == set(letters)
    assert {one.kind for one in mails} == {f"mail {one}" for one in change.letters}
    assert [fault for one in (*after, *mails) for fault in broken(one.kind, one.octets)] == []
    _numbers_rise(before, after)
    everything = world.truth(store, w.ben, "all", FeedLevel.NEUTRAL, w.circle)
    _read_alike(after)
    _read_in_mails(mails, everything | was_true)
    _lived_on_mails(program, everything, {row[0] for row in everything} - _of_groups(store))


def _later(store: Store, carry: Callable[[str], list[EmailMessage]]) -> list[EmailMessage]:
    """What goes on the next two mornings: what waits for its hour, and what no letter told."""
    mails = []
    for _morning in range(2):
        clock.set_to(clock.now() + timedelta(days=1))
        invited_gaps.tell(store, clock.now())
        mails += carry("ben")
    return mails


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
            assert _told(found[n], one) <= _told(everything, one), (one.kind, name)


def _told(rows: Read, mail: Got) -> Read | set[tuple[str, datetime, datetime]]:
    """What is on is told as it is; what is taken out of one calendar may be on for others."""
    return {row[:3] for row in rows} if b"METHOD:CANCEL" in mail.octets else rows


def _lived_on_mails(program: MailCalendar, everything: Read, theirs: set[str]) -> None:
    """Whoever follows no feed has each session that is on; of a group what they were told of."""
    for name, (found,) in all_read([program.calendar().to_ical()]).items():
        shown = {row for row in found if row[3] == "CONFIRMED"}
        assert shown <= everything, name
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
    letters = FIRST | KNOWN | {one for change in CHANGES.values() for one in change.letters}
    assert letters == LETTERS


def test_every_feed_is_fetched(store: Store, cast, now, sign_in) -> None:
    w = world.settled(store, cast, now)
    w.tokens = world.followed(store, w.ana)
    got = world.fetched(store, w.ana, w.tokens, sign_in(w.ana))
    assert {kind for kind, _octets in got} == FEEDS
