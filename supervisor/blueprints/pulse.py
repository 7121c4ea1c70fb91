"""Three short questions: the worker's page, which nobody else has."""

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, pulse
from supervisor.room import RoomSettings
from supervisor.rules.pulse import ASKS, FELT_WORDS
from supervisor.settings import read

bp = Blueprint("pulse", __name__)


@bp.get("/pulse")
@door.needs("worker")
def show() -> str:
    """The questions, where they lie open, and what is kept of them."""
    return render_template(
        "pulse/show.html",
        open=pulse.open_of(door.store(), door.me(), clock.now()),
        stopped=pulse.has_stopped(door.store(), door.me()),
        asks=ASKS,
        words=FELT_WORDS,
        least=read(door.store(), RoomSettings).least,
    )


@bp.post("/pulse")
@door.needs("worker")
def answer() -> Response:
    """Keep the answers, of nobody."""
    key = current_app.config["HUB"].secret_key
    with door.refusals_on(url_for("pulse.show")):
        pulse.answer(door.store(), door.me(), request.form, key, clock.now())
    return door.done(
        url_for("support.show"), _("Thank you. Your answers are kept without your name.")
    )


@bp.post("/pulse/away")
@door.needs("worker")
def put_away() -> Response:
    """Not this time."""
    with door.refusals_on(url_for("support.show")):
        pulse.put_away(door.store(), door.me(), clock.now())
    return door.done(url_for("support.show"), _("That is fine. Nothing is kept of it."))


@bp.post("/pulse/stop")
@door.needs("worker")
def stop() -> Response:
    """Do not ask me any more."""
    pulse.stop(door.store(), door.me())
    return door.done(url_for("pulse.show"), _("You are not asked any more."))


@bp.post("/pulse/begin")
@door.needs("worker")
def begin_again() -> Response:
    """Ask me after all."""
    pulse.begin_again(door.store(), door.me())
    return door.done(url_for("pulse.show"), _("You are asked again after your next meetings."))
