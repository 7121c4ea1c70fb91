"""A debrief that was asked for and held leaves what others read byte for byte as it was."""

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from supervisor import clock, post
from supervisor.debriefs import debrief_rounds, debriefs
from supervisor.feeds import feeds
from supervisor.models import Store
from supervisor.reports.reports import REPORTS
from supervisor.rules.kinds import FeedLevel
from tests.everybody import routes, settle, url
from tests.talk import TWO_AT_NIGHT, ask, at_night

READERS = {"mere": "m", "rua": "o", "tui": "t", "eve": "e"}
"""Two managers, a funder, and a workmate."""


@pytest.fixture
def night(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    settle(store, cast, now)
    debriefs.stop(store, debriefs.open_of(store, cast.ben), cast.ben, now)
    return at_night(store, cast)


@pytest.fixture
def seen(app: Flask, store: Store, night, sign_in):
    """Everything that those readers can open, and every calendar; all at 2 in the morning. That
    a calendar was fetched is noted on its page, and who looked at whom on theirs, so all has been
    looked at once."""
    browsers = {name: sign_in(getattr(night, name)) for name in READERS}
    cleo = sign_in(night.cleo)
    people = [night.ben, night.ana, night.mere, *night.others]
    calendars = [feeds.make_feed(store, one, "Mine", TWO_AT_NIGHT) for one in people]
    for one in people:
        feeds.set_level(store, one, FeedLevel.FULL, TWO_AT_NIGHT)
    store.commit()

    def look() -> dict[str, object]:
        clock.set_to(TWO_AT_NIGHT)
        addresses = {rule.endpoint: url(rule) for rule in routes(app, "GET")}
        found = {
            f"{name} {address}": _read(browser, address)
            for name, browser in browsers.items()
            for endpoint, address in addresses.items()
            if endpoint not in {"auth.devices", "static"}
        }
        found |= {name: _read(cleo, f"/reports/{name}.csv") for name in REPORTS}
        for form in ("csv", "json", "xlsx"):
            found[f"team {form}"] = _read(browsers["mere"], f"/team/delivery.{form}")
        found |= {token: _read(cleo, f"/feeds/{token}.ics") for token in calendars}
        return found

    look()
    return look


def _read(browser: FlaskClient, address: str) -> object:
    """The answer; a spreadsheet by its cells."""
    answer = browser.get(address)
    if "spreadsheet" in answer.content_type:
        sheets = load_workbook(io.BytesIO(answer.data)).worksheets
        return [[cell.value for row in sheet for cell in row] for sheet in sheets]
    headers = answer.headers.get("Location"), answer.headers.get("ETag")
    return answer.status_code, *headers, answer.data


def test_nobody_else_can_tell_that_it_was_asked_for_agreed_or_held(
    store: Store, night, seen
) -> None:
    before = seen()
    assert sum(isinstance(one, tuple) and one[0] == 200 for one in before.values()) > 30
    debrief = ask(store, night.ben, number="021 555 010")
    assert seen() == before
    clock.set_to(TWO_AT_NIGHT + timedelta(minutes=25))
    debrief_rounds.move_on(store, debrief.id, clock.now())
    debriefs.accept(store, debrief.asks[0], clock.now(), "", clock.now())
    store.commit()
    post.deliver("w")
    assert seen() == before
    clock.set_to(TWO_AT_NIGHT + timedelta(hours=2))
    debriefs.talked(store, debrief, clock.now())
    store.commit()
    assert seen() == before


def test_the_hub_reads_that_one_is_open_and_in_nothing_who(
    app: Flask, store: Store, night, sign_in
) -> None:
    """Every page of hers is the same, whoever of two it was."""
    cleo = sign_in(night.cleo)

    def look() -> dict[str, object]:
        return {
            rule.endpoint: _read(cleo, url(rule))
            for rule in routes(app, "GET")
            if rule.endpoint not in {"auth.devices", "static"}
        }

    pages = []
    for person in (night.ben, night.eve):
        debrief = ask(store, person, number="021 555 010")
        pages.append(look())
        debriefs.stop(store, debrief, person, clock.now())
        store.commit()
    assert "Nobody has said yes yet." in pages[0]["today.show"][3].decode()
    assert pages[0] == pages[1]


def test_no_address_holds_a_number_that_counts(app: Flask) -> None:
    rules = [one for one in app.url_map.iter_rules() if one.endpoint.startswith("debriefs.")]
    assert rules
    assert [rule.rule for rule in rules if "int:" in rule.rule or "debrief" in rule.rule] == []
