"""A year that is planned at once and puts itself right: on a phone, without scripts."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor.models import Message, Session, Store
from tests.browser.site import Site, Visitor
from tests.everybody import settle


@pytest.fixture
def cast(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    """Everybody: Ben meets Ana on 17 February."""
    return settle(store, cast, now)


def test_a_worker_books_a_series_and_moves_the_rest_of_it(
    site: Site, visit: Callable[..., Visitor]
) -> None:
    ben = visit().signed_in("ben")
    ben.goto("/support")
    ben.tap("Book a time")
    ben.page.get_by_text("9:00 am").first.click()
    ben.tap("Or a series from this time on")
    assert "Then all that are owed are booked." in ben.text
    ben.tap("Every second")
    ben.tap("Book these")
    assert "meetings are booked." in ben.text
    ben.tap("Move it")
    ben.page.get_by_text("10:00 am").first.click()
    ben.page.get_by_text("This one and all").first.check()
    ben.tap("Move it to this time")
    assert "It is moved." in ben.text
    with site.store() as store:
        query = select(Session).where(Session.series_id.is_not(None))
        hours = {one.local_start.hour for one in store.scalars(query)}
    assert hours == {10}


def test_a_supervisor_is_ill_for_a_week_and_everybody_is_offered_other_times(
    site: Site, visit: Callable[..., Visitor]
) -> None:
    ana = visit().signed_in("ana")
    ana.goto("/away")
    ana.page.get_by_label("First day away").fill("2027-02-15")
    ana.page.get_by_label("First day back").fill("2027-02-22")
    ana.tap("Save time away")
    assert "It is not saved yet." in ana.text
    assert "with Ben Harris" in ana.text
    ana.tap("Save and call off")
    assert "1 meeting in it is called off. You both know." in ana.text
    with site.store() as store:
        query = select(Message).where(Message.template == "cancelled")
        told = {one.recipient.ref: one.facts["times"] for one in store.scalars(query)}
    assert set(told) == {"ben", "ana"}
    assert all(time[:10] >= "2027-02-22" for time in told["ben"])
    assert len(told["ben"]) == 3
    ben = visit().signed_in("ben")
    ben.goto("/support")
    ben.tap("Book a time")
    ben.page.get_by_text("am").first.click()
    ben.tap("Book this time")
    assert "You are booked" in ben.text
