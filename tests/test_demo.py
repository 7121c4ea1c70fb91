"""The demo district: true to the field, lawful, and the same in whatever week it is looked at."""

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from supervisor import demo, entitlements, workbook
from supervisor.commands.demo import tell
from supervisor.groups import forming_facts
from supervisor.models import (
    Entitlement,
    MeetingRoom,
    Message,
    Person,
    Session,
    Store,
)
from supervisor.openings import openings
from supervisor.rules.grouping_whole import groups_for
from supervisor.rules.kinds import GroupKind, Kind, Mode, Role, Standing
from supervisor.sessions import delivery

ROOT = Path(__file__).parent.parent
TUESDAY = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)


def sheet(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def district(store: Store) -> Store:
    """The district imported as it is written, looked at on Tuesday morning of its last week."""
    workbook.import_workbook(store, demo.DISTRICT, TUESDAY, add_words=True, dry_run=False)
    return store


def one(store: Store, ref: str) -> Entitlement:
    return store.scalars(select(Entitlement).where(Entitlement.ref == ref)).one()


def test_it_has_the_size_of_the_field() -> None:
    jobs = sheet(demo.DISTRICT, "jobs")
    fte = sum(float(j["fte"]) for j in jobs if j["role"] == Role.PEER_SUPPORT_WORKER)
    apprentices = [j["fte"] for j in jobs if j["role"] == Role.APPRENTICE]
    providers = {row["person"] for row in sheet(demo.DISTRICT, "providers")}
    owed = {row["person"] for row in sheet(demo.DISTRICT, "entitlements")}
    assert fte == pytest.approx(13)
    assert apprentices == ["0.5", "0.5"]
    assert 23 <= len(providers) <= 30
    assert 55 <= len(owed) <= 65


def test_it_is_imported_without_a_fault_and_a_second_time_changes_nothing(store: Store) -> None:
    workbook.import_workbook(store, demo.DISTRICT, TUESDAY, add_words=True, dry_run=False)
    again = workbook.import_workbook(store, demo.DISTRICT, TUESDAY, add_words=True, dry_run=False)
    assert store.scalar(select(func.count()).select_from(Person)) == 86
    assert not again.changes


@pytest.mark.parametrize("day", range(7))
def test_every_standing_occurs_on_every_day_of_the_week(district: Store, day: int) -> None:
    owed = list(district.scalars(select(Entitlement)))
    positions = entitlements.positions(district, owed, TUESDAY + timedelta(days=day - 1))
    assert {p.standing for p in positions.values()} == set(Standing)


def test_the_worker_who_was_to_get_ten_and_got_four_has_times_in_common(district: Store) -> None:
    owed = one(district, "marama-peer")
    position = entitlements.position(district, owed, TUESDAY)
    assert (position.contracted, position.held, position.delivered) == (10, 4, 4)
    assert position.standing == Standing.BEHIND
    assert len(openings.openings(district, owed, TUESDAY, count=3).times) == 3


def test_what_people_said_of_their_sessions_differs(district: Store) -> None:
    past = [s for s in district.scalars(select(Session)) if s.starts_at < TUESDAY]
    said = Counter((s.outcome, len(s.confirmations)) for s in past if not delivery.disputed(s))
    assert {("held", 1), ("held", 2), (None, 0)} <= set(said)
    assert {"cancelled_by_worker", "cancelled_by_provider", "did_not_happen"} <= {
        outcome for outcome, _ in said
    }
    assert any(delivery.disputed(s) for s in past)


def test_nobody_in_it_is_in_two_places() -> None:
    taken: dict[str, list[tuple[datetime, datetime]]] = {}
    workers = {e["id"]: e["person"] for e in sheet(demo.DISTRICT, "entitlements")}
    for row in sheet(demo.DISTRICT, "sessions"):
        start = datetime.fromisoformat(row["starts_at"])
        for person in (workers[row["entitlement"]], row["provider"]):
            end = start + timedelta(minutes=int(row["minutes"]))
            taken.setdefault(person, []).append((start, end))
    for times in taken.values():
        times.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(times))


def test_moving_it_keeps_the_weekday_and_the_wall_time(tmp_path: Path) -> None:
    moved = demo.shifted(demo.DISTRICT, 19, tmp_path)
    before, after = sheet(demo.DISTRICT, "sessions"), sheet(moved, "sessions")
    for old, new in zip(before, after, strict=True):
        gap = datetime.fromisoformat(new["starts_at"]) - datetime.fromisoformat(old["starts_at"])
        assert gap == timedelta(weeks=19)
    assert sheet(moved, "organisations") == sheet(demo.DISTRICT, "organisations")
    assert sheet(moved, "people")[13]["free"] == sheet(demo.DISTRICT, "people")[13]["free"]


@pytest.mark.parametrize(
    ("on", "weeks"),
    [
        (date(2026, 11, 22), -1),
        (date(2026, 11, 23), 0),
        (date(2026, 11, 29), 0),
        (date(2027, 4, 5), 19),
    ],
)
def test_its_history_ends_in_the_week_of_the_day(on: date, weeks: int) -> None:
    assert demo.weeks_until(on) == weeks


def test_its_table_says_by_kind_how_many_are_matched_placed_and_behind(capsys) -> None:
    row = demo.Row(Kind.MENTORING, owed=25, matched=21, offered=3, placed=27, behind=2)
    tell(demo.Summary([row], placed=27, to_place=28), {}, port=8461)
    head, line = capsys.readouterr().out.splitlines()[1:3]
    assert head.split() == ["owed", "matched", "offered", "placed", "behind"]
    assert line.split() == ["Mentoring", "25", "21", "3", "27", "2"]


def test_six_from_four_towns_make_a_group(district: Store) -> None:
    demo.ask_for_groups(district, TUESDAY)
    asked = forming_facts.question(district, GroupKind.CO_REFLECTION, TUESDAY)
    (made,) = groups_for(asked, 10, lambda *_found: None).groups
    inside = district.scalars(select(Person).where(Person.id.in_(made.people))).all()
    assert len(inside) == 6
    assert len({person.place_id for person in inside}) == 4


def test_whoever_meets_in_person_in_a_town_with_rooms_is_in_one(district: Store) -> None:
    kept = set(district.scalars(select(MeetingRoom.place_id)))
    ahead = select(Session).where(Session.mode == Mode.IN_PERSON, Session.starts_at > TUESDAY)
    some = district.scalars(ahead.where(Session.cancelled_at.is_(None))).all()
    assert all(session.place for session in some)
    assert all(session.room for session in some if session.place_id in kept)
    assert len({session.room_id for session in some if session.room_id}) > 2
    assert district.query(Message).count() == 0
