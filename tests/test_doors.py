"""Whatever a form or an address holds, a page answers with words: no door ever breaks."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from flask import Flask, before_render_template

from supervisor.models import Store
from supervisor.tuning import tuning
from tests.conftest import ENGINES
from tests.everybody import PARTS, routes, settle, url
from tests.test_access import GETS, POSTS, PUBLIC, kept_by_nobody

DOORS = Path(__file__).parent.parent / "supervisor" / "blueprints"
TOO_LARGE = 413
FORM = "application/x-www-form-urlencoded"
GARBAGE = [
    "",
    "x",
    "-1",
    "0",
    "1e999",
    "nan",
    "9" * 5000,
    "2027-02-30",
    "0001-01-01",
    "9999-12-31",
    "2027-02-17T10:00",
    "2027-02-17T10:00|video",
    "0001-01-01T00:00:00+14:00|video",
    "9999-12-31T23:59:59-12:00|video",
    "2027-02-17T20:00:00+00:00|nothing",
    "2027-02-17T20:00:00+00:00|video",
    "yes\0no",
    "🙂" * 500,
    "' or 1=1 --",
    "worker",
    "held",
    "ana",
    "session-1",
]
OWN = {"", "-1", "9" * 40, "9" * 5000, "yes\0no", "%00", "🙂", "🙂" * 500, "%f0%9f%99%82"}
OWN |= {"0001-01-01T00:00:00+14:00|video", "9999-12-31T23:59:59-12:00|video"}
"""What SQLite could stumble over by itself: nothing, numbers beyond its own, characters that it
could not keep, the ends of time. Of all other text it refuses nothing that PostgreSQL takes."""


def each(*pieces: str) -> pytest.MarkDecorator:
    """Every piece on the engine that refuses most, and on SQLite too what may be its own."""
    cases = [
        pytest.param(piece, engine, id=f"{engine}-{number}")
        for number, piece in enumerate(pieces)
        for engine in ENGINES
        if engine == ENGINES[-1] or piece in OWN
    ]
    return pytest.mark.parametrize(("garbage", "database"), cases, indirect=["database"])


@cache
def fields(door: str) -> set[str]:
    """Every word in quotes that a door and what all share know, its settings, and one member's
    attendance: few enough that a long answer in each is still let in."""
    files = DOORS / f"{door}.py", DOORS.parent / "door.py", DOORS.parent / "pair.py"
    words = re.findall(r'"([a-z_]+)"', "\n".join(file.read_text() for file in files))
    groups = tuning.GROUPS.values() if door == "settings" else ()
    return {*words, *(name for group in groups for name in tuning.knobs(group)), "came-ben"}


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


def who_gets_in(app: Flask, method: str) -> Iterator[tuple[str, str, str]]:
    """The door and the address of each route, with the first and the last of those who find more
    there than a 404."""
    table = GETS if method == "GET" else POSTS
    for rule in routes(app, method):
        if rule.endpoint not in {"static", "auth.sign_out"}:
            parts = "w" if rule.endpoint in PUBLIC else table[rule.endpoint]
            door = rule.endpoint.partition(".")[0]
            yield from ((door, url(rule), PARTS[part]) for part in {*parts[:1], *parts[-1:]})


@each(*GARBAGE)
def test_no_form_breaks_a_door(app: Flask, theirs, sign_in, garbage: str) -> None:
    browsers = {name: sign_in(getattr(theirs, name)) for name in PARTS.values()}
    broken = []
    for door, address, name in who_gets_in(app, "POST"):
        form = urlencode(dict.fromkeys(fields(door), garbage))
        with kept_by_nobody():
            status = browsers[name].post(address, data=form, content_type=FORM).status_code
        broken += [(address, name, status)] if status >= 500 or status == TOO_LARGE else []
    assert broken == []


def test_no_form_at_all_breaks_no_door(app: Flask, theirs, sign_in) -> None:
    browsers = {name: sign_in(getattr(theirs, name)) for name in PARTS.values()}
    for _door, address, name in who_gets_in(app, "POST"):
        with kept_by_nobody():
            assert browsers[name].post(address).status_code < 500, address


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("garbage", ["", "x", "2027-02-17T10:00|video"])
def test_nobody_waits_to_write_while_a_door_says_why_not(
    app: Flask, database: str, theirs, sign_in, garbage: str
) -> None:
    browsers = {name: sign_in(getattr(theirs, name)) for name in PARTS.values()}
    waited, pages = list[str](), 0
    with _writing_meanwhile(app, database) as locked:
        for door, address, name in who_gets_in(app, "POST"):
            locked.clear()
            form = urlencode(dict.fromkeys(fields(door), garbage))
            with kept_by_nobody():
                answer = browsers[name].post(address, data=form, content_type=FORM)
            if answer.status_code >= 400:
                waited += [address] if any(locked) else []
                pages += bool(locked)
    assert waited == []
    assert pages > 50


@contextmanager
def _writing_meanwhile(app: Flask, database: str) -> Iterator[list[bool]]:
    """Whether somebody else would have had to wait, for each page that is put together."""
    path, locked = database.removeprefix("sqlite:///"), list[bool]()

    def write(_app: Flask, **_more: object) -> None:
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            other.execute("begin immediate")
            locked.append(False)
        except sqlite3.OperationalError:
            locked.append(True)
        other.close()

    with before_render_template.connected_to(write, app):
        yield locked


@each("x", "-1", "9" * 40, "yes\0no", "🙂", "%", "session-1")
def test_no_question_behind_an_address_breaks_a_page(
    app: Flask, theirs, sign_in, garbage: str
) -> None:
    browsers = {name: sign_in(getattr(theirs, name)) for name in PARTS.values()}
    asked = dict.fromkeys(("all", "cover", "later", "next", "off", "page", "q"), garbage)
    for _door, address, name in who_gets_in(app, "GET"):
        answer = browsers[name].get(address, query_string=asked)
        assert answer.status_code < 500, address


@each("%00", "%0d%0aX:%20y", "..%2f..", "%f0%9f%99%82", "a" * 3000)
def test_no_address_breaks_a_door(app: Flask, theirs, sign_in, garbage: str) -> None:
    cleo = sign_in(theirs.cleo)
    for method in ("GET", "POST"):
        for rule in routes(app, method):
            if "<" in rule.rule and rule.endpoint != "static":
                with kept_by_nobody():
                    status = cleo.open(url(rule, nobodys=garbage), method=method).status_code
                assert status < 500, rule.rule
