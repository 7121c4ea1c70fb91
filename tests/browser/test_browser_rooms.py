"""A coordinator keeps two rooms; a worker books and has one, with nothing more to press."""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor.models import Person
from supervisor.rules.kinds import Mode
from tests.browser.site import Site, Visitor

WIDE = "document.documentElement.scrollWidth"


@pytest.fixture
def in_person(site: Site, cast: SimpleNamespace, now: datetime) -> None:
    """Ana and Ben meet face to face where Ben lives."""
    with site.store() as store:
        ben, ana = (
            store.scalars(select(Person).filter_by(ref=ref)).one() for ref in ("ben", "ana")
        )
        ana.place = ben.place
        ana.modes = ben.modes = [Mode.IN_PERSON]
        store.commit()


def add(cleo: Visitor, name: str, seats: str, notes: str = "") -> None:
    page = cleo.page
    page.get_by_label("Place").fill("Cromwell")
    page.get_by_label("What the room is called").fill(name)
    page.get_by_label("Seats").fill(seats)
    page.get_by_label("Good to know").fill(notes)
    cleo.tap("Add this room")
    assert "The room is there." in cleo.text


def test_two_rooms_of_one_place(site: Site, visit: Callable[..., Visitor], in_person: None) -> None:
    cleo, ben = visit().signed_in("cleo"), visit().signed_in("ben")
    cleo.goto("/groups")
    cleo.tap("Rooms to meet in")
    add(cleo, "Room 1", "2")
    add(cleo, "Room 2", "6", "Step-free")
    assert cleo.page.evaluate(WIDE) <= 360

    ben.goto("/support")
    ben.tap("Book a time")
    ben.page.locator("input[name=start]").first.check()
    ben.tap("Book this time")
    assert "Cromwell, Room 1" in ben.text

    address = ben.page.url.removeprefix(site.url)
    cleo.goto(address)
    cleo.tap("Choose another room")
    assert cleo.page.evaluate(WIDE) <= 360
    cleo.page.get_by_label("Room 2").check()
    cleo.tap("Meet in this room")
    assert "Cromwell, Room 2" in cleo.text
    ben.goto(address)
    assert "Cromwell, Room 2" in ben.text

    cleo.goto("/rooms")
    cleo.tap("Room 2")
    cleo.tap("Take it out of use")
    assert "1 meeting is booked in it" in cleo.text
    assert cleo.page.evaluate(WIDE) <= 360
    cleo.tap("Take it out of use")
    assert "1 has another room." in cleo.text
    ben.goto(address)
    assert "Cromwell, Room 1" in ben.text
    cleo.tap("Use it again")
    assert "Room 2 takes meetings again." in cleo.text
