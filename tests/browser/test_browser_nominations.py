"""From a name to somebody to choose, on a phone and without scripts."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor.models import Entitlement, Person
from supervisor.rules.kinds import Kind
from tests.browser.site import Site, Visitor


@pytest.fixture
def owed(site: Site, cast: SimpleNamespace) -> None:
    """Dan is owed a year, and meets nobody."""
    with site.store() as store:
        dan = store.scalars(select(Person).where(Person.ref == "dan")).one()
        store.add(
            Entitlement(
                ref="dan-2027", person=dan, kind=Kind.PEER_SUPERVISION, sessions=10, minutes=60,
                starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), mandatory=True,
            )
        )  # fmt: skip


def test_a_worker_names_somebody_the_hub_vets_them_and_they_are_chosen(
    visit: Callable[..., Visitor], owed: None
) -> None:
    dan, cleo = visit().signed_in("dan"), visit().signed_in("cleo")
    dan.tap("Someone I know")
    dan.page.get_by_label("Their name").fill("Hana Moss")
    dan.page.get_by_label("Their phone or e-mail").fill("hana@example.org")
    dan.tap("Tell the hub")
    assert "The hub is looking at it" in dan.text

    cleo.goto("/today")
    cleo.tap("Vet and offer")
    cleo.page.get_by_label("consumer").check()
    cleo.page.get_by_label("Vetted until").fill("2028-06-30")
    cleo.tap("Vet and offer")
    assert "Offered. Dan Foley is told by message." in cleo.text

    dan.goto("/people/dan/nominations")
    dan.tap("See who you can choose")
    assert "Asked for by name, first" in dan.text
    dan.tap("Choose Hana")
    assert "We have asked Hana Moss." in dan.text

    dan.goto("/people/dan/choices")
    dan.page.get_by_label("First").select_option("")
    dan.tap("Save this order")
    dan.tap("Put it back as it was")
    assert "The order is as it was before." in dan.text
