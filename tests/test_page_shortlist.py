"""The short list as the coordinator sees it."""

from datetime import date

import pytest

from supervisor.models import Entitlement, Word
from supervisor.rules.kinds import Kind, Vocabulary


@pytest.fixture
def dans(store, cast) -> Entitlement:
    """Dan, who wants cultural supervision and was never asked of which culture."""
    one = Entitlement(
        ref="dan-2027",
        link="dan-2027",
        person=cast.dan,
        kind=Kind.CULTURAL_SUPERVISION,
        sessions=6,
        minutes=60,
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
    )
    store.add(one)
    store.commit()
    return one


def test_the_page_shows_who_fits_with_reasons(app, store, cast, dans, sign_in) -> None:
    dans.kind = Kind.PEER_SUPERVISION
    page = shown(sign_in(cast.cleo))
    assert "Ana Rewi" in page
    assert "Free at the same time: most mornings, most afternoons" in page
    assert "By video or phone, not in person" in page


def test_the_page_says_what_to_ask_first(app, store, cast, dans, sign_in) -> None:
    assert "Ask first which culture is wanted." in shown(sign_in(cast.cleo))
    dans.culture_wanted = Word(vocabulary=Vocabulary.CULTURE, name="Samoan")
    page = shown(sign_in(cast.cleo))
    assert "not available for Dan Foley" in page
    assert "which culture" not in page


def test_an_entitlement_that_is_over_is_refused_in_words(app, store, cast, dans, sign_in) -> None:
    dans.ends_on = date(2027, 2, 9)
    browser = sign_in(cast.cleo)
    answer = browser.get("/people/dan/entitlements/dan-2027/shortlist")
    assert answer.status_code < 500
    assert "period is over" in answer.get_data(as_text=True)


def shown(browser) -> str:
    return browser.get("/people/dan/entitlements/dan-2027/shortlist").get_data(as_text=True)
