"""Seats: whoever leads a group offers one to who waits; the hub gives one, ends one, and says who
leads."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, led
from supervisor.groups import group_leaders, joinable, seats
from supervisor.models import Group, Person, Seat

bp = Blueprint("seats", __name__)


@bp.post("/groups/<ref>/seats/<person_ref>/offer")
@door.needs()
def offer(ref: str, person_ref: str) -> Response:
    """From the queue into the group."""
    group, here = led.group_of(ref), url_for("groups.show", ref=ref)
    seat = _seat(group, person_ref)
    with door.refusals_on(here):
        seats.offer_place(door.store(), seat, door.me(), clock.now())
    said = _("%(name)s has a place, and is told.", name=seat.person.name)
    return door.done(here, said)


def _seat(group: Group, person_ref: str) -> Seat:
    """A seat that somebody has, or is seen to wait for."""
    of_theirs = (seat for seat in group.seats if seat.person.ref == person_ref)
    found = next((seat for seat in of_theirs if seat.left_on is None), None)
    if found is None or not seats.is_seen(door.store(), found, clock.now()):
        abort(404)
    return found


@bp.post("/groups/<ref>/seats/<person_ref>")
@door.needs("coordinator")
def give(ref: str, person_ref: str) -> Response:
    """The hub gives somebody a seat, or a place in the queue where it is full."""
    group, person = door.find(Group, ref), door.find(Person, person_ref)
    here = door.back(url_for("groups.show", ref=ref))
    with door.refusals_on(here):
        seat = seats.join(door.store(), group, person, door.me(), clock.now())
    has = _("%(name)s has a place, and is told.", name=person.name)
    waits = _("No place is free. %(name)s waits for one.", name=person.name)
    return door.done(here, waits if seat.waiting else has)


@bp.get("/groups/<ref>/seats/<person_ref>/end")
@door.needs("coordinator")
def ask_end(ref: str, person_ref: str) -> str:
    """Take somebody out, really?"""
    group, after = door.find(Group, ref), door.same_site(request.args.get("next", ""))
    seat = _seat(group, person_ref)
    return render_template("groups/take_out.html", group=group, seat=seat, after=after)


@bp.post("/groups/<ref>/seats/<person_ref>/end")
@door.needs("coordinator")
def end(ref: str, person_ref: str) -> Response:
    """The hub ends somebody's place."""
    group = door.find(Group, ref)
    person = _seat(group, person_ref).person
    seats.leave(door.store(), group, person, door.me(), clock.now())
    said = _("%(name)s is out of the group, and is told.", name=person.name)
    return door.done(door.back(url_for("groups.show", ref=ref)), said)


@bp.post("/groups/<ref>/leader/<person_ref>")
@door.needs("coordinator")
def lead(ref: str, person_ref: str) -> Response:
    """The hub asks somebody to lead the group."""
    group, person = door.find(Group, ref), door.find(Person, person_ref)
    here = url_for("groups.show", ref=ref)
    with door.refusals_on(here):
        group_leaders.lead(door.store(), group, person, door.me(), clock.now())
    return door.done(here, _("%(name)s leads the group now, and is told.", name=person.name))


@bp.get("/people/<ref>/groups")
@door.needs("coordinator")
def of_person(ref: str) -> str:
    """The groups of somebody, and those that the hub can give them a seat in."""
    person, store = door.find(Person, ref), door.store()
    return render_template(
        "groups/of_person.html",
        person=person,
        held=joinable.seen(store, person, clock.now()),
        found=joinable.by_hub(store, person, clock.now()),
    )
