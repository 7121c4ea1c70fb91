"""Whatever is written, and however: what an address answers is what it would, were nothing kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select, text

from supervisor.feeds.feed_editions import FeedSettings, edition
from supervisor.feeds.feed_pieces import Piece, Voice
from supervisor.groups import groups
from supervisor.models import (
    Attendance,
    Base,
    Entitlement,
    Group,
    GroupTerms,
    GroupYes,
    Guest,
    Leader,
    Meeting,
    Person,
    Reader,
    Seat,
    Store,
    Touched,
)
from supervisor.models.touches import SHOWN
from supervisor.rules.kinds import FeedLevel, FeedPart, GroupKind, Kind, Mode
from supervisor.sessions import series
from tests.test_series import asked

AUCKLAND, DAY = "Pacific/Auckland", timedelta(days=1)
RUA, CLEO = (f"(select id from person where ref = '{ref}')" for ref in ("rua", "cleo"))
LAST = '(select max(id) from "%s")'
LONG_AGO = "'2025-01-01 10:00:00.000000'"
CHANGES = {
    "session": {
        "entitlement_id": LAST % "entitlement", "provider_id": RUA, "starts_at": LONG_AGO,
        "zone": "'Pacific/Chatham'", "series_id": "null", "series_start": "null",
        "outcome": "'cancelled_by_worker'", "uid": "'another'", "sequence": "sequence + 1",
        "changed_at": LONG_AGO, "cancelled_at": LONG_AGO,
    },
    "entitlement": {"person_id": RUA, "kind": "'debrief'"},
    "session_series": {"zone": "'UTC'", "uid": "'another'", "sequence": "sequence + 1"},
    "meeting": {
        "group_id": LAST % "group", "series_id": "null", "series_start": "null",
        "starts_at": LONG_AGO, "local_start": LONG_AGO, "zone": "'UTC'", "needs_time": "true",
        "leader_id": CLEO, "uid": "'another'", "sequence": "sequence + 1",
        "changed_at": LONG_AGO, "cancelled_at": LONG_AGO,
    },
    "series": {"zone": "'UTC'", "uid": "'another'", "sequence": "sequence + 1"},
    "group": {"facilitator_id": CLEO},
    "seat": {
        "group_id": LAST % "group", "person_id": CLEO, "joined_on": "'2027-12-31'",
        "left_on": "'2027-01-01'", "waiting": "true",
    },
    "attendance": {"meeting_id": LAST % "meeting", "person_id": CLEO, "coming": "null"},
    "guest": {"meeting_id": LAST % "meeting", "person_id": CLEO},
    "group_terms": {"group_id": LAST % "group"},
    "group_yes": {"group_id": "(select max(group_id) from group_terms)", "person_id": CLEO},
}  # fmt: skip
"""Another value for each column by which calendars are put together."""
THEIRS = select(Touched.person_id).where(Touched.reader == Reader.FEEDS)
COMES_AND_GOES = ("session", "meeting", "seat", "attendance", "guest", "group_terms", "group_yes")


@pytest.fixture
def full(store: Store, cast: SimpleNamespace, now: datetime) -> SimpleNamespace:
    """Ana meets Ben in a series, and leads two groups of his and Dan's, the first in turn with
    Rua. To its first meeting Mere comes and Ben does not. Both groups have terms; Ben has read
    those of the first. A third has nobody."""
    cast.booked, _left_out = series.book(store, asked(cast), now)
    cast.circle, other, _third = (_group(store, cast, hour, now) for hour in (8, 13, 16))
    first = store.scalars(select(Meeting).order_by(Meeting.id)).first()
    assert first
    first.leader = cast.rua
    cast.circle.leaders = [Leader(person=cast.rua)]
    owed = Entitlement(
        person=cast.dan, kind=Kind.COACHING, sessions=2, minutes=60, starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
    )  # fmt: skip
    store.add_all([owed, Guest(meeting=first, person=cast.mere)])
    store.add(Attendance(meeting=first, person=cast.ben, coming=False))
    for group in (cast.circle, other):
        group.seats = [Seat(person=cast.ben, joined_on=date(2026, 1, 1)), Seat(person=cast.dan)]
        store.add(GroupTerms(group=group, words="We listen.", changed_at=now))
    store.flush()
    store.add(GroupYes(group_id=cast.circle.id, person=cast.ben, said_at=now))
    store.execute(text("delete from commitment"))
    store.commit()
    return cast


def _group(store: Store, cast: SimpleNamespace, hour: int, now: datetime) -> Group:
    group = Group(
        name=f"At {hour}", kind=GroupKind.CO_REFLECTION, facilitator=cast.ana, mode=Mode.VIDEO,
        minimum=1, maximum=8, open=True,
    )  # fmt: skip
    store.add(group)
    store.flush()
    first = datetime.fromisoformat(f"2027-02-17T{hour:02}:00")
    groups.meet(store, group, first, AUCKLAND, 2, 60, date(2027, 4, 30), now)
    return group


def shown(store: Store, now: datetime) -> dict[Voice, list[Piece]]:
    """What each calendar that anybody could have holds."""
    parts = [(part, None) for part in (FeedPart.ALL, FeedPart.GIVING, FeedPart.RECEIVING)]
    parts += [(FeedPart.GROUP, group) for group in store.scalars(select(Group.id))]
    voices = [
        Voice(person, FeedLevel.NEUTRAL, "en", part, group)
        for person in store.scalars(select(Person.id))
        for part, group in parts
    ]
    return {voice: edition(store, voice, FeedSettings(), now).pieces for voice in voices}


@contextmanager
def taken_back(store: Store) -> Iterator[None]:
    """What is written in here was never there."""
    kept = store.begin_nested()
    store.execute(delete(Touched))
    yield
    kept.rollback()


def missed(store: Store, now: datetime, before: dict[Voice, list[Piece]]) -> tuple[int, set[int]]:
    """How many calendars are others now, and whose of them no touch was left for."""
    after = shown(store, now)
    differ = [voice for voice in before if before[voice] != after[voice]]
    touched = set(store.scalars(THEIRS))
    return len(differ), {voice.person_id for voice in differ} - touched


def first_of(table: str) -> str:
    """The row with which something is tried."""
    if table == "group_terms":
        return "group_id = (select max(group_id) from group_terms)"
    if table == "meeting":
        return "id = 2"
    return f'id = (select min(id) from "{table}")'


def test_a_change_of_any_column_leaves_a_touch_for_all_whose_calendars_change(
    store: Store, full, now
) -> None:
    assert CHANGES.keys() == {touch.table for touch in SHOWN}
    assert all(tuple(CHANGES[touch.table]) == touch.columns for touch in SHOWN)
    before = shown(store, now)
    for table, columns in CHANGES.items():
        for column, value in columns.items():
            with taken_back(store):
                changed = f'update "{table}" set {column} = {value} where {first_of(table)}'
                store.execute(text(changed))
                count, nobody = missed(store, now, before)
            assert (count > 0, nobody) == (True, set()), (table, column)


@pytest.mark.parametrize("table", COMES_AND_GOES)
def test_a_row_that_goes_and_comes_leaves_a_touch_for_all_whose_calendars_change(
    store: Store, full, now, table: str
) -> None:
    rows = Base.metadata.tables[table]
    where = text(first_of(table))
    (row,) = store.execute(select(rows).where(where)).mappings()
    there = shown(store, now)
    with taken_back(store):
        store.execute(delete(rows).where(where))
        count, nobody = missed(store, now, there)
        gone = shown(store, now)
        store.execute(delete(Touched))
        store.execute(rows.insert().values(**row))
        back, not_told = missed(store, now, gone)
    assert (count > 0, nobody) == (True, set())
    assert (back, not_told) == (count, set())


def test_what_is_in_no_calendar_leaves_none(store: Store, full) -> None:
    with taken_back(store):
        for table, column in (("session", "counts"), ("meeting", "leader_kept")):
            store.execute(text(f'update "{table}" set {column} = not {column}'))
        store.execute(text("update person set tell_at_hour = 8"))
        assert store.scalars(THEIRS).all() == []
