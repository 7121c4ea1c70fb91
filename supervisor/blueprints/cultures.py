"""Which culture is wanted: the worker's own choice, or the hub's on the phone."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, cultures, door
from supervisor.errors import Refused
from supervisor.models import Entitlement

bp = Blueprint("cultures", __name__)


@bp.get("/entitlements/<ref>/culture")
@door.needs()
def show(ref: str) -> str:
    """The hub's words, and which one is chosen."""
    return _page(_theirs(ref))


def _theirs(ref: str) -> Entitlement:
    """The worker's own, or anybody's for the hub; whoever serves it has no say."""
    owed = cultures.asked_of(door.find(Entitlement, ref))
    if owed.person_id != door.me().id and not door.viewer().coordinator:
        abort(404)
    return owed


def _page(owed: Entitlement, error: str = "") -> str:
    return render_template(
        "cultures/show.html", owed=owed, words=cultures.words(door.store()), error=error
    )


@bp.post("/entitlements/<ref>/culture")
@door.needs()
def choose(ref: str) -> Response | tuple[str, int]:
    """Save the choice; the hub looks for somebody of it."""
    owed = _theirs(ref)
    try:
        cultures.choose(door.store(), owed, request.form.get("culture", ""), door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(_theirs(ref), door.words(refusal)), 422
    if owed.person_id == door.me().id:
        return door.done(url_for("support.show"), _("Saved. The hub looks for somebody."))
    shortlist = url_for("people.shortlist", ref=owed.person.ref, entitlement_ref=owed.link)
    return door.done(shortlist, _("Saved."))
