"""Each person's main job from sign-in to done: on a phone, without scripts."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import icalendar
import pytest

from supervisor import clock
from supervisor.models import Attendance, Confirmation, Message, Session, Store
from tests.browser.site import Site, Visitor
from tests.everybody import settle


@pytest.fixture
def cast(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    """Everybody: Ben met Ana on 7 February and meets her again on the 17th."""
    return settle(store, cast, now)


@pytest.fixture
def phone(visit: Callable[..., Visitor]) -> Visitor:
    return visit()


def test_a_worker_books_in_five_taps(site: Site, phone: Visitor) -> None:
    ben = phone.signed_in("ben")
    ben.tap("Book a time")
    ben.pick("9:00 am")
    ben.tap("Book this time")
    assert "You are booked" in ben.text
    assert "with Ana Rewi, 60 minutes" in ben.text
    with ben.page.expect_download() as download:
        ben.tap("Add to my calendar")
    assert ben.taps == 5
    assert download.value.suggested_filename == "meeting.ics"
    calendar = icalendar.Calendar.from_ical(Path(download.value.path()).read_bytes())
    (event,) = calendar.walk("VEVENT")
    assert str(event["SUMMARY"]) == "Meeting"
    with site.store() as store:
        booked = store.query(Session).filter(Session.uid == str(event["UID"])).one()
        assert event["DTSTART"].dt == booked.starts_at


def test_a_worker_calls_off_and_thinks_again(site: Site, phone: Visitor) -> None:
    ben = phone.signed_in("ben")
    ben.tap("Wednesday 17 February")
    ben.tap("Call it off")
    assert "Wednesday 17 February, 9:00 am is called off." in ben.text
    ben.tap("Undo")
    assert "You are booked" in ben.text
    assert "Wednesday 17 February, 9:00 am" in ben.text


def test_a_worker_moves_a_meeting(phone: Visitor) -> None:
    ben = phone.signed_in("ben")
    ben.tap("Wednesday 17 February")
    ben.tap("Move it")
    ben.page.get_by_text("10:00 am").first.click()
    ben.tap("Move it to this time")
    assert "It is moved." in ben.text
    assert "10:00 am" in ben.text


def test_a_worker_says_that_they_met(site: Site, phone: Visitor) -> None:
    ben = phone.signed_in("ben")
    ben.tap("Answer now")
    ben.tap("Yes, we met")
    assert "You said yes." in ben.text
    with site.store() as store:
        assert [c.side for c in store.query(Confirmation)] == ["worker"]


def test_a_worker_reads_what_their_manager_sees(phone: Visitor) -> None:
    ben = phone.signed_in("ben")
    ben.tap("What my manager sees")
    assert "This, and nothing else." in ben.text
    assert "0 of 10" in ben.text


def test_a_supervisor_says_that_they_met_and_books_the_next(site: Site, phone: Visitor) -> None:
    ana = phone.signed_in("ana")
    assert ana.page.url.endswith("/week")
    ana.tap("Yes, we met")
    assert "Thank you. That is written down." in ana.text
    assert "Did these happen?" not in ana.text
    ana.tap("Book a time")
    assert "Book a time with Ben Harris" in ana.text
    ana.page.get_by_text("9:00 am").first.click()
    ana.tap("Book this time")
    assert "You are booked" in ana.text
    with site.store() as store:
        assert store.query(Session).count() == 3


def test_a_supervisor_says_no_without_saying_why(site: Site, phone: Visitor) -> None:
    ana = phone.signed_in("ana")
    ana.page.get_by_role("link", name=re.compile("^No\\b")).click()
    ana.tap("Ben could not come")
    assert "Thank you. That is written down." in ana.text
    with site.store() as store:
        assert [c.answer for c in store.query(Confirmation)] == ["worker_away"]


def test_a_manager_takes_the_numbers_away_and_asks_about_one(site: Site, phone: Visitor) -> None:
    mere = phone.signed_in("mere")
    assert "0 of 10" in mere.text
    with mere.page.expect_download() as download:
        mere.page.get_by_role("link", name="Download as spreadsheet").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    mere.tap("Ask the hub")
    assert "The hub has been asked to check." in mere.text
    with site.store() as store:
        assert store.query(Message).filter(Message.cause.startswith("check:")).count() == 1


def test_a_facilitator_writes_down_who_came(site: Site, phone: Visitor, now) -> None:
    clock.set_to(now + timedelta(days=6))
    fay = phone.signed_in("fay")
    assert fay.page.url.endswith("/groups")
    fay.tap("Circle")
    fay.page.get_by_text("Away", exact=True).click()
    fay.tap("Save who came")
    assert "Who came is written down." in fay.text
    with site.store() as store:
        assert [(a.person.ref, a.came) for a in store.query(Attendance)] == [("ben", False)]
    fay.tap("Everyone was here")
    with site.store() as store:
        assert [a.came for a in store.query(Attendance)] == [True]


def test_signing_out_and_a_page_in_te_reo(phone: Visitor) -> None:
    ben = phone.signed_in("ben")
    ben.tap("Te reo Māori")
    assert ben.page.locator("html").get_attribute("lang") == "en-NZ"
    assert ben.page.url.endswith("/support")
    ben.tap("English")
    ben.tap("Sign out")
    assert "You are signed out." in ben.text
    ben.goto("/support")
    assert "/sign-in" in ben.page.url


def test_with_scripts_a_button_pressed_twice_books_once(
    site: Site, visit: Callable[..., Visitor]
) -> None:
    ben = visit(java_script_enabled=True).signed_in("ben")
    ben.tap("Book a time")
    ben.page.get_by_text("9:00 am").first.click()
    ben.page.get_by_role("button", name="Book this time").dblclick()
    ben.page.wait_for_url("**/sessions/*")
    with site.store() as store:
        assert store.query(Session).count() == 3
