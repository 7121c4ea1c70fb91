"""A supervisor's hours on a phone, without scripts: every step from sign-in to done."""

import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest

from supervisor.availability import open_days
from supervisor.availability.open_changes import Day, Trip, Worked
from supervisor.models import Person, Session, Store
from supervisor.rules.kinds import Outcome
from tests.browser.site import DESK, Site, Visitor
from tests.everybody import settle


@pytest.fixture
def cast(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    """Ana meets Ben on Wednesday 17 February at nine."""
    return settle(store, cast, now)


@pytest.fixture
def ana(visit: Callable[..., Visitor]) -> Visitor:
    return visit().signed_in("ana")


def held(site: Site) -> list:
    with site.store() as store:
        return open_days.held(store, store.query(Person).filter_by(ref="ana").one())


def fits(visitor: Visitor) -> bool:
    """Nothing is wider than the window."""
    page = visitor.page
    box = page.locator("main").bounding_box()
    return bool(box) and box["x"] + box["width"] <= page.viewport_size["width"]


def test_a_supervisor_gives_hours_with_a_place(site: Site, ana: Visitor) -> None:
    page = ana.goto("/week")
    ana.tap("My open hours")
    assert "What workers will see" in ana.text
    row = page.get_by_role("group", name="Monday, 1")
    row.get_by_label("How").select_option("in_person")
    row.get_by_label("Where, if in person").fill("Dunedin")
    ana.tap("Save these hours")
    assert "The hours are saved." in ana.text
    assert row.get_by_label("Where, if in person").input_value() == "Dunedin"
    assert fits(ana)
    ana.tap("Undo")
    assert row.get_by_label("Where, if in person").input_value() == ""


def test_a_supervisor_opens_a_saturday_and_thinks_again(site: Site, ana: Visitor) -> None:
    page = ana.goto("/people/ana/hours")
    ana.tap("Single days and holidays")
    page.get_by_label("Day", exact=True).fill("2027-02-20")
    page.get_by_label("From").fill("10:00")
    page.get_by_label("To", exact=True).fill("12:00")
    ana.tap("Open these hours")
    assert "It is saved." in ana.text
    assert re.search(r"Saturday 20 February\s+10:00 am to 12:00 pm", ana.text)
    assert held(site) == [Day(date(2027, 2, 20), 600, 720, opens=True)]
    assert fits(ana)
    ana.tap("Undo")
    assert held(site) == []


def test_closing_a_day_lists_its_meetings_and_calls_them_off(site: Site, ana: Visitor) -> None:
    page = ana.goto("/people/ana/hours/days")
    page.get_by_label("Day", exact=True).fill("2027-02-17")
    ana.tap("Close them")
    assert "1 booked meeting lies there" in ana.text
    assert "Wednesday 17 February, 9:00 am" in ana.text
    assert held(site) == []
    assert fits(ana)
    ana.tap("Save and call off")
    assert "1 meeting is called off. You both know." in ana.text
    with site.store() as store:
        meeting = store.query(Session).filter_by(ref="session-1").one()
        assert meeting.outcome == Outcome.CANCELLED_BY_PROVIDER


def test_a_supervisor_goes_to_cromwell_every_second_thursday(site: Site, ana: Visitor) -> None:
    page = ana.goto("/people/ana/hours/visits")
    page.get_by_label("Place").fill("Cromwell")
    page.get_by_label("First day").fill("2027-02-18")
    page.get_by_label("From").fill("10:00")
    page.get_by_label("To", exact=True).fill("15:00")
    ana.tap("Save visit days")
    assert "Every second Thursday" in ana.text
    ana.tap("Change")
    page.get_by_label("To", exact=True).fill("16:00")
    ana.tap("Save visit days")
    (trip,) = held(site)
    assert isinstance(trip, Trip)
    assert (trip.every, trip.ends) == (2, 960)
    assert fits(ana)


def test_a_supervisor_works_on_otago_anniversary_day(site: Site, ana: Visitor) -> None:
    ana.goto("/people/ana/hours/days")
    otago = re.compile("^I work on this day.*Otago Anniversary Day$")
    ana.page.get_by_role("button", name=otago).click()
    assert held(site) == [Worked(date(2027, 3, 22))]
    assert fits(ana)


@pytest.mark.parametrize("width", [320, 360, DESK])
@pytest.mark.parametrize("page", ["", "/days", "/visits", "/booking"])
def test_the_pages_fit_a_phone_and_a_desk(
    visit: Callable[..., Visitor], width: int, page: str
) -> None:
    ana = visit(width).signed_in("ana")
    ana.goto(f"/people/ana/hours{page}")
    assert fits(ana)
