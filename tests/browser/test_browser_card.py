"""The report card is one sheet of paper."""

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
