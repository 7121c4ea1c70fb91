"""Swapping who is tuakana, from the question to both signatures, on a phone without scripts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import clock
from supervisor.models import Match, Person, Word
from tests.browser.site import Site, Visitor
from tests.swapping import pair

WIDE = "document.documentElement.scrollWidth"


@pytest.fixture
def two(site: Site, cast: SimpleNamespace, now: datetime) -> None:
    """Xan is Dan's tuakana; two are done and two are booked."""
    with site.store() as store:
        found = SimpleNamespace(**{p.ref: p for p in store.scalars(select(Person))})
        found.dunedin = found.dan.place
        found.consumer = store.scalars(select(Word).where(Word.name == "consumer")).one()
        pair(store, found, now)


def test_two_swap_and_meet_at_the_same_times(
    site: Site, visit: Callable[..., Visitor], two: None, now: datetime
) -> None:
    dan, xan, cleo = (visit().signed_in(ref) for ref in ("dan", "xan", "cleo"))
    dan.goto("/support")
    dan.tap("with Xan Po")
    dan.tap("Swap who is tuakana")
    assert "You are tuakana, Xan Po is teina." in dan.text
    dan.tap("Ask Xan")
    assert "You have asked Xan Po to swap" in dan.text

    xan.goto("/week")
    xan.tap("Look and answer")
    assert "Dan Foley would like to swap with you" in xan.text
    xan.tap("Yes, let us swap")
    assert "The hub looks at it" in xan.text

    cleo.goto("/today")
    cleo.tap("Look and do it")
    cleo.page.get_by_label("Vetted until").fill("2028-06-30")
    cleo.tap("Vet Dan Foley")
    assert "Dan Foley is vetted. Look at what would happen." in cleo.text
    assert cleo.page.evaluate(WIDE) <= 360
    cleo.tap("Swap them from")
    assert "Dan Foley and Xan Po have swapped" in cleo.text

    clock.set_to(now + timedelta(days=1))
    xan.goto("/support")
    assert "0 of 8" in xan.text
    assert "Wednesday 24 February" in xan.text
    xan.tap("Dan Foley")
    xan.tap("Sign this")
    dan.goto("/week")
    dan.tap("Xan Po")
    dan.tap("Sign this")
    with site.store() as store:
        dans = Match.provider.has(Person.ref == "dan")
        match = store.scalars(select(Match).where(dans)).one()
        assert match.agreement is not None
        assert match.agreement.agreed_on is not None
