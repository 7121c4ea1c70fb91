"""The id that a hub gives may say what somebody is supported with: no page or mail shows it."""

import json

import pytest
from sqlalchemy import select

from supervisor import reminders
from supervisor.matches import match_messages
from supervisor.models import Entitlement, Message, Store
from tests.everybody import PARTS, routes, settle, url

TELLS = "cultural-supervision-of"
FILES = {"reports.show", "reports.download"}
"""The hub's own files say its own ids."""


@pytest.fixture
def theirs(store: Store, cast, now):
    theirs = settle(store, cast, now)
    for entitlement in store.scalars(select(Entitlement)):
        entitlement.ref = f"{TELLS}-{entitlement.id}"
    store.commit()
    return theirs


def test_no_page_shows_it(app, theirs, sign_in) -> None:
    telling = set()
    for name in PARTS.values():
        browser = sign_in(getattr(theirs, name))
        for rule in routes(app, "GET"):
            answer = browser.get(url(rule))
            if rule.endpoint not in FILES and TELLS in answer.text:
                telling.add(rule.endpoint)
            answer.close()
    assert telling == set()


def test_no_page_is_found_by_it(theirs, sign_in) -> None:
    owed = theirs.entitlement
    browser = sign_in(theirs.cleo)
    assert browser.get(f"/entitlements/{owed.link}/times").status_code == 200
    assert browser.get(f"/entitlements/{owed.ref}/times").status_code == 404


def test_no_mail_shows_it(store, theirs, now) -> None:
    owed, match = theirs.entitlement, theirs.match
    before = set(store.scalars(select(Message.id)))
    match.starts_on, match.ends_on = now.date(), None
    reminders.offer_times(store, owed, theirs.cleo, now)
    match_messages.offered(store, owed, now)
    store.flush()
    sent = [one for one in store.scalars(select(Message)) if one.id not in before]
    assert {one.template for one in sent} >= {"times", "match_offered"}
    assert [one.template for one in sent if TELLS in json.dumps(one.facts)] == []
