"""My details: ask that they be erased, or take that back."""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door
from supervisor.errors import Refused
from supervisor.privacy import erasures

bp = Blueprint("privacy", __name__)


@bp.get("/privacy")
@door.needs()
def mine() -> str:
    """What I can ask for, and how it stands."""
    asked = erasures.open_of(door.store(), door.me())
    due = erasures.due_on(door.store(), asked) if asked else None
    return render_template("privacy/mine.html", asked=asked, due=due)


@bp.post("/privacy/erasure")
@door.needs()
def ask() -> Response:
    """Ask that my details be erased."""
    erasures.ask(door.store(), door.me(), door.me(), clock.now())
    return door.done(url_for("privacy.mine"), _("The hub has read it, and answers you."))


@bp.post("/privacy/erasure/withdrawal")
@door.needs()
def take_back() -> Response:
    """I would like to stay."""
    here = url_for("privacy.mine")
    asked = erasures.open_of(door.store(), door.me())
    try:
        if asked:
            erasures.take_back(door.store(), asked, door.me(), clock.now())
    except Refused as refusal:
        return door.not_done(here, refusal)
    return door.done(here, _("It is taken back. Nothing is erased."))
