"""What the hub hands to an auditor: the delivery register and the evidence log, by every door."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy import select

from supervisor import spreadsheets
from supervisor.cli import main
from supervisor.errors import NotFound
from supervisor.models import (
    Agreement,
    Confirmation,
    Entitlement,
    Group,
    Identity,
    Job,
    Leave,
    Meeting,
    Person,
    Store,
)
from supervisor.reports import reports
from supervisor.reports.pseudonyms import pseudonym
from supervisor.rules.kinds import (
    Answer,
    GroupKind,
    Kind,
    Mode,
    Outcome,
    Role,
    Side,
    Standing,
)
from supervisor.rules.words import Words
from supervisor.sessions import delivery as held
from supervisor.spreadsheets import Table
from tests.test_entitlements import at, session

LATE = at(4, 30, 12)
CANCELLED = Outcome.CANCELLED_BY_WORKER


@pytest.fixture
def year(store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    """Ben's year to 30 April: two held, one of them by one side only, one called off by each,
    one that did not happen, a first meeting, and three booked, the last of which will be called
    off in May."""
    cast.match.agreement = Agreement(
        agreed_on=date(2027, 1, 11),
        review_on=date(2027, 7, 11),
        worker_signed_at=at(1, 11, 9),
        provider_signed_at=at(1, 12, 9),
    )
    cast.both = session(cast, 1, 15, outcome=Outcome.HELD)
    cast.both.confirmations = [
        Confirmation(side=Side.WORKER, answer=Answer.HELD, said_at=at(1, 15, 13)),
        Confirmation(side=Side.PROVIDER, answer=Answer.HELD, said_at=at(1, 16, 8)),
    ]
    cast.one = session(cast, 2, 12, outcome=Outcome.HELD)
    cast.one.minutes = 90
    cast.one.confirmations = [
        Confirmation(side=Side.PROVIDER, answer=Answer.HELD, said_at=at(2, 12, 13))
    ]
    off = at(3, 1)
    store.add_all(
        [
            cast.both,
            cast.one,
            session(cast, 1, 5, outcome=Outcome.HELD, counts=False),
            session(cast, 3, 5, outcome=CANCELLED, cancelled_at=off),
            session(cast, 3, 8, outcome=Outcome.CANCELLED_BY_PROVIDER, cancelled_at=off),
            session(cast, 3, 10, outcome=Outcome.DID_NOT_HAPPEN),
            session(cast, 5, 14),
            session(cast, 6, 14),
            session(cast, 12, 1, outcome=CANCELLED, cancelled_at=at(5, 1)),
            Leave(person_id=cast.ben.id, starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 6)),
        ]
    )
    store.commit()
    return cast


def rows(table: Table) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_the_register_has_every_column_that_an_auditor_is_owed(store: Store, year) -> None:
    (row,) = rows(reports.delivery(store, LATE))
    assert row == {
        "entitlement": "ben-2027",
        "person": "ben",
        "name": "Ben Harris",
        "kind": Kind.PEER_SUPERVISION,
        "employer": "Lakes Peer Service",
        "role": Role.PEER_SUPPORT_WORKER,
        "external": "yes",
        "vetted_until": date(2028, 12, 31),
        "agreement_signed": date(2027, 1, 12),
        "review_due": date(2027, 7, 11),
        "starts_on": date(2027, 1, 1),
        "ends_on": date(2027, 12, 31),
        "contracted": 10,
        "leave_days": 5,
        "expected": 3.19,
        "held": 2,
        "delivered": 1,
        "group_sessions": 0,
        "booked": 3,
        "cancelled_by_worker": 1,
        "cancelled_by_provider": 1,
        "did_not_happen": 1,
        "hours_held": 2.5,
        "last_held": date(2027, 2, 12),
        "next_booked": date(2027, 5, 14),
        "variance": -1.19,
        "standing": Standing.ON_TRACK,
        "since": row["since"],
        "forecast": row["forecast"],
        "forecast_date": row["forecast_date"],
        "held_year_before": "No record yet",
        "delivered_year_before": "No record yet",
        "as_at": date(2027, 4, 30),
    }


def test_a_year_before_stands_beside_it_up_to_the_same_day(store: Store, year) -> None:
    owed = Entitlement(
        ref="ben-2026", person=year.ben, kind=Kind.PEER_SUPERVISION, sessions=10, minutes=60,
        starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
    )  # fmt: skip
    for month in (2, 3, 8):
        met = session(year, month, 12, entitlement=owed, outcome=Outcome.HELD)
        met.starts_at = met.starts_at.replace(year=2026)
        met.local_start = met.local_start.replace(year=2026)
        met.confirmations = [
            Confirmation(side=side, answer=Answer.HELD, said_at=met.starts_at)
            for side in (Side if month == 2 else [Side.WORKER])
        ]
        store.add(met)
    store.flush()
    found = {row["entitlement"]: row for row in rows(reports.delivery(store, LATE))}
    this, last = found["ben-2027"], found["ben-2026"]
    assert (this["held_year_before"], this["delivered_year_before"]) == (2, 1)
    assert last["held_year_before"] is None, "it is over"
    assert (this["held"], this["delivered"]) == (2, 1)


def test_it_counts_up_to_its_day_and_booked_never_reads_as_delivered(store: Store, year) -> None:
    """Looked at from January, what came after has not happened yet."""
    (row,) = rows(reports.delivery(store, at(1, 20)))
    assert (row["held"], row["delivered"], row["hours_held"]) == (1, 1, 1)
    assert (row["cancelled_by_worker"], row["cancelled_by_provider"]) == (0, 0)
    assert row["did_not_happen"] == 0
    (row,) = rows(reports.delivery(store, LATE))
    assert row["held"] + row["booked"] > row["delivered"]


def test_a_supervisor_from_the_same_house_is_not_external(store: Store, year) -> None:
    store.add(Job(person=year.ana, organisation=year.lakes, role=Role.EDUCATOR))
    store.flush()
    assert rows(reports.delivery(store, LATE))[0]["external"] == "no"


def test_without_a_match_nothing_is_said_of_one(store: Store, year) -> None:
    store.delete(year.match.agreement)
    store.delete(year.match)
    store.flush()
    (row,) = rows(reports.delivery(store, LATE))
    columns = ("external", "vetted_until", "agreement_signed", "review_due")
    assert [row[column] for column in columns] == [None] * 4
    assert row["standing"] == Standing.NOT_MATCHED


def test_the_log_says_when_how_long_and_who_said_so(store: Store, year) -> None:
    found = {row["session"]: row for row in rows(reports.evidence(store, LATE))}
    assert len(found) == 6, "what has not begun is not evidence"
    both, one = found[year.both.ref], found[year.one.ref]
    assert {name: _text(value) for name, value in both.items()} == {
        "session": year.both.ref,
        "entitlement": "ben-2027",
        "starts_at": "2027-01-15T10:00:00+13:00",
        "ends_at": "2027-01-15T11:00:00+13:00",
        "minutes": 60,
        "kind": "peer_supervision",
        "mode": "video",
        "group_size": 2,
        "credited_minutes": 60,
        "outcome": "held",
        "delivered": "yes",
        "worker_confirmed_at": "2027-01-15T13:00:00+13:00",
        "provider_confirmed_at": "2027-01-16T08:00:00+13:00",
        "amended_by": None,
        "amended_at": None,
    }
    assert (one["delivered"], one["worker_confirmed_at"], one["credited_minutes"]) == (
        "no",
        None,
        90,
    )
    first = next(row for row in found.values() if row["starts_at"].day == 5)
    assert (first["outcome"], first["credited_minutes"]) == ("held", 0), "a first meeting"


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def test_what_the_hub_settled_is_marked_with_an_id_and_no_word(store: Store, year) -> None:
    met = session(year, 4, 20)
    store.add(met)
    store.flush()
    held.confirm(store, met, Side.PROVIDER, Answer.HELD, year.ana, at(4, 20, 12))
    held.confirm(store, met, Side.WORKER, Answer.WORKER_AWAY, year.ben, at(4, 20, 13))
    log = {row["session"]: row for row in rows(reports.evidence(store, LATE))}
    assert log[met.ref]["outcome"] == "disputed"
    held.settle(store, met, held=True, by=year.cleo, now=at(4, 21))
    log = {row["session"]: row for row in rows(reports.evidence(store, LATE))}
    settled = log[met.ref]
    assert (settled["outcome"], settled["delivered"]) == ("held", "no")
    assert (settled["amended_by"], _text(settled["amended_at"])) == (
        "cleo",
        "2027-04-21T09:00:00+12:00",
    )


def test_what_was_withdrawn_is_in_the_log_as_the_register_counts_it(store: Store, year) -> None:
    gone = session(year, 4, 13, outcome=Outcome.DID_NOT_HAPPEN, cancelled_at=at(4, 1))
    store.add(gone)
    store.flush()
    log = {row["session"]: row for row in rows(reports.evidence(store, LATE))}
    assert log[gone.ref]["outcome"] == "withdrawn"
    (owed,) = rows(reports.delivery(store, LATE))
    outcomes = [row["outcome"] for row in log.values()]
    assert outcomes.count("did_not_happen") == owed["did_not_happen"] == 1


def test_a_group_is_evidence_of_who_came_and_credits_nobody(store: Store, year) -> None:
    group = Group(name="Inland", kind=GroupKind.CO_REFLECTION, mode=Mode.VIDEO)
    store.add(
        Meeting(
            group=group, starts_at=at(2, 17), minutes=75, mode=Mode.VIDEO, zone="Pacific/Auckland",
            local_start=datetime.fromisoformat("2027-02-17T00:00"), changed_at=at(2, 1),
        )
    )  # fmt: skip
    store.flush()
    row = next(r for r in rows(reports.evidence(store, LATE)) if r["entitlement"] is None)
    assert (row["kind"], row["group_size"], row["credited_minutes"]) == ("co_reflection", 0, 0)
    assert row["outcome"] == "not_confirmed"


PRIVATE = ("debrief", "Kāi Tahu", "rainbow", "2019-01-01")
OWED = {"exceptions"}
"""Reports that say why, as an exception has to."""


def test_no_debrief_no_reason_and_nothing_of_who_people_are_is_in_either(
    store: Store, year
) -> None:
    debrief = Entitlement(
        ref="talk", person=year.ben, kind=Kind.DEBRIEF, sessions=1, minutes=30,
        starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
    )  # fmt: skip
    store.add(session(year, 2, 2, entitlement=debrief))
    store.add(
        Identity(
            person=year.ben, received_at=LATE, agreed_on=date(2019, 1, 1), rainbow=True,
            youth_until=date(2019, 1, 1),
        )
    )  # fmt: skip
    store.flush()
    for name, make in reports.REPORTS.items():
        table = make(store, LATE)
        said = str(table.columns) + str(table.rows)
        assert not [word for word in ("talk", *PRIVATE) if word in said]
        assert ("reason" not in said) or name in OWED


def test_an_auditors_copy_has_pseudonyms_and_says_that_names_were_left_out(
    store: Store, year
) -> None:
    whole = reports.delivery(store, LATE)
    copy = reports.without_names(whole, "secret")
    assert "Ben Harris" not in str(copy.rows)
    assert copy.columns == tuple(column for column in whole.columns if column != "name")
    assert rows(copy)[0]["person"] == pseudonym("p", "ben", "secret")
    assert "Names were left out" in str(copy.notes[-1])
    assert "names people" in str(whole.notes[-1])


def test_no_id_that_the_hub_chose_is_in_an_auditors_copy(store: Store, year) -> None:
    ids = {*store.scalars(select(Person.ref)), *store.scalars(select(Entitlement.ref))}
    for make in reports.REPORTS.values():
        copy = reports.without_names(make(store, LATE), "secret")
        assert not ids & {cell for row in copy.rows for cell in row}
        assert copy.rows == sorted(copy.rows, key=lambda row: str(row[0])), "order tells names"


def test_the_auditors_copy_of_capacity_tells_neither_by_what_is_known_nor_by_another_report(
    store: Store, year
) -> None:
    year.ana.place = year.dunedin
    store.flush()
    whole = reports.REPORTS["capacity"](store, LATE)
    copy = reports.without_names(whole, "secret")
    left_out = {"name", "place", "hours_a_year", "hours_taken", "away_until", "vetted_until"}
    assert set(whole.columns) - set(copy.columns) == left_out
    assert "Dunedin" in str(whole.rows)
    assert "Dunedin" not in str(copy.rows)
    anas = pseudonym("p", "ana", "secret")
    assert [row["provider"][:2] for row in rows(copy)] == ["p-"]
    assert anas not in str(copy.rows), "the exceptions say ana so"
    assert "in no other report" in str(copy.notes[-2])
    assert "left out too: place, hours_a_year" in str(copy.notes[-1])


def test_one_pseudonym_stands_for_one_id_in_reports_read_together_until_the_secret_changes(
    store: Store, year
) -> None:
    def of_ben(make: Any, key: str) -> Any:
        return rows(reports.without_names(make(store, LATE), key))[0]["entitlement"]

    known = of_ben(reports.delivery, "secret")
    assert known == of_ben(reports.evidence, "secret") != of_ben(reports.delivery, "other")


def test_reports_that_are_not_read_side_by_side_share_no_pseudonym(store: Store, year) -> None:
    """With the register in the other hand, nobody finds a row of theirs."""
    copies = {name: reports.without_names(make(store, LATE), "secret")
              for name, make in reports.REPORTS.items()}  # fmt: skip
    side_by_side = {"delivery", "evidence", "answers", "exceptions"}
    alone = set(copies) - side_by_side
    assert pseudonyms(copies["delivery"]) & pseudonyms(copies["evidence"])
    for name in alone:
        others = set().union(*(pseudonyms(copies[other]) for other in copies if other != name))
        assert not pseudonyms(copies[name]) & others
        assert "in no other report" in " ".join(map(str, copies[name].notes))
    assert {"role", "fte"} & set(copies["programme"].columns) == set()
    assert "left out too: role, fte" in str(copies["programme"].notes[-1])


def pseudonyms(table: Table) -> set[str]:
    return set(re.findall(r"[pes]-[a-z2-7]{12}", str(table.rows)))


TABLE = Table(
    "Test",
    ("text", "number", "day", "instant", "nothing"),
    [("=1+1", -1.5, date(2027, 2, 1), datetime(2027, 2, 1, 9, tzinfo=UTC), None)],
    datetime(2027, 2, 10, 9, 0, tzinfo=UTC),
    (Words("Held: %(what)s.", {"what": "one side says so"}),),
)


CUT_OFF, HELD = "Counted up to 2027-02-10T09:00+00:00.", "Held: one side says so."


def test_a_csv_opens_in_excel_with_its_macrons_and_runs_nothing() -> None:
    octets = spreadsheets.write(TABLE, "csv")
    assert octets.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(octets.decode("utf-8-sig")))) == [
        ["text", "number", "day", "instant", "nothing", "about"],
        ["'=1+1", "-1.5", "2027-02-01", "2027-02-01T09:00+00:00", "", f"{CUT_OFF} {HELD}"],
    ]


@pytest.mark.parametrize(
    ("rows", "heading", "beside"),
    [
        (0, f"about: {CUT_OFF} {HELD}", []),
        (2, "about", [CUT_OFF, HELD]),
        (3, "about", [CUT_OFF, HELD, ""]),
    ],
)
def test_what_a_csv_means_stands_beside_its_rows_and_is_none_of_them(rows, heading, beside) -> None:
    """Whoever opens it in a spreadsheet, or adds a column up, finds rows and nothing else."""
    table = replace(TABLE, rows=TABLE.rows * rows)
    head, *found = csv.reader(io.StringIO(spreadsheets.write(table, "csv").decode("utf-8-sig")))
    assert (len(found), head[-1], [row[-1] for row in found]) == (rows, heading, beside)
    assert {len(row) for row in (head, *found)} == {6}


def test_a_spreadsheet_keeps_days_and_numbers_and_says_the_rest_on_a_page_of_its_own() -> None:
    book = load_workbook(io.BytesIO(spreadsheets.write(TABLE, "xlsx")))
    header, row = book["Table"].iter_rows(values_only=True)
    assert header == TABLE.columns
    assert row == (
        "'=1+1", -1.5, datetime(2027, 2, 1), "2027-02-01T09:00+00:00", None,  # noqa: DTZ001
    )  # fmt: skip
    said = [cell for (cell,) in book["About"].iter_rows(values_only=True)]
    assert said == ["Test", "Counted up to 2027-02-10T09:00+00:00.", "Held: one side says so."]


def test_json_has_the_values_as_they_are_and_notes_in_the_readers_language() -> None:
    whole = json.loads(spreadsheets.write(TABLE, "json", lambda words: str(words).upper()))
    assert whole["rows"] == [
        {
            "text": "=1+1",
            "number": -1.5,
            "day": "2027-02-01",
            "instant": "2027-02-01T09:00+00:00",
            "nothing": None,
        }
    ]
    assert (whole["title"], whole["as_at"]) == ("Test", "2027-02-10T09:00+00:00")
    assert whole["notes"][1] == "HELD: ONE SIDE SAYS SO."


def test_there_is_no_other_format() -> None:
    with pytest.raises(NotFound):
        spreadsheets.write(TABLE, "pdf")


@pytest.fixture
def run(store: Store, year, database: str, monkeypatch) -> Any:
    """The program in the week of 30 April, on the test's database."""
    store.rollback()
    monkeypatch.setenv("SUPERVISOR_DATABASE", database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    monkeypatch.setenv("SUPERVISOR_NOW", LATE.isoformat())
    return lambda *words: CliRunner().invoke(main, ["report", *words])


@pytest.mark.parametrize("name", ["delivery", "evidence"])
def test_the_command_writes_every_format_with_its_cut_off_and_definitions(
    run, tmp_path: Path, name: str
) -> None:
    as_json = json.loads(run(name, "--format", "json").stdout)
    assert as_json["as_at"] == "2027-04-30T12:00+12:00"
    rows = list(csv.DictReader(io.StringIO(run(name).stdout_bytes.decode("utf-8-sig"))))
    assert list(rows[0]) == [*as_json["columns"], "about"]
    assert len(rows) == len(as_json["rows"])
    said = " ".join(row["about"] for row in rows)
    assert said.startswith("Counted up to 2027-04-30T12:00+12:00.")
    assert "Held: one side says it happened" in said
    assert "ooked" in said
    out = tmp_path / "report.xlsx"
    assert run(name, "--format", "xlsx", "--out", str(out)).exit_code == 0
    assert load_workbook(out)["Table"].max_row == len(as_json["rows"]) + 1
    assert out.stat().st_mode & 0o077 == 0


def test_the_command_leaves_names_out_and_says_why_it_cannot_write(run, tmp_path: Path) -> None:
    said = run("delivery", "--format", "json", "--without-names").stdout
    assert "Ben Harris" not in said
    assert '"ben' not in said
    refused = run("delivery", "--out", str(tmp_path / "gone" / "report.csv"))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "report.csv cannot be written: No such file or directory." in refused.stderr
    assert run("gossip").exit_code == 2
    assert run("delivery", "--format", "odt").exit_code == 2
    for form in ("xlsx", "pdf"):
        assert f"add --out NAME.{form}" in run("delivery", "--format", form).stderr


def test_the_page_and_its_files_are_for_the_hub(year, sign_in) -> None:
    hub = sign_in(year.cleo)
    for name in reports.REPORTS:
        assert hub.get(f"/reports/{name}").status_code == 200
        for form, made in spreadsheets.FORMATS.items():
            answer = hub.get(f"/reports/{name}.{form}")
            assert answer.headers["Content-Type"] == made.media_type
            assert f'filename="{name}.{form}"' in answer.headers["Content-Disposition"]
    assert "What the words mean" in hub.get("/reports/delivery").text
    assert hub.get("/reports/gossip").status_code == 404
    assert hub.get("/reports/delivery.odt").status_code == 404
    for person in (year.mere, year.ana, year.ben):
        assert sign_in(person).get("/reports/delivery.csv").status_code == 404


def test_a_database_that_was_never_made_is_said_in_words(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SUPERVISOR_DATABASE", str(tmp_path / "new.db"))
    for words in (["report", "delivery"], ["import", str(tmp_path)], ["export", str(tmp_path)]):
        (tmp_path / "people.csv").write_text("id,name\nben,Ben\n")
        said = CliRunner().invoke(main, words)
        assert said.exit_code == 1
        assert "There is no database at" in said.stderr
        assert "`supervisor init` makes one there" in said.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv"]
