"""Two hubs lead the same life, but that in one of them Ben talked to somebody at 2 in the morning.

A month on nobody who may not know can tell which of the two is theirs: by no page, file, pack,
calendar, letter or number of anything, nor by how much there is of it.
"""

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from supervisor import clock, letters, post, schedule, sign_ins
from supervisor.debriefs import debrief_rounds, debriefs
from supervisor.extensions import db
from supervisor.feeds import feeds
from supervisor.models import Audit, Debrief, DeliveryEvent, Message, Person, Store, TrailLink
from supervisor.models.engine import writing
from supervisor.reports import packs
from supervisor.reports.packs import Keys, Scope
from supervisor.reports.reports import REPORTS
from supervisor.rules.debrief import Whom
from supervisor.rules.kinds import Answer, FeedLevel, Mode, Side
from supervisor.sessions import delivery, sessions
from supervisor.spreadsheets import FORMATS
from supervisor.zones import zone
from tests.cast import settled
from tests.everybody import routes, settle, url
from tests.postgres import empty
from tests.talk import TWO_AT_NIGHT, ask, at_night

READERS = ("mere", "rua", "tui", "eve", "dan", "fay", "gil")
"""Two managers, a funder, a workmate, a stranger, who leads Ben's group, and who waits for it."""
DRAW = "[abcdefghjkmnpqrstuvwxyz2-9]{10}"
RANDOM = re.compile(f"(?<![a-z0-9]){DRAW}(?:{DRAW})?(?![a-z0-9])")
"""Ids of ours, which are drawn and tell nothing."""
DRAWN = (
    re.compile(r'name="csrf_token" value="[^"]*"'),
    re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{32})\b"),
    RANDOM,
)
"""The seal of a form, a digest over ids that were drawn, and those ids."""
OF_THE_MACHINE = {"ETag", "Set-Cookie", "Content-Length", "Date"}
"""Headers that follow from what is drawn, or from the clock of the machine; `ETag` is held to in
`test_debriefs_hidden.py`, where nothing is drawn anew."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def fresh(request: pytest.FixtureRequest, app: Flask, database: str) -> Callable[[], None]:
    """Empty the hub, and count from 1 again."""

    def emptied() -> None:
        db.session.remove()
        if database.startswith("sqlite"):
            db.engine.dispose()
            template: Path = request.getfixturevalue("sqlite_template")
            for part in template.parent.glob("hub.db-*"):
                part.unlink()
            shutil.copy(template, template.with_name("hub.db"))
        else:
            empty(request.getfixturevalue("postgresql_hub"))

    return emptied


@pytest.fixture
def life(app: Flask, fresh: Callable[[], None]) -> Callable[..., dict[str, object]]:
    """All that the readers find in the end, of a hub with the talk or without."""

    def lived(*, talk: bool) -> dict[str, object]:
        fresh()
        with writing():
            store = db.session()
            hub = _settled(store)
            _at_two(store, hub, talk=talk)
            _month(store, hub)
            return _found(app, store, hub)

    return lived


def _settled(store: Store) -> SimpleNamespace:
    hub = settle(store, settled(store), TWO_AT_NIGHT - 2 * DAY)
    debriefs.stop(store, debriefs.open_of(store, hub.ben), hub.ben, TWO_AT_NIGHT - 2 * DAY)
    at_night(store, hub)
    hub.feeds = {}
    for name in (*READERS, "ben", "ana"):
        person = getattr(hub, name)
        hub.feeds[name] = feeds.make_feed(store, person, "Mine", TWO_AT_NIGHT)
        feeds.set_level(store, person, FeedLevel.FULL, TWO_AT_NIGHT)
    store.commit()
    return hub


def _at_two(store: Store, hub: SimpleNamespace, *, talk: bool) -> None:
    """Asked for, taken after the first have been silent, and held; the worker process runs."""
    _work(TWO_AT_NIGHT)
    if talk:
        debrief = ask(store, hub.ben, Whom.ANOTHER, number="021 555 010")
    _work(TWO_AT_NIGHT + HOUR / 2)
    if talk:
        debrief_rounds.move_on(store, debrief.id, clock.now())
        debriefs.accept(store, debrief.asks[0], clock.now(), "", clock.now())
        store.commit()
        post.deliver("w")
    _work(TWO_AT_NIGHT + 2 * HOUR)
    if talk:
        debriefs.talked(store, debrief, clock.now())
        store.commit()
        assert store.scalars(select(Debrief.ended_at)).all()[-1]


def _month(store: Store, hub: SimpleNamespace) -> None:
    """What is written after it would bear the numbers that it left."""
    _work(TWO_AT_NIGHT + 8 * HOUR)
    for side, person in ((Side.WORKER, hub.ben), (Side.PROVIDER, hub.ana)):
        delivery.confirm(store, hub.past, side, Answer.HELD, person, clock.now())
    day = TWO_AT_NIGHT + 11 * DAY + 9 * HOUR
    sessions.book(store, hub.entitlement, day, Mode.VIDEO, hub.ben, clock.now())
    store.commit()
    for days in (2, 9, 16, 30):
        _work(TWO_AT_NIGHT + days * DAY + 10 * HOUR)
    pack = packs.make(store, Scope(manager=hub.mere), Keys("test"), str, hub.cleo, clock.now())
    store.commit()
    hub.pack = pack.content


def _work(now: datetime) -> None:
    clock.set_to(now)
    schedule.run_all(now)


def _found(app: Flask, store: Store, hub: SimpleNamespace) -> dict[str, object]:
    found: dict[str, object] = {"pack": _unzipped(hub.pack)}
    for name in READERS:
        browser = _signed_in(app, store, getattr(hub, name))
        for rule in routes(app, "GET"):
            if rule.endpoint not in {"auth.devices", "static"}:
                found[f"{name} {url(rule)}"] = _read(browser, url(rule))
        found[f"{name} letters"] = _letters(store, getattr(hub, name))
    mere, cleo = (_signed_in(app, store, one) for one in (hub.mere, hub.cleo))
    for form in FORMATS:
        found[f"team {form}"] = _read(mere, f"/team/delivery.{form}")
    found |= {name: _read(cleo, f"/reports/{name}.csv") for name in REPORTS}
    for name, token in hub.feeds.items():
        found[f"calendar of {name}"] = _read(cleo, f"/feeds/{token}.ics")
    return found | _numbers(store)


def _signed_in(app: Flask, store: Store, person: Person) -> FlaskClient:
    browser = app.test_client()
    browser.set_cookie("sign_in", sign_ins.begin(store, person, "test", clock.now()))
    store.commit()
    return browser


def _numbers(store: Store) -> dict[str, object]:
    """Whatever the record counts: it has neither a row more, nor a gap."""
    return {
        "audit": [(a.id, a.verb, a.noun) for a in store.scalars(select(Audit).order_by(Audit.id))],
        "events": list(store.scalars(select(DeliveryEvent.id).order_by(DeliveryEvent.id))),
        "links": [(link.seq, link.ledger, link.row_id) for link in
                  store.scalars(select(TrailLink).order_by(TrailLink.seq))],
    }  # fmt: skip


def _letters(store: Store, reader: Person) -> list[tuple[object, ...]]:
    """Each that was written to them, by its time, in its words."""
    query = select(Message).where(Message.recipient_id == reader.id).order_by(Message.id)
    told = []
    for message in store.scalars(query):
        letter = letters.as_said(store, message, message.written_at)
        said = letter and [str(p) for p in letter.paragraphs]
        told.append((message.template, message.written_at, message.due_at, _same(str(said))))
    return told


def _read(browser: FlaskClient, address: str) -> object:
    """The answer with its headers, but for what is drawn anew each time."""
    answer = browser.get(address)
    if "spreadsheet" in answer.content_type:
        sheets = load_workbook(io.BytesIO(answer.data)).worksheets
        return [[_same(str(cell.value)) for row in sheet for cell in row] for sheet in sheets]
    headers = {k: v for k, v in answer.headers.items() if k not in OF_THE_MACHINE}
    return answer.status_code, _same(str(headers)), _same(answer.text)


def _unzipped(pack: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(pack)) as parts:
        return {name: _same(parts.read(name).decode()) for name in parts.namelist()}


def _same(text: str) -> str:
    """Without what is drawn, and without the moments that the database took from the machine."""
    for drawn in DRAWN:
        text = drawn.sub("*", text)
    here = clock.really().astimezone(zone("Pacific/Auckland")).date()
    return re.sub(rf"{here}T\d\d:\d\d[+-]\d\d:\d\d", "*", text)


def test_nobody_can_tell_the_hub_with_the_talk_from_the_one_without(life) -> None:
    without, with_it = life(talk=False), life(talk=True)
    assert len(without) == len(with_it) > 200
    told = db.session().scalars(select(Message.template)).all()
    assert "talk_agreed" in told, "else a hub would be compared with itself"
    differs = {key for key in without if without[key] != with_it[key]}
    assert differs == set()
