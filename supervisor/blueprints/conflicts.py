"""Whom I would rather not be matched with: my own list, and a word typed for somebody else."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, conflicts, door
from supervisor.errors import Refused
from supervisor.models import Conflict, Person

bp = Blueprint("conflicts", __name__)


@bp.get("/apart")
@door.needs()
def mine() -> str:
    """My own list; nobody else has a page of it."""
    return _mine()


def _mine(error: str = "") -> str:
    store, me = door.store(), door.me()
    return render_template(
        "conflicts/mine.html",
        said=conflicts.mine(store, me),
        names=conflicts.names_told(store, me),
        typed=request.form.get("name", ""),
        error=error,
    )


@bp.post("/apart")
@door.needs()
def declare() -> Response | tuple[str, int]:
    """Keep one more name; the answer is the same whoever it is."""
    me, name = door.me(), request.form.get("name", "")
    try:
        conflicts.declare(door.store(), me, name, me, clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _mine(door.words(refusal)), 422
    return door.done(url_for("conflicts.mine"), _("It is kept, and counts from now on."))


@bp.post("/apart/<ref>/withdrawal")
@door.needs()
def take_back(ref: str) -> Response:
    """As if it had not been said."""
    conflicts.take_back(door.store(), door.find(Conflict, ref), door.me(), clock.now())
    return door.done(url_for("conflicts.mine"), _("It is taken back."))


@bp.get("/people/<ref>/apart")
@door.needs("coordinator")
def behalf(ref: str) -> str:
    """What somebody says on the phone; what is there already is not shown."""
    return _behalf(door.find(Person, ref))


def _behalf(person: Person, error: str = "") -> str:
    typed = request.form.get("name", "")
    return render_template("conflicts/behalf.html", whose=person, typed=typed, error=error)


@bp.post("/people/<ref>/apart")
@door.needs("coordinator")
def declare_for(ref: str) -> Response | tuple[str, int]:
    """Kept for them. The hub hears whether it knows the name, and no more."""
    store, person, name = door.store(), door.find(Person, ref), request.form.get("name", "")
    try:
        conflicts.declare(store, person, name, door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _behalf(door.find(Person, ref), door.words(refusal)), 422
    if conflicts.is_known(store, name):
        said = _("It is kept, and counts from now on. The hub knows that name.")
    else:
        said = _("It is kept. The hub does not know that name yet: is it spelt right?")
    return door.done(url_for("people.show", ref=ref), said)
