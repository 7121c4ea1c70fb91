"""Groups from one end to the other, on a phone and without scripts."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from supervisor import clock
from supervisor.extensions import db
from supervisor.form_groups import form_groups
from supervisor.groups import groups
from supervisor.models import Group, Person, PersonHat, Place, Seat, Store, Window
from supervisor.rules.kinds import GroupKind, Hat, Mode
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


@pytest.fixture
def sisters(site: Site) -> None:
    """Ana leads Ben and Dan on a Wednesday; on the Friday after three meet whom nobody leads."""
    with site.store() as store:
        _circle(store, "inland", "2027-02-17T13:00", "ben", "dan", leads="ana")
        for ref in ("gil", "hana", "ivy"):
            store.add(Person(ref=ref, name=f"{ref.title()} Moss", email=f"{ref}@example.org"))
        store.flush()
        _circle(store, "coast", "2027-02-19T10:00", "gil", "hana", "ivy")


def _circle(store: Store, ref: str, first: str, *inside: str, leads: str = "") -> None:
    people = {person.ref: person for person in store.scalars(select(Person))}
    group = Group(
        ref=ref, name=f"{ref.title()} co-reflection", kind=GroupKind.CO_REFLECTION,
        facilitator=people.get(leads), mode=Mode.VIDEO, minimum=3, maximum=8,
        seats=[Seat(person=people[one]) for one in inside],
    )  # fmt: skip
    store.add(group)
    store.flush()
    start = datetime.fromisoformat(first)
    groups.meet(store, group, start, "Pacific/Auckland", 2, 75, None, clock.now())


def test_a_group_below_quorum_merges_with_its_sister(
    site: Site, visit: Callable[..., Visitor], sisters: None
) -> None:
    cleo = visit().signed_in("cleo")
    cleo.goto("/groups/inland")
    assert "Not enough yet" in cleo.text
    cleo.tap("Join it to another group")
    cleo.tap("See what it means")
    assert "Ben Harris, Dan Foley." in cleo.text
    assert "Every second Friday, 10:00 am, 75 minutes." in cleo.text
    cleo.tap("Join the two")
    assert "Inland co-reflection has come together with Coast co-reflection" in cleo.text
    cleo.tap("Undo")
    assert "Inland co-reflection goes on as before." in cleo.text
    cleo.goto("/groups/inland/merger/coast")
    cleo.tap("Join the two")
    ben = visit().signed_in("ben")
    ben.goto("/groups")
    assert "Inland" not in ben.text
    ben.tap("Coast co-reflection")
    ben.tap("Yes, I will")
    assert "You said you will come." in ben.text


def test_a_group_below_quorum_meets_once_with_its_sister(
    site: Site, visit: Callable[..., Visitor], sisters: None
) -> None:
    gil = visit().signed_in("gil")
    gil.goto("/groups/coast")
    gil.tap("Yes, I will")
    ana = visit().signed_in("ana")
    ana.goto("/groups/inland")
    assert "Join with Coast co-reflection this once?" in ana.text
    assert "Together you would be 3." in ana.text
    ana.tap("Ask both groups")
    assert "This once you meet with Coast co-reflection. All are asked." in ana.text
    ben = visit().signed_in("ben")
    ben.goto("/groups")
    ben.tap("Friday 19 February")
    ben.tap("Yes, I will")
    assert "You said you will come." in ben.text
