"""The hub closes a group, or joins it to another: read what it means, do it, undo it."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door
from supervisor.groups import group_endings, mergers
from supervisor.models import Group

bp = Blueprint("group_endings", __name__)


@bp.get("/groups/<ref>/merger")
@door.needs("coordinator")
def sisters(ref: str) -> str:
    """With which groups it could be joined, and what stands against it."""
    group = _open(ref)
    found = mergers.previews(door.store(), group, clock.now())
    return render_template("groups/sisters.html", group=group, found=found)


def _open(ref: str) -> Group:
    group = door.find(Group, ref)
    if group.closed_at:
        abort(404)
    return group


@bp.get("/groups/<ref>/merger/<into_ref>")
@door.needs("coordinator")
def ask_merge(ref: str, into_ref: str) -> str:
    """Who moves, whose hour stays."""
    group, into = _open(ref), _open(into_ref)
    if group is into:
        abort(404)
    found = mergers.preview(door.store(), group, into, clock.now())
    return render_template("groups/merge.html", group=group, found=found)


@bp.post("/groups/<ref>/merger/<into_ref>")
@door.needs("coordinator")
def merge(ref: str, into_ref: str) -> Response:
    """Join the first to the second."""
    group, into = _open(ref), _open(into_ref)
    with door.refusals_on(url_for("group_endings.ask_merge", ref=ref, into_ref=into_ref)):
        mergers.merge(door.store(), group, into, door.me(), clock.now())
    return door.done(url_for("groups.index", ended=ref))


@bp.get("/groups/<ref>/closing")
@door.needs("coordinator")
def ask_close(ref: str) -> str:
    """Close it, really?"""
    return render_template("groups/close.html", group=_open(ref))


@bp.post("/groups/<ref>/closing")
@door.needs("coordinator")
def close(ref: str) -> Response:
    """Close it; who had asked for a group is on the list again, if that is ticked."""
    store, me, again = door.store(), door.me(), "again" in request.form
    group_endings.close(store, _open(ref), me, clock.now(), ask_again=again)
    return door.done(url_for("groups.index", ended=ref))


@bp.post("/groups/<ref>/reopening")
@door.needs("coordinator")
def reopen(ref: str) -> Response:
    """It was a mistake."""
    group, store = door.find(Group, ref), door.store()
    ending = group_endings.latest(store, group)
    if ending is None:
        abort(404)
    with door.refusals_on(url_for("groups.index")):
        mergers.part(store, ending, door.me(), clock.now())
    said = _("%(group)s goes on as before.", group=group.name)
    return door.done(url_for("groups.show", ref=ref), said)
