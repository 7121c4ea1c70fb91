"""Who asks for what is not theirs is noted for the hub, and reads only that it is not there."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from supervisor import clock
from supervisor.extensions import db
from supervisor.models import Audit, Store
from supervisor.reports.pseudonyms import without_names
from supervisor.reports.report_access import access_log
from supervisor.settings import save
from supervisor.trail.refusals import RefusalSettings
from tests.everybody import settle

HOUR = timedelta(hours=1)


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


@pytest.fixture
def dan(theirs, sign_in) -> FlaskClient:
    """A stranger."""
    return sign_in(theirs.dan)


@pytest.fixture
def noted(store: Store, theirs) -> Callable[[], list[tuple[str, str]]]:
    """What Dan was refused, by its kind and its id."""

    def rows() -> list[tuple[str, str]]:
        query = select(Audit.noun, Audit.noun_ref).where(
            Audit.verb == "refused", Audit.by_id == theirs.dan.id
        )
        return [(noun, ref) for noun, ref in store.execute(query.order_by(Audit.id))]

    return rows


def test_it_is_noted_what_was_asked_for_and_the_answer_does_not_say_so(dan, noted) -> None:
    there = dan.get("/sessions/session-1")
    nowhere = dan.get("/sessions/nothing-1")
    assert there.status_code == nowhere.status_code == 404
    assert said(there.text) == said(nowhere.text)
    assert [*there.headers.keys()] == [*nowhere.headers.keys()]
    (first, second) = noted()
    assert first == ("session", "session-1")
    assert second[0] == "unknown"
    assert "nothing" not in second[1], "what was typed may be a name"


def said(page: str) -> str:
    """But for the seal of its forms, and the address that they lead back to."""
    return re.sub(r'(?<=value=")[^"]*(?:session-1|nothing-1|[.][^"]*)(?=")', "", page)


def test_what_is_there_costs_as_much_as_what_is_not(dan) -> None:
    def asked(address: str) -> list[str]:
        said: list[str] = []
        listener = lambda *given: said.append(given[2])  # noqa: E731 - SQLAlchemy counts arguments
        event.listen(db.engine, "before_cursor_execute", listener)
        for _twice in range(2):
            db.session.remove()
            dan.get(address)
        event.remove(db.engine, "before_cursor_execute", listener)
        return said

    dan.get("/sessions/warm")
    assert asked("/sessions/session-1") == asked("/sessions/nothing-1")


def test_a_page_of_another_part_and_what_was_sent_are_noted_too(dan, noted) -> None:
    dan.get("/today")
    dan.post("/sessions/session-1/cancellation")
    assert noted() == [("page", "today.show"), ("session", "session-1")]


def test_a_supervisor_who_asks_for_somebody_elses_things_is_noted_as_well(
    store: Store, theirs, sign_in
) -> None:
    sign_in(theirs.xan).get("/sessions/session-1")
    row = store.scalars(select(Audit).where(Audit.verb == "refused")).one()
    assert (row.by_id, row.noun_ref) == (theirs.xan.id, "session-1")


def test_the_same_is_noted_once_an_hour(dan, noted) -> None:
    for _again in range(3):
        dan.get("/sessions/session-1")
    assert len(noted()) == 1
    clock.set_to(clock.now() + HOUR)
    dan.get("/sessions/session-1")
    assert len(noted()) == 2


def test_a_crawler_fills_no_disk(store: Store, dan, noted) -> None:
    save(store, RefusalSettings(most_an_hour=5))
    store.commit()
    for number in range(20):
        assert dan.get(f"/sessions/{number}").status_code == 404
    dan.get("/sessions/session-1")
    assert len(noted()) == 5


def test_one_s_own_pages_and_strangers_to_the_hub_leave_nothing(
    store: Store, app: Flask, theirs, sign_in
) -> None:
    sign_in(theirs.ben).get("/sessions/session-1")
    sign_in(theirs.ben).get("/static/nothing.css")
    app.test_client().get("/sessions/session-1")
    assert store.scalars(select(Audit).where(Audit.verb == "refused")).all() == []


def test_that_somebody_wanted_to_talk_or_keeps_apart_is_not_told_by_it(dan, noted) -> None:
    dan.get("/asked/ben-asks-ana")
    dan.post("/apart/ben-apart/withdrawal")
    assert {noun for noun, _ref in noted()} == {"unknown"}


def test_the_hub_reads_it_in_the_access_log_and_an_auditor_not_of_what(
    store: Store, theirs, dan, now
) -> None:
    dan.get("/entitlements/ben-2027/past")
    dan.get("/sessions/nothing-1")
    table = access_log(store, now)
    rows = [row for row in table.rows if row[1] == "dan"][:2]
    assert [row[3:] for row in rows] == [
        ("Asked for what is not there", None, None),
        ("Was refused what is not theirs", None, "entitlement ben-2027"),
    ]
    copy = without_names(table, "key")
    assert "ben-2027" not in str(copy.rows)
    assert "Was refused what is not theirs" in str(copy.rows)
