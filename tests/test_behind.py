"""What falls behind, and the remedy on each line; `supervisor behind` prints it."""

import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from supervisor import clock
from supervisor.cli import main
from supervisor.models import Entitlement, Leave, Store
from supervisor.rules.kinds import Kind, Standing
from supervisor.sessions import sessions
from supervisor.today import behind

KEYS = (
    "entitlement", "person", "kind", "provider", "contracted", "expected", "held", "delivered",
    "booked", "standing", "since", "forecast", "remedy",
)  # fmt: skip
APRIL = datetime(2027, 4, 29, 21, 0, tzinfo=UTC)


def owed(cast: SimpleNamespace, ref: str, **changes: object) -> Entitlement:
    facts: dict[str, object] = {
        "person": cast.dan, "kind": Kind.PEER_SUPERVISION, "sessions": 10, "minutes": 60,
        "starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31), "mandatory": True,
    }  # fmt: skip
    return Entitlement(ref=ref, **(facts | changes))


def test_a_pair_that_falls_behind_has_times_that_suit_both(store: Store, cast) -> None:
    (line,) = behind.lines(store, APRIL)
    assert line.position.standing == Standing.BEHIND
    assert line.provider is cast.ana
    assert len(line.openings.times) == behind.TIMES
    assert str(behind.remedy(line)) == "Book a time that suits both"


def test_a_pair_with_nothing_in_common_is_found_cover(store: Store, cast) -> None:
    for window in cast.ana.windows:
        window.weekday = 5
    (line,) = behind.lines(store, APRIL)
    assert "find cover" in str(behind.remedy(line))


def test_enough_that_is_booked_reads_as_catching_up(store: Store, cast) -> None:
    for week in range(4):
        at = datetime(2027, 5, 3, 22, 0, tzinfo=UTC) + timedelta(weeks=week)
        sessions.book(store, cast.entitlement, at, "video", cast.ben, APRIL)
    (line,) = behind.lines(store, APRIL)
    assert line.position.standing == Standing.BEHIND
    assert "catching up" in str(behind.remedy(line))


def test_what_cannot_be_met_is_booked_as_far_as_it_fits(store: Store, cast) -> None:
    (line,) = behind.lines(store, datetime(2027, 11, 22, 21, 0, tzinfo=UTC))
    assert line.position.standing == Standing.CANNOT_BE_MET
    assert "amend" in str(behind.remedy(line))


def test_nobody_matched_comes_first_and_is_offered_somebody(store: Store, cast) -> None:
    store.add(owed(cast, "dan-2027"))
    first, second = behind.lines(store, APRIL)
    assert (first.entitlement.ref, second.entitlement.ref) == ("dan-2027", "ben-2027")
    assert first.provider is None
    assert first.openings is None
    assert "short list" in str(behind.remedy(first))


def test_all_shows_what_is_fine_and_what_is_over_but_never_a_debrief(store: Store, cast) -> None:
    over = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    store.add_all([
        owed(cast, "dan-2026", **over),
        owed(cast, "dan-call", kind=Kind.DEBRIEF),
        owed(cast, "dan-later", starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31)),
    ])  # fmt: skip
    store.flush()
    january = datetime(2027, 1, 3, 21, 0, tzinfo=UTC)
    assert behind.lines(store, january) == []
    lines = behind.lines(store, january, everything=True)
    assert [line.entitlement.ref for line in lines] == ["dan-2026", "ben-2027"]
    assert [behind.remedy(line) for line in lines] == [None, None]


@pytest.fixture
def at_the_desk(monkeypatch: pytest.MonkeyPatch, database: str, cast, store: Store):
    """`supervisor behind` on this database at the end of April."""
    store.rollback()
    monkeypatch.setenv("SUPERVISOR_DATABASE", make_url(database).render_as_string(False))
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    monkeypatch.setenv("SUPERVISOR_NOW", APRIL.isoformat())
    yield lambda *words: CliRunner().invoke(main, ["behind", *words])
    clock.set_to(None)


def test_the_command_answers_in_json(at_the_desk) -> None:
    told = at_the_desk("--json")
    assert told.exit_code == 0, told.output
    (row,) = json.loads(told.stdout)
    assert tuple(row) == KEYS
    assert (row["entitlement"], row["person"], row["provider"]) == ("ben-2027", "ben", "ana")
    assert (row["expected"], row["held"], row["standing"]) == (3.29, 0, "behind")
    assert "2027" not in row["remedy"]
    assert "am" in row["remedy"]


def test_the_command_prints_a_table(at_the_desk) -> None:
    told = at_the_desk()
    assert told.exit_code == 0
    head, line = told.stdout.splitlines()
    assert tuple(head.split()) == (
        "entitlement", "person", "kind", "provider", "contracted", "expected", "held", "delivered",
        "booked", "standing", "since", "forecast", "remedy",
    )  # fmt: skip
    assert "ben" in line
    assert "3.29" in line
    assert "Book a time" in line


def test_the_command_says_when_nobody_falls_behind(at_the_desk, monkeypatch) -> None:
    monkeypatch.setenv("SUPERVISOR_NOW", "2027-01-03T10:00:00+13:00")
    assert at_the_desk().stdout == "Nobody falls behind today.\n"


def test_the_times_of_a_line_are_on_different_days_and_in_order(store: Store, cast) -> None:
    (line,) = behind.lines(store, APRIL)
    starts = [time.local_start for time in line.openings.times]
    assert starts == sorted(starts)
    assert len({start.date() for start in starts}) == behind.TIMES


def test_two_of_a_day_are_better_than_one_time_alone(store: Store, cast) -> None:
    """Ana has Wednesdays alone, and is away from the second on."""
    for window in cast.ana.windows:
        window.weekday = 2
    store.add(Leave(person_id=cast.ana.id, starts_on=date(2027, 5, 6), ends_on=date(2027, 12, 31)))
    store.flush()
    (line,) = behind.lines(store, APRIL)
    assert {time.local_start.date() for time in line.openings.times} == {date(2027, 5, 5)}
    assert len(line.openings.times) > 1
