"""What a group agrees on: read it, say yes, and write it down for whoever leads."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, led
from supervisor.groups import group_agreements
from supervisor.models import Group, Person
from supervisor.viewers import leads

bp = Blueprint("group_agreements", __name__)


@bp.get("/groups/<ref>/agreement")
@door.needs()
def show(ref: str) -> str:
    """The terms; who said yes is for whoever leads, one's own yes for a member."""
    store, group, me = door.store(), door.find(Group, ref), door.me()
    found = group_agreements.terms(store, group)
    inside = group_agreements.members(store, group, clock.now())
    said = {one.id for one in inside if found and group_agreements.said_yes(found, one)}
    return render_template(
        "groups/agreement.html",
        group=group,
        terms=found,
        seal=group_agreements.seal(found) if found else "",
        leads=leads(door.viewer(), group),
        mine=me in inside,
        inside=inside,
        said=said,
    )


@bp.post("/groups/<ref>/agreement")
@door.needs()
def write(ref: str) -> Response:
    """Write it down; everybody reads it anew."""
    group = led.group_of(ref)
    words = fields.a_word("words", 2000)
    group_agreements.write(door.store(), group, words, door.me(), clock.now())
    return _done(ref, _("Written down. Everybody in the group is asked to read it."))


@bp.post("/groups/<ref>/agreement/yes")
@door.needs()
def say_yes(ref: str) -> Response:
    """I have read it; the hub says so for whom it was read to."""
    group, store = door.find(Group, ref), door.store()
    typed, seen = request.form.get("person", ""), request.form.get("seen", "")
    person = door.find(Person, typed) if typed else door.me()
    with door.refusals_on(url_for("group_agreements.show", ref=ref)):
        group_agreements.say_yes(store, group, person, door.me(), clock.now(), seen)
    return door.done(url_for("groups.show", ref=ref), _("Thank you. That is written down."))


def _done(ref: str, said: str) -> Response:
    return door.done(url_for("group_agreements.show", ref=ref), said)
