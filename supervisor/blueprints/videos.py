"""My video room: the address at which a provider meets people on video."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door
from supervisor.errors import Refused
from supervisor.models import Person
from supervisor.sessions import videos

bp = Blueprint("videos", __name__)


@bp.get("/people/<ref>/video")
@door.needs()
def show(ref: str) -> str:
    """The address as it is."""
    return _page(door.their(ref))


def _page(person: Person, error: str = "") -> str:
    return render_template(
        "videos/show.html",
        whose=person,
        for_them=person.id != door.me().id,
        typed=request.form.get("link", person.video or ""),
        error=error,
    )


@bp.post("/people/<ref>/video")
@door.needs()
def write(ref: str) -> Response | tuple[str, int]:
    """Keep it, or none; whoever is met there is told."""
    person = door.their(ref)
    try:
        link = request.form.get("link", "")
        moved = videos.write(door.store(), person, link, door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(door.their(ref), door.words(refusal)), 422
    said = _("It is written down.")
    if moved:
        said += " " + _("Whoever is met there has been told.")
    return door.done(url_for("videos.show", ref=ref), said)
