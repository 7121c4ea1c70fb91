"""Whom a worker would like to meet, in order: their own page, and the hub's on the phone."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door
from supervisor.errors import Refused
from supervisor.matches import choices
from supervisor.models import Person

bp = Blueprint("choices", __name__)


@bp.get("/people/<ref>/choices")
@door.needs()
def show(ref: str) -> str:
    """The order as it is, to change."""
    person = door.their(ref)
    return _page(person, [one.ref for one in choices.ranked(door.store(), person)])


def _page(person: Person, order: list[str], error: str = "") -> str:
    store = door.store()
    known = choices.known(store, person, door.hub_today())
    return render_template(
        "choices/show.html",
        who=person,
        known=known,
        order=order,
        places=min(choices.MOST, len(known)),
        undoable=choices.can_undo(store, person),
        error=error,
    )


@bp.post("/people/<ref>/choices")
@door.needs()
def rank(ref: str) -> Response | tuple[str, int]:
    """Save the order; an empty place is passed over."""
    person, order = door.their(ref), [one for one in request.form.getlist("place") if one]
    try:
        choices.rank(door.store(), person, order, door.hub_today(), door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(door.their(ref), order, door.words(refusal)), 422
    return _saved(ref, _("The order is saved."))


@bp.post("/people/<ref>/choices/undoing")
@door.needs()
def undo(ref: str) -> Response:
    """Back to the order before the last change."""
    person = door.their(ref)
    with door.refusals_on(url_for("choices.show", ref=ref)):
        choices.undo(door.store(), person, door.hub_today(), door.me(), clock.now())
    return _saved(ref, _("The order is as it was before."))


def _saved(ref: str, said: str) -> Response:
    return door.done(url_for("choices.show", ref=ref), said)
