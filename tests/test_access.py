"""Every route, asked by every part of the cast: what is not theirs is a 404.

The table is generated against the URL map: a route without a line fails. Each line names who
gets in when the thing asked for is Ben's (his entitlement, his match with Ana, his session).
Letters: c coordinator, w worker (Ben), p his provider (Ana), m his manager (Mere),
o another manager (Rua), s a stranger who is a worker too (Dan).
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import text

from supervisor.extensions import db
from supervisor.models import Entitlement, Match, Offering, Provider, Session, Store
from supervisor.rules.kinds import Kind, MatchState, Mode
from supervisor.zones import to_local

ALL = "cwpmos"
PUBLIC = {"static", "feeds.fetch", "auth.show_link", "auth.use_link"}
GETS: dict[str, str] = {
    "today.show": "c",
    "people.index": "c",
    "people.show": "c",
    "people.shortlist": "c",
    "providers.show": "c",
    "reports.index": "c",
    "reports.show": "c",
    "reports.download": "c",
    "settings.show": "c",
    "team.show": "mo",
    "team.download": "mo",
}
POSTS: dict[str, str] = {
    "today.book": "c",
    "today.offer_times": "c",
    "today.remind": "c",
    "today.settle": "c",
    "today.answer_for": "c",
    "today.decide_manager": "c",
    "people.record_leave": "c",
    "people.offer": "c",
    "settings.change": "c",
    "team.question": "mo",
}


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    """Ben's things, and a relationship that Dan has, so that a stranger is a worker too."""
    cast.session = Session(
        ref="session-1", entitlement=cast.entitlement, provider=cast.ana,
        starts_at=now + timedelta(days=7), minutes=60, mode=Mode.VIDEO, changed_at=now,
        local_start=to_local(now + timedelta(days=7), "Pacific/Auckland"),
        zone="Pacific/Auckland",
    )  # fmt: skip
    store.add(Provider(person_id=cast.rua.id))
    store.flush()
    others = Entitlement(
        ref="dan-2027", person=cast.dan, kind=Kind.MENTORING, sessions=6, minutes=45,
        starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
    )  # fmt: skip
    store.add_all([
        cast.session,
        others,
        Offering(person_id=cast.rua.id, kind=Kind.COACHING, capacity=1),
        Match(ref="dan-offer", entitlement=others, provider=cast.rua, state=MatchState.OFFERED),
    ])  # fmt: skip
    store.commit()
    return cast


FILL = {
    "ref": {
        "people": "ben", "sessions": "session-1", "matches": "ben-ana", "groups": "none",
        "entitlements": "ben-2027", "today": "ben-2027",
    },
    "entitlement_ref": "ben-2027",
    "format_": "csv",
    "name": "delivery",
    "change_id": "1",
    "token": "nothing",
}  # fmt: skip


def url(rule) -> str:
    """The rule with Ben's things in its blanks."""

    def fill(blank: re.Match[str]) -> str:
        name = blank.group(1)
        if name != "ref":
            return FILL[name]
        noun = "sessions" if "/sessions/" in rule.rule else rule.rule.split("/")[1]
        return FILL["ref"].get(noun, "none")

    return re.sub(r"<(?:\w+:)?(\w+)>", fill, rule.rule)


def routes(app: Flask, method: str) -> Iterator:
    for rule in app.url_map.iter_rules():
        if method in rule.methods and rule.endpoint not in PUBLIC:
            yield rule


@pytest.mark.parametrize(("method", "table"), [("GET", GETS), ("POST", POSTS)])
def test_every_route_has_a_line(app: Flask, method: str, table: dict[str, str]) -> None:
    assert {rule.endpoint for rule in routes(app, method)} == set(table)


@pytest.mark.parametrize(("method", "table"), [("GET", GETS), ("POST", POSTS)], ids=["GET", "POST"])
def test_what_is_not_theirs_is_not_there(
    app: Flask, store: Store, theirs: SimpleNamespace, sign_in, method: str, table: dict[str, str]
) -> None:
    people = dict(zip("cwpmos", ("cleo", "ben", "ana", "mere", "rua", "dan"), strict=True))
    wrong = []
    for part, name in people.items():
        browser = sign_in(getattr(theirs, name))
        for rule in routes(app, method):
            status = browser.open(url(rule), method=method).status_code
            allowed = part in table[rule.endpoint]
            if (status != 404) != allowed or status >= 500:
                wrong.append((rule.endpoint, name, status))
    assert wrong == []


def test_looking_changes_nothing(app: Flask, store: Store, theirs, sign_in) -> None:
    for name in ("cleo", "ben", "ana", "mere", "dan"):
        browser = sign_in(getattr(theirs, name))
        before = contents()
        for rule in routes(app, "GET"):
            browser.get(url(rule))
        assert contents() == before


def contents() -> dict[str, list]:
    """Every row of every table but the ledgers that a look may touch."""
    db.session.rollback()
    ledgers = {"sign_in", "attempt", "feed", "fragment", "audit"}
    return {
        name: db.session.execute(text(f'select * from "{name}" order by 1, 2')).fetchall()
        for name in db.metadata.tables
        if name not in ledgers
    }
