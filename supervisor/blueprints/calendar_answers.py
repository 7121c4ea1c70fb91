"""Answers to invitations: those by mail on which the hub decides, and yes or no by a link."""

from typing import NoReturn

from flask import (
    Blueprint,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, throttle
from supervisor.calendar_answers import answer_links, calendar_answers
from supervisor.calendar_answers.answer_links import Asked
from supervisor.errors import Refused
from supervisor.hours.ways import zone_of
from supervisor.models import InvitationReply, Session
from supervisor.settings import HubSettings, read
from supervisor.throttle import ThrottleSettings
from supervisor.zones import to_local

bp = Blueprint("calendar_answers", __name__)


@bp.post("/answers/<ref>/done")
@door.needs("coordinator")
def settle(ref: str) -> Response:
    """Somebody of the hub has seen to it."""
    calendar_answers.settle(door.store(), door.find(InvitationReply, ref), door.me(), clock.now())
    return door.done(url_for("today.show"), _("That answer is seen to."))


@bp.get("/come/<token>")
def show_link(token: str) -> Response:
    """The mailed link shows the meeting; looking at it says nothing."""
    asked = _found(token)
    if asked is None:
        return make_response(render_template("calendar_answers/gone.html"), 404)
    return _page(asked, token)


def _found(token: str) -> Asked | None:
    key = current_app.config["HUB"].secret_key
    return answer_links.found(door.store(), token, key, clock.now())


def _page(asked: Asked, token: str, error: str = "") -> Response:
    """In the words of whoever was asked, whoever is signed in here. No search engine has it."""
    store, now = door.store(), clock.now()
    hub, record = read(store, HubSettings), asked.record
    with force_locale(asked.person.locale):
        page = render_template(
            "calendar_answers/come.html",
            token=token,
            state=answer_links.state(store, asked, now),
            starts=to_local(record.starts_at, zone_of(asked.person, hub)),
            minutes=record.minutes,
            of_two=asked.of_two,
            entitlement=record.entitlement.link if isinstance(record, Session) else "",
            off=record.cancelled_at is not None,
            can_undo=answer_links.can_undo(store, asked, now),
            times=answer_links.other_times(store, asked, now),
            error=error,
        )
    answer = make_response(page, 422 if error else 200)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@bp.post("/come/<token>")
def use_link(token: str) -> Response:
    """The button says yes or no."""
    store, asked = door.store(), _found(token)
    if asked is None:
        _not_ours()
    _refuse_many(token)
    try:
        answer_links.say(store, asked, clock.now(), yes=fields.yes_or_no("answer"))
    except Refused as refusal:
        door.keep_nothing()
        with force_locale(asked.person.locale):
            words = door.words(refusal)
        return _page(asked, token, words)
    store.commit()
    return redirect(url_for("calendar_answers.show_link", token=token), code=303)


def _not_ours() -> NoReturn:
    """Whoever tries addresses is stopped soon."""
    abort(404 if _few("come_from", request.remote_addr or "") else 429)


def _refuse_many(token: str) -> None:
    if not _few("come", token):
        abort(429)


def _few(what: str, key: str) -> bool:
    store, limits = door.store(), read(door.store(), ThrottleSettings)
    fine = throttle.allowed(store, what, key, limits.per_address, limits.minutes, clock.now())
    store.commit()
    return fine
