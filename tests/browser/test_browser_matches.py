"""From an offer to both signatures, on a phone and without scripts."""

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor.matches import matches
from supervisor.models import Entitlement, Match, Person
from supervisor.rules.kinds import Kind, MatchState
from tests.browser.site import Site, Visitor


@pytest.fixture
def offered(site: Site, cast: SimpleNamespace, now: datetime) -> str:
    """Ana is offered to Dan, who has nobody."""
    with site.store() as store:
        people = {p.ref: p for p in store.scalars(select(Person))}
        owed = Entitlement(
            ref="dan-2027", link="dan-2027", person=people["dan"], kind=Kind.PEER_SUPERVISION,
            sessions=10, minutes=60, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
            mandatory=True,
        )  # fmt: skip
        store.add(owed)
        store.flush()
        return matches.offer(store, owed, people["ana"], now, people["cleo"]).ref


def test_a_worker_chooses_a_provider_says_yes_and_both_sign(
    site: Site, visit: Callable[..., Visitor], offered: str
) -> None:
    dan, ana = visit().signed_in("dan"), visit().signed_in("ana")
    dan.tap("Choose somebody")
    assert "Why it fits" in dan.text
    dan.tap("Choose Ana")
    assert "We have asked Ana Rewi." in dan.text

    ana.goto("/week")
    ana.tap("Look and answer")
    assert "Dan Foley would like to meet you" in ana.text
    assert "consumer" not in ana.text
    ana.tap("Yes, I will")
    assert "You have both said yes." in ana.text
    ana.tap("Read and sign")
    ana.tap("Sign this")
    assert "Dan Foley has not signed yet." in ana.text

    dan.goto("/support")
    assert "ready to read and sign" in dan.text
    dan.tap("Ana Rewi")
    dan.tap("Sign this")
    assert "Signed on 10 February 2027." in dan.text
    with site.store() as store:
        match = store.scalars(select(Match).where(Match.ref == offered)).one()
        assert match.state == MatchState.ACTIVE
        assert match.agreement is not None
        assert match.agreement.agreed_on == date(2027, 2, 10)


def test_a_no_is_one_press_and_a_phone_shows_all_of_it(
    site: Site, visit: Callable[..., Visitor], offered: str
) -> None:
    dan = visit().signed_in("dan")
    page = dan.goto("/entitlements/dan-2027/choices")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_text("None of these, with a word to the hub").click()
    page.get_by_label("Say what you would like").fill("Somebody in Oamaru")
    dan.tap("Send it: none of these")
    assert "The hub knows, and looks further." in dan.text
