"""The door for texts that people send back: a gateway brings them, with the hub's secret."""

import hmac
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, replies, throttle
from supervisor.door import View
from supervisor.extensions import csrf
from supervisor.reach import MessageSettings
from supervisor.replies import Incoming
from supervisor.settings import read
from supervisor.throttle import ThrottleSettings

bp = Blueprint("texts", __name__)
exempt: Callable[[View], View] = csrf.exempt
PHONE = ("from", "msisdn", "sender", "originator", "mobile", "source")
WORDS = ("body", "text", "message", "content")
ID = ("messagesid", "smsmessagesid", "messageid", "message_id", "sid", "id")
"""What gateways call them, in small letters, the likeliest first."""


@bp.post("/texts/<secret>")
@exempt
def take(secret: str) -> tuple[str, int]:
    """Take a text. No form of ours sends it and no cookie counts, so that there is no token to
    check: who knows the secret is the gateway."""
    store, now = door.store(), clock.now()
    limits, kept = read(store, ThrottleSettings), read(store, MessageSettings).text_secret
    if not kept or not hmac.compare_digest(secret.encode(), kept.encode()):
        where = request.remote_addr or ""
        fine = throttle.allowed(store, "texts_from", where, limits.per_address, limits.minutes, now)
        store.commit()
        abort(404 if fine else 429)
    text = _incoming()
    fine = throttle.allowed(store, "text", text.phone, limits.per_address, limits.minutes, now)
    if fine:
        replies.take(store, text, now)
    store.commit()
    return "", 204 if fine else 429


def _incoming() -> Incoming:
    sent = _json() or request.form
    fields = {str(k).lower(): v for k, v in sent.items()} if isinstance(sent, Mapping) else {}
    text = Incoming(_first(fields, PHONE, 40), _first(fields, WORDS, 1000), _first(fields, ID, 200))
    if not text.phone or not text.words:
        abort(400)
    return text


def _json() -> Any:
    """None for what is no JSON, or is built to exhaust whoever reads it."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _first(fields: Mapping[str, Any], names: tuple[str, ...], longest: int) -> str:
    found = (str(fields[name]).strip() for name in names if fields.get(name))
    return _whole(next(found, "")).replace("\0", "")[:longest]


def _whole(words: str) -> str:
    """A gateway that cuts a long text in the middle of an emoji leaves half a sign, which no
    database takes."""
    return words.encode(errors="ignore").decode()


@bp.post("/replies/<ref>/reading")
@door.needs("coordinator")
def settle(ref: str) -> Response:
    """Somebody has read it and done what it asks."""
    replies.settle(door.store(), ref, door.me(), clock.now())
    return door.done(
        url_for("messages.index", show="texts"), _("Done. The words are kept no longer.")
    )
