"""`supervisor plan`: proposes, says what is short, and on a dry run keeps nothing."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from supervisor import clock
from supervisor.cli import main
from supervisor.models import Proposal, Session, Store


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database: str, cast, store: Store, now):
    """The command on this database, on 10 February 2027."""
    store.rollback()
    monkeypatch.setenv("SUPERVISOR_DATABASE", make_url(database).render_as_string(False))
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    monkeypatch.setenv("SUPERVISOR_NOW", now.isoformat())
    yield lambda *words: CliRunner().invoke(main, ["plan", *words])
    clock.set_to(now)


def count(store: Store, record: type) -> int:
    found = store.scalar(select(func.count()).select_from(record))
    store.rollback()
    return found or 0


def test_it_proposes_what_is_owed_and_books_nothing(run, store: Store) -> None:
    told = run()
    assert told.exit_code == 0, told.output
    assert told.stdout == "placed 10 of 10, at most 10 can be\n"
    assert (count(store, Proposal), count(store, Session)) == (10, 0)


def test_a_dry_run_keeps_nothing(run, store: Store) -> None:
    assert "Nothing was kept" in run("--dry-run").stdout
    assert count(store, Proposal) == 0


def test_it_is_written_as_csv_with_wall_time_and_offset(run, tmp_path: Path) -> None:
    run("--out", str(tmp_path / "plan.csv"))
    rows = list(csv.DictReader((tmp_path / "plan.csv").read_text("utf-8").splitlines()))
    assert list(rows[0]) == ["entitlement_id", "provider_id", "starts_at", "minutes", "mode"]
    assert {(row["entitlement_id"], row["provider_id"]) for row in rows} == {("ben-2027", "ana")}
    offsets = {row["starts_at"][-6:] for row in rows}
    assert offsets == {"+13:00", "+12:00"}


def test_it_answers_in_json_with_a_reason_for_each_that_is_short(run) -> None:
    told = json.loads(run("--json", "--from", "2027-12-20", "--to", "2027-12-31").stdout)
    assert told["placed"] < told["wanted"]
    assert told["short"][0]["entitlement"] == "ben-2027"
    assert told["short"][0]["reason"]


def test_days_the_wrong_way_round_are_refused(run) -> None:
    told = run("--from", "2027-03-02", "--to", "2027-03-01")
    assert told.exit_code == 1
    assert "later last day" in told.stderr
