"""Somebody needs to talk: two taps from sign-in, on a phone, without scripts."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from supervisor.models import Debrief, Store
from tests.browser.site import DESK, Site, Visitor
from tests.talk import at_night


@pytest.fixture
def cast(store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    """Everybody at 2 in the morning."""
    return at_night(store, cast)


def test_two_taps_from_sign_in_and_somebody_is_asked(
    site: Site, visit: Callable[..., Visitor]
) -> None:
    ben = visit().signed_in("ben")
    ben.tap("Talk to someone")
    assert ben.page.get_by_role("link", name="1737").is_visible()
    ben.tap("Somebody else")
    assert "Nobody is on duty at night. We have asked three people." in ben.text
    ben.tap("Look again")
    assert "We have asked three people." in ben.text
    wide = ben.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360


def test_whoever_says_yes_first_and_the_worker_reach_each_other(
    site: Site, visit: Callable[..., Visitor]
) -> None:
    ben = visit().signed_in("ben")
    ben.tap("Talk to someone")
    ben.tap("My supervisor")
    with site.store() as store:
        (one,) = store.query(Debrief).one().asks
        address = f"/asked/{one.ref}"
    ana = visit(DESK).signed_in("ana")
    assert "Somebody would like to talk soon." in ana.text
    ana.goto(address)
    assert "Ben" not in ana.text
    ana.tap("Yes, I can")
    assert "021 555 010" in ana.text
    ben.tap("Look again")
    assert "Ana Rewi has said yes." in ben.text
    ben.tap("We have talked")
    ana.goto(address)
    assert "It is over" in ana.text
