"""Erasing somebody, as the hub does it: looked at, put to a second person, and their yes."""

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields
from supervisor.errors import Refused
from supervisor.models import Erasure, Person
from supervisor.privacy import erasures

bp = Blueprint("erasures", __name__)


@bp.get("/people/<ref>/erasure")
@door.needs("coordinator")
def show(ref: str) -> str:
    """What would go and what would stay, and what stands against it."""
    return _page(door.find(Person, ref))


def _page(person: Person, refusal: Refused | None = None) -> str:
    store, now = door.store(), clock.now()
    wish = erasures.open_of(store, person)
    return render_template(
        "privacy/erasure.html",
        whose=person,
        wish=wish,
        due=erasures.due_on(store, wish) if wish else None,
        preview=erasures.preview(store, person, now),
        hold=erasures.hold_of(store, person),
        seconds=erasures.seconds(store, person, door.me(), now),
        error=door.words(refusal) if refusal else "",
    )


@bp.post("/people/<ref>/erasure")
@door.needs("coordinator")
def put(ref: str) -> Response | tuple[str, int]:
    """Ask a second person to agree."""
    store, person = door.store(), door.find(Person, ref)
    try:
        second = door.look(Person, request.form.get("second", ""))
        wish = erasures.put(store, person, second, door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(door.find(Person, ref), refusal), 422
    said = _("They are asked to agree. Nothing is erased before.")
    return door.done(url_for("erasures.second", ref=wish.ref), said)


@bp.post("/people/<ref>/hold")
@door.needs("coordinator")
def hold(ref: str) -> Response:
    """The law wants it kept."""
    erasures.hold(door.store(), door.find(Person, ref), door.me(), clock.now())
    return door.done(url_for("erasures.show", ref=ref), _("Nothing of theirs is erased now."))


@bp.post("/people/<ref>/hold/lifting")
@door.needs("coordinator")
def lift(ref: str) -> Response:
    """The law wants nothing any more."""
    erasures.lift(door.store(), door.find(Person, ref), door.me(), clock.now())
    return door.done(url_for("erasures.show", ref=ref), _("The hold is lifted."))


@bp.get("/erasures/<ref>")
@door.needs()
def second(ref: str) -> str:
    """What the second person reads before their yes."""
    return _second(door.find(Erasure, ref))


def _second(wish: Erasure, refusal: Refused | None = None) -> str:
    open_ = not (wish.closed_at or wish.done_at)
    return render_template(
        "privacy/second.html",
        wish=wish,
        open=open_,
        preview=erasures.preview(door.store(), wish.person, clock.now()) if open_ else None,
        mine=open_ and wish.second_id == door.me().id,
        error=door.words(refusal) if refusal else "",
    )


@bp.post("/erasures/<ref>")
@door.needs()
def answer(ref: str) -> Response | tuple[str, int]:
    """Yes, and it is done; or no."""
    store, wish, now = door.store(), door.find(Erasure, ref), clock.now()
    here = url_for("erasures.second", ref=ref)
    try:
        if not fields.yes_or_no("agreed"):
            erasures.take_back(store, wish, door.me(), now)
            return door.done(here, _("Nothing is erased."))
        erasures.agree(store, wish, door.me(), current_app.config["HUB"].secret_key, now)
    except Refused as refusal:
        door.keep_nothing()
        return _second(door.find(Erasure, ref), refusal), 422
    return door.done(here, _("It is done. Their name is not here any more."))
