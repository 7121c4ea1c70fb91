"""Reports on screen, a page of rows at a time, and as files; and the manager's own."""

import csv
import json
from io import BytesIO, StringIO
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import delete

from supervisor.access import MANAGER_COLUMNS
from supervisor.models import (
    Attendance,
    Guest,
    Meeting,
    Store,
)
from supervisor.reports.reports import ReportSettings
from supervisor.settings import save
from tests.everybody import settle, without_meetings


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


@pytest.fixture
def cleo(cast: SimpleNamespace, sign_in) -> FlaskClient:
    return sign_in(cast.cleo)


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file without what stands beside them."""
    found = list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
    for row in found:
        row.pop("about")
    return found


def test_the_list_leads_to_each_report_and_its_files(theirs, cleo) -> None:
    page = cleo.get("/reports").text
    for name in ("delivery", "evidence"):
        for ending in ("", ".csv", ".xlsx"):
            assert f'href="/reports/{name}{ending}"' in page
            assert cleo.get(f"/reports/{name}{ending}").status_code == 200


def test_a_report_says_its_cut_off_and_what_its_words_mean(theirs, cleo) -> None:
    page = cleo.get("/reports/delivery?columns=all").text
    assert "Counted up to Wednesday 10 February, 9:00 am." in page
    assert "is never counted as delivered" in page
    assert "Ben Harris" in page
    assert "External peer supervision" in page
    assert "10 Feb 2027" in page
    assert ">peer_supervision<" not in page


def test_files_open_as_what_they_are(theirs, cleo) -> None:
    answer = cleo.get("/reports/delivery.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="delivery.csv"'
    (ben,) = [row for row in rows(answer.text) if row["entitlement"] == "ben-2027"]
    assert "Ben Harris" in ben.values()
    assert ben["contracted"] == "10"
    book = load_workbook(BytesIO(cleo.get("/reports/delivery.xlsx").data))
    assert book["Table"]["A1"].value == "entitlement"
    told = json.loads(cleo.get("/reports/evidence.json").data)
    assert {row["session"] for row in told["rows"]} == {"session-0", "meeting-0"}
    assert cleo.get("/reports/delivery.odt").status_code == 404
    assert cleo.get("/reports/gossip").status_code == 404


def test_a_long_report_is_read_a_page_at_a_time_and_its_file_holds_all(
    store: Store, theirs, cleo
) -> None:
    save(store, ReportSettings(rows=2))
    store.commit()
    first, second = (cleo.get(f"/reports/delivery?page={n}").text for n in (1, 2))
    assert "Page 1 of 2" in first
    assert "Page 2 of 2" in second
    assert "3 rows." in first
    assert "Ben Harris" in first
    assert "Ben Harris" not in second
    assert cleo.get("/reports/delivery?page=99").text.count("Page 2 of 2") == 1
    assert cleo.get("/reports/delivery?page=0").status_code == 404
    assert len(rows(cleo.get("/reports/delivery.csv").text)) == 3


def test_a_report_without_rows_has_words(store: Store, theirs, cleo) -> None:
    without_meetings(store)
    for record in (Guest, Attendance, Meeting):
        store.execute(delete(record))
    store.commit()
    assert "Nothing to report yet" in cleo.get("/reports/evidence").text


def test_the_managers_page_and_file_hold_their_columns_and_no_more(
    store: Store, theirs, sign_in
) -> None:
    mere = sign_in(theirs.mere)
    page = mere.get("/team").text
    assert "0 of 10" in page
    assert "A session counts only when both people say it happened." in page
    (ben,) = rows(mere.get("/team/delivery.csv").text)
    assert tuple(ben) == (*MANAGER_COLUMNS, "as_at")
    assert "Ben Harris" in ben.values()
    assert (ben["contracted"], ben["delivered"]) == ("10", "0")


def test_a_manager_of_nobody_who_is_supervised_reads_why(theirs, sign_in) -> None:
    page = sign_in(theirs.rua).get("/team").text
    assert "Nobody to show yet" in page
    assert "ask the hub" in page
