"""Groups from one end to the other, on a phone and without scripts."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from supervisor import clock
from supervisor.extensions import db
from supervisor.form_groups import form_groups
from supervisor.models import Group, Person, PersonHat, Place, Window
from supervisor.rules.kinds import Hat, Mode
from tests.browser.site import Site, Visitor

TOWNS = ("oamaru", "gore", "dunedin", "cromwell", "oamaru")


@pytest.fixture
def askers(site: Site) -> list[str]:
    """Five people in four towns with the same free morning, and Fay, who leads groups."""
    with site.store() as store:
        for ref in ("oamaru", "gore"):
            store.add(Place(ref=ref, name=ref.title(), region="OTA", land="South"))
        store.flush()
        places = {place.ref: place for place in store.scalars(select(Place))}
        towns = dict(zip(("gil", "hana", "ivy", "jo", "kit"), TOWNS, strict=True))
        for ref, town in {**towns, "fay": "dunedin"}.items():
            person = Person(ref=ref, name=f"{ref.title()} Moss", email=f"{ref}@example.org",
                            place=places[town], modes=[Mode.VIDEO])  # fmt: skip
            person.windows = [Window(weekday=1, starts_minute=540, ends_minute=720)]
            store.add(person)
            store.flush()
        fay = store.scalars(select(Person).where(Person.ref == "fay")).one()
        store.add(PersonHat(person_id=fay.id, hat=Hat.FACILITATOR))
    return list(towns)


def look(site: Site) -> None:
    """The worker process looks."""
    with site.app.app_context():
        assert form_groups(clock.now())
        db.session.remove()


def test_the_coordinator_forms_a_group_of_six_from_four_towns(
    site: Site, visit: Callable[..., Visitor], askers: list[str]
) -> None:
    ben = visit().signed_in("ben")
    ben.goto("/groups")
    ben.tap("I would like a new group")
    ben.tap("I would like this")
    assert "The hub looks for a group" in ben.text
    cleo = visit().signed_in("cleo")
    for ref in askers:
        cleo.goto(f"/people/{ref}/groups")
        cleo.tap("They would like a new group")
        cleo.tap("Write it down")
    cleo.goto("/groups")
    cleo.tap("Who would like a group")
    assert "Cromwell 2, " in cleo.text
    cleo.tap("Look for the best groups")
    assert "We are looking" in cleo.text
    look(site)
    cleo.tap("Look again")
    assert "6 of 6 have a group. At most 6 can. No answer does better." in cleo.text
    assert "6 people from Cromwell, Dunedin, Gore, Oamaru" in cleo.text
    cleo.page.get_by_label("What it is called").fill("Tuesday circle")
    cleo.tap("Make this group")
    assert "1 group is made. Everybody in it is told." in cleo.text
    ben.goto("/groups")
    ben.tap("Tuesday circle")
    assert "Every second Tuesday" in ben.text
    ben.tap("Yes, I will")
    assert "You said you will come." in ben.text
    with site.store() as store:
        group = store.scalars(select(Group).where(Group.name == "Tuesday circle")).one()
        assert len(group.seats) == 6
