"""When I am busy: my calendars elsewhere, from which only that is read."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door
from supervisor.busy import busy_sources, busy_words
from supervisor.busy.busy_secrets import Secret
from supervisor.config import Config
from supervisor.errors import Refused
from supervisor.models import BusySource

bp = Blueprint("busy", __name__)
LONGEST = 2000


@bp.get("/busy")
@door.needs()
def show() -> str:
    """My calendars elsewhere, and whether they can be read."""
    return _page()


def _page(error: str = "", given: Secret | None = None) -> str:
    """What was wrong stands beside its field, with what was typed there."""
    return render_template(
        "busy/show.html",
        sources=busy_sources.mine(door.store(), door.me()),
        trouble=busy_words.of_trouble,
        doubts=_doubts,
        error=error,
        given=given,
        now=clock.now(),
    )


def _doubts(source: BusySource) -> list[tuple[date | None, int, str]]:
    """Each with its day, where it has one, and its number in the file."""
    return [_doubt(one) for one in source.doubts]


def _doubt(one: dict[str, Any]) -> tuple[date | None, int, str]:
    try:
        day = date.fromisoformat(one["day"])
    except ValueError:
        day = None
    return day, one["number"], busy_words.of_doubt(one["why"])


@bp.post("/busy")
@door.needs()
def add() -> Response | tuple[str, int]:
    """Take a calendar in; it is read within a minute or two."""
    config: Config = current_app.config["HUB"]
    home = urlsplit(config.base_url).hostname or ""
    names = ("address", "user", "password")
    address, user, password = (request.form.get(name, "")[:LONGEST] for name in names)
    given = Secret(address, user, password)
    try:
        busy_sources.add(door.store(), door.me(), given, config.secret_key, home, clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(door.words(refusal), given), 422
    said = _("Your calendar is here. We read it within a few minutes.")
    return door.done(url_for("busy.show"), said)


@bp.post("/busy/<ref>/look")
@door.needs()
def look(ref: str) -> Response:
    """Read it next, whatever went wrong before."""
    busy_sources.look_now(door.find(BusySource, ref), clock.now())
    return door.done(url_for("busy.show"), _("We look within a minute or two."))


@bp.post("/busy/<ref>/end")
@door.needs()
def end(ref: str) -> Response:
    """Read it no more, and forget what it said."""
    busy_sources.remove(door.store(), door.find(BusySource, ref), door.me(), clock.now())
    said = _("That calendar is gone from here. We have forgotten what it said.")
    return door.done(url_for("busy.show"), said)
