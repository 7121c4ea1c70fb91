"""Every report in every format: it opens, says up to when and what its words mean, and runs
nothing; and in none of them is what is booked counted as what was delivered."""

import csv
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from supervisor import paper, spreadsheets
from supervisor.models import Attendance, Group, Meeting, Session, Store
from supervisor.reports.reports import REPORTS
from supervisor.rules.kinds import Mode
from supervisor.spreadsheets import Table
from tests.everybody import settle

SUPPRESSED = ("suppressed", "hidden", "Hidden", "for the hub alone", "without a name")
"""How a report says what is left out of it, or that nothing is."""
LIES_AHEAD = {
    "booked", "next_booked", "forecast", "forecast_date", "standing", "since", "planned", "ahead",
    "answers",
}  # fmt: skip
FORMULA = '=HYPERLINK("http://evil.example","Ben")'


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    """Everybody's things; Ben is called like a formula, and so is the circle."""
    settle(store, cast, now)
    cast.circle = store.scalars(select(Group).where(Group.ref == "circle")).one()
    cast.ben.name, cast.circle.name = FORMULA, "@SUM(A1)"
    store.commit()
    return cast


def of_csv(content: bytes) -> tuple[list[str], list[str]]:
    head, *rows = csv.reader(StringIO(content.decode("utf-8-sig")))
    said = " ".join([head[-1], *(row[-1] for row in rows)]).removeprefix("about").lstrip(": ")
    return said.split(". "), [cell for row in (head, *rows) for cell in row[:-1]]


def of_xlsx(content: bytes) -> tuple[list[str], list[str]]:
    book = load_workbook(BytesIO(content))
    assert "f" not in {cell.data_type for row in book["Table"] for cell in row}
    said = [str(cell) for (cell,) in book["About"].iter_rows(values_only=True)]
    return said, [str(c) for row in book["Table"].iter_rows(values_only=True) for c in row]


def of_json(content: bytes) -> tuple[list[str], list[str]]:
    whole = json.loads(content)
    return whole["notes"], []


READ: dict[str, Callable[[bytes], tuple[list[str], list[str]]]] = {
    "csv": of_csv, "xlsx": of_xlsx, "json": of_json,
}  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
def test_each_opens_says_up_to_when_and_what_and_runs_nothing(
    store: Store, theirs, sign_in, name: str
) -> None:
    cleo = sign_in(theirs.cleo)
    for form, read in READ.items():
        answer = cleo.get(f"/reports/{name}.{form}")
        assert answer.headers["Content-Type"] == spreadsheets.format_of(form).media_type
        said, cells = read(answer.data)
        assert any(words.startswith("Counted up to 20") for words in said)
        assert len(said) > 3, "what its words mean"
        assert any(part in words for words in said for part in SUPPRESSED)
        assert any("not narrowed" in words for words in said)
        assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))] == []
    page = cleo.get(f"/reports/{name}").text
    assert "Counted up to" in page


def test_a_name_that_looks_like_a_formula_is_only_a_name(store: Store, theirs, sign_in) -> None:
    cleo = sign_in(theirs.cleo)
    for form in ("csv", "xlsx"):
        said, cells = READ[form](cleo.get(f"/reports/delivery.{form}").data)
        assert f"'{FORMULA}" in cells
        said, cells = READ[form](cleo.get(f"/reports/groups.{form}").data)
        assert "'@SUM(A1)" in cells
        assert said


@pytest.mark.skipif(not paper.can_print(), reason="the extra `pdf` or Pango is missing")
@pytest.mark.parametrize("name", REPORTS)
def test_each_is_printed(store: Store, theirs, sign_in, name: str) -> None:
    answer = sign_in(theirs.cleo).get(f"/reports/{name}.pdf")
    assert answer.data.startswith(b"%PDF-1.7")


def kept(table: Table) -> list[tuple[Any, ...]]:
    """The rows without what says itself that it lies ahead."""
    at = [n for n, column in enumerate(table.columns) if column not in LIES_AHEAD]
    return [tuple(row[n] for n in at) for row in table.rows]


def test_what_is_booked_is_counted_as_delivered_nowhere(
    store: Store, theirs, now: datetime
) -> None:
    before = {name: kept(report(store, now)) for name, report in REPORTS.items()}
    for days in range(1, 30):
        starts = now + timedelta(days=days)
        when = {"starts_at": starts, "zone": "Pacific/Auckland", "minutes": 60}
        local = starts.replace(tzinfo=None) + timedelta(hours=13)
        store.add(
            Session(
                entitlement=theirs.entitlement, provider=theirs.ana, local_start=local,
                mode=Mode.VIDEO, changed_at=now, **when,
            )
        )  # fmt: skip
        store.add(
            Meeting(
                group=theirs.circle, local_start=local, mode=Mode.VIDEO, changed_at=now,
                attendances=[Attendance(person=theirs.ben, coming=True)], **when,
            )
        )  # fmt: skip
    store.flush()
    after = {name: kept(report(store, now)) for name, report in REPORTS.items()}
    assert [name for name in REPORTS if before[name] != after[name]] == []
    said = {name: " ".join(map(str, report(store, now).notes)) for name, report in REPORTS.items()}
    told = [name for name in ("card", "delivery", "evidence", "spend") if "ooked" not in said[name]]
    assert told == []
