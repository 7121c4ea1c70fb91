"""Who looked at somebody's page is noted for them, and read by them alone and the hub."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supervisor import clock
from supervisor.models import Debrief, Look, Store
from supervisor.privacy import erasing
from supervisor.reports.report_access import access_log
from supervisor.settings import save
from supervisor.trail import looks
from supervisor.trail.looks import LookSettings
from tests.everybody import settle


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


@pytest.fixture
def cleo(theirs: SimpleNamespace, sign_in) -> FlaskClient:
    return sign_in(theirs.cleo)


def noted(store: Store) -> list[tuple[int, int | None, str]]:
    query = select(Look.by_id, Look.of_id, Look.what).order_by(Look.id)
    return [tuple(row) for row in store.execute(query)]


def test_a_look_is_noted_once_an_hour_for_each_page_owner(store: Store, theirs, cleo, now) -> None:
    for _twice in range(2):
        cleo.get("/people/ben")
        cleo.get("/sessions/session-1")
    about_ben = (theirs.cleo.id, theirs.ben.id, looks.PAGE)
    assert noted(store) == [about_ben]
    clock.set_to(now + timedelta(minutes=61))
    cleo.get("/people/ben")
    assert noted(store) == [about_ben] * 2


def test_ben_reads_on_his_page_who_looked_and_nobody_else_does(
    store: Store, theirs, cleo, sign_in
) -> None:
    assert "Nobody yet." in sign_in(theirs.ben).get("/privacy").text
    cleo.get("/people/ben")
    cleo.get("/reports/delivery.csv")
    page = sign_in(theirs.ben).get("/privacy").text
    assert f"<strong>{theirs.cleo.name}</strong>. Your page" in page
    assert "A report about everybody: Delivery register" in page
    assert "Your page, or" not in sign_in(theirs.dan).get("/privacy").text


def test_the_manager_who_reads_the_numbers_of_the_team_is_noted(
    store: Store, theirs, sign_in
) -> None:
    sign_in(theirs.mere).get("/team")
    sign_in(theirs.mere).get("/team/delivery.csv")
    assert noted(store) == [(theirs.mere.id, theirs.ben.id, looks.TEAM)]
    assert "The numbers of their team" in sign_in(theirs.ben).get("/privacy").text


def test_a_pack_is_noted_for_whom_it_is_about(store: Store, theirs, cleo) -> None:
    cleo.post("/reports/pack", data={"person": "ben"})
    assert noted(store) == [(theirs.cleo.id, theirs.ben.id, looks.PACK)]


def test_what_is_ones_own_what_was_refused_and_what_names_nobody_is_not_noted(
    store: Store, theirs, cleo, sign_in
) -> None:
    cleo.get("/people/cleo")
    cleo.get("/reports/card")
    cleo.get("/people/nobody")
    cleo.post("/people/ben/leave", data={})
    sign_in(theirs.ben).get("/sessions/session-1")
    sign_in(theirs.ana).get("/sessions/session-1")
    sign_in(theirs.mere).get("/people/ben")
    assert noted(store) == []


def test_a_talk_that_somebody_asked_for_is_in_no_look(store: Store, theirs) -> None:
    assert looks.about(Debrief(person_id=theirs.ben.id)) is None
    assert looks.about(theirs.match) == theirs.ben.id


def test_the_access_log_says_who_looked_at_whose(store: Store, theirs, cleo, now) -> None:
    cleo.get("/people/ben")
    table = access_log(store, now)
    did, thing = table.columns.index("did"), table.columns.index("thing")
    assert ("Looked at what is about somebody", "person ben") in {
        (row[did], row[thing]) for row in table.rows
    }


def test_it_is_kept_as_long_as_the_hub_says(store: Store, theirs, cleo, now) -> None:
    cleo.get("/people/ben")
    looks.forget(store, now + timedelta(days=365))
    assert len(noted(store)) == 1
    save(store, LookSettings(keep_days=30))
    looks.forget(store, now + timedelta(days=31))
    assert noted(store) == []


def test_with_somebody_who_is_erased_goes_who_looked_at_them(
    store: Store, theirs, cleo, now
) -> None:
    cleo.get("/people/dan")
    erasing.apply(store, theirs.dan, "key", now.date(), now)
    assert noted(store) == []
