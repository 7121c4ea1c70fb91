"""A report narrowed to an employer, a kind, a region or days, on the page and in its files."""

import csv
from datetime import date
from io import StringIO
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from supervisor import clock
from supervisor.errors import OddAsk
from supervisor.models import Store
from supervisor.reports import report_asks
from supervisor.reports.report_asks import FILTERS, Ask
from supervisor.reports.reports import REPORTS, ReportSettings
from supervisor.rules.kinds import Kind
from supervisor.settings import save
from tests.everybody import settle


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


@pytest.fixture
def cleo(theirs: SimpleNamespace, sign_in) -> FlaskClient:
    return sign_in(theirs.cleo)


def people(client: FlaskClient, name: str, column: str = "person", **asked: str) -> list[str]:
    text = client.get(f"/reports/{name}.csv", query_string=asked).text.removeprefix("\ufeff")
    return sorted(row[column] for row in csv.DictReader(StringIO(text)))


def test_the_register_is_narrowed_to_an_employer_a_kind_a_region_and_days(theirs, cleo) -> None:
    assert people(cleo, "delivery", employer="harbour") == ["dan"]
    assert people(cleo, "delivery", employer="harbour", kind="coaching") == []
    assert people(cleo, "delivery", region="OTA") == ["ben", "dan"]
    assert people(cleo, "delivery", since="2028-01-01") == []
    assert people(cleo, "delivery", until="2026-12-31") == []


def test_counted_to_an_earlier_day_nothing_later_is_in_it(store: Store, theirs, now) -> None:
    table = REPORTS["delivery"](store, now, Ask(until=date(2027, 1, 31)))
    assert table.as_at.isoformat(timespec="minutes") == "2027-01-31T23:59+13:00"
    assert {row[table.columns.index("as_at")] for row in table.rows} == {date(2027, 1, 31)}
    later = REPORTS["delivery"](store, now, Ask(until=date(2027, 12, 31)))
    assert later.as_at == now


def test_the_log_is_narrowed_to_the_days_on_which_they_met(theirs, cleo) -> None:
    when = theirs.past.local_start.date()
    both = {"since": when.isoformat(), "until": when.isoformat()}
    assert people(cleo, "evidence", "session", **both) == ["session-0"]
    assert people(cleo, "evidence", "session", until="2026-01-01") == []
    assert people(cleo, "evidence", "session", employer="lakes") == ["session-0"]


def test_what_it_was_narrowed_to_stands_on_the_page_and_in_the_file(theirs, cleo) -> None:
    page = cleo.get("/reports/delivery?employer=lakes&kind=peer_supervision&until=2027-01-31").text
    for said in (
        "Only this employer: Lakes Peer Service.",
        "Only this kind: External peer supervision.",
        "Up to and with 31 January.",
    ):
        assert said in page
    assert 'href="/reports/delivery.csv?employer=lakes&amp;kind=peer_supervision' in page
    text = cleo.get("/reports/delivery.csv?employer=lakes").text
    assert "Only this employer: Lakes Peer Service." in text
    assert "it was not narrowed" in cleo.get("/reports/delivery.csv").text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("kind=gossip", "no “gossip” to pick"),
        ("region=Moon", "no “Moon” to pick"),
        ("employer=nowhere", "Employer: there is no “nowhere” to pick"),
        ("since=soon", "From: write a day"),
        ("since=2027-02-01&until=2027-01-01", "the first day comes after the last"),
        ("group_kind=network", "cannot be narrowed by “Kind of group”"),
        ("employr=lakes", "cannot be narrowed by “employr”"),
    ],
)
def test_what_cannot_be_asked_for_is_said_in_words(theirs, cleo, asked: str, said: str) -> None:
    for end in ("", ".csv", ".xlsx", ".json"):
        answer = cleo.get(f"/reports/delivery{end}?{asked}")
        assert answer.status_code == 400
        assert said in answer.text
        assert 'href="/reports/delivery">Show all of it' in answer.text


def test_every_report_answers_an_odd_filter_alike(theirs, cleo) -> None:
    for name, report in REPORTS.items():
        for odd in (*FILTERS, "colour"):
            for end in ("", ".csv"):
                answer = cleo.get(f"/reports/{name}{end}?{odd}=nowhere")
                called = str(report_asks.FIELDS.get(odd, odd))
                assert answer.status_code == 400, (name, odd)
                assert called in answer.text, (name, odd, report.by)


def test_nobody_takes_all_for_a_part(store: Store, theirs) -> None:
    """A filter that a report knows nothing of is refused, whichever it is."""
    fine = {
        "employer": "lakes", "kind": Kind.COACHING, "group_kind": "network", "region": "OTA",
        "since": "2027-01-01", "until": "2027-01-31",
    }  # fmt: skip
    for report in REPORTS.values():
        for name in FILTERS:
            given = {name: fine[name]}
            if name in report.by:
                assert report_asks.asked(store, given, report.by).given == given
            else:
                with pytest.raises(OddAsk, match="cannot be narrowed"):
                    report_asks.asked(store, given, report.by)
    with pytest.raises(OddAsk):
        report_asks.asked(store, {"employer": "nowhere"}, ("employer",))


def test_capacity_and_the_checklist_are_narrowed_by_what_their_rows_say(theirs, cleo) -> None:
    assert set(people(cleo, "capacity", "kind", kind="peer_supervision")) == {"peer_supervision"}
    assert people(cleo, "capacity", "kind", kind="coaching", region="OTA") == []
    assert set(people(cleo, "programme", "employer", employer="lakes")) == {"Lakes Peer Service"}


def test_a_page_shows_the_main_columns_and_every_one_at_a_press(store: Store, theirs, cleo) -> None:
    save(store, ReportSettings(rows=1))
    store.commit()
    page = cleo.get("/reports/delivery?employer=lakes").text
    assert "Here are 10 of 33 columns." in page
    assert "Cancelled by provider" not in page
    assert 'href="/reports/delivery?columns=all&amp;employer=lakes"' in page
    whole = cleo.get("/reports/delivery?employer=lakes&columns=all").text
    assert "Cancelled by provider" in whole
    assert whole.index('scope="col">Name') < whole.index('scope="col">Entitlement')
    assert 'href="?page=2&amp;employer=lakes&amp;columns=all"' in whole
    for name, report in REPORTS.items():
        if name != "card":
            table = report(store, clock.now())
            assert set(report.at_first(table).columns) <= set(table.columns)
            assert len(report.at_first(table).columns) <= 11


def test_pages_of_a_part_stay_of_that_part(store: Store, theirs, cleo) -> None:
    save(store, ReportSettings(rows=1))
    store.commit()
    page = cleo.get("/reports/delivery?employer=lakes").text
    assert 'href="?page=2&amp;employer=lakes"' in page
