"""Reports on paper and screens: the card is one sheet, a wide one fits what it is read on."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from supervisor.models import Store
from tests.browser.site import Visitor
from tests.everybody import settle

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


def test_the_report_card_prints_on_one_sheet(cast, visit: Callable[..., Visitor]) -> None:
    page = visit().signed_in("cleo").goto("/reports/card")
    assert re.findall(rb"/Count (\d+)", page.pdf(format="A4")) == [b"1"]


def test_the_register_fits_a_screen_a_phone_and_a_sheet(
    cast, visit: Callable[..., Visitor]
) -> None:
    beyond = "(f => f.scrollWidth - f.clientWidth)(document.querySelector('.frame.under'))"
    for width in (360, 1280):
        page = visit().signed_in("cleo").goto("/reports/delivery")
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(beyond) == 0
    sheet = page.pdf(prefer_css_page_size=True)
    assert re.findall(rb"/MediaBox \[0 0 (\d+)[.\d]* (\d+)", sheet)[0] == (b"841", b"594")
