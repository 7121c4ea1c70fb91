"""Groups: who leads one sees all of it, a member the next meeting and their own answer."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, people
from supervisor.groups import group_endings, group_names, group_views, joinable, seats, visits
from supervisor.models import Group, GroupEnding, Person
from supervisor.rules.credit import CreditSettings
from supervisor.settings import read
from supervisor.viewers import leads

bp = Blueprint("groups", __name__)
NAMED = 8
"""How many people of a name are shown."""
JOINING = ("worker", "provider")
"""Whom an open group is for: nobody who only pays, manages or looks after the hub."""


@bp.get("/groups")
@door.needs()
def index() -> str:
    """The groups I lead or belong to, all of them for the hub; my places that ended today."""
    store, me, now = door.store(), door.me(), clock.now()
    rows = group_views.mine(store, me, now, everything=door.viewer().coordinator)
    left, out = seats.left_today(store, me, now), seats.taken_out_today(store, me, now)
    ended = _ended(request.args.get("ended", ""))
    once = visits.of_person(store, me, now)
    return render_template(
        "groups/index.html", rows=rows, left=left, out=out, once=once, ended=ended
    )


def _ended(ref: str) -> GroupEnding | None:
    """What the hub has just ended, as long as it can be undone."""
    group = door.look(Group, ref) if ref and door.viewer().coordinator else None
    ending = group_endings.latest(door.store(), group) if group else None
    store, now = door.store(), clock.now()
    return ending if ending and group_endings.can_be_undone(store, ending, now) else None


@bp.get("/groups/<ref>")
@door.needs()
def show(ref: str) -> str:
    """One group; the roster is for whoever leads it. `?off=` is what was just called off, and
    `?who=` whom the hub would like to give a seat."""
    group, who = door.find(Group, ref), request.args.get("who", "").strip()
    off = request.args.get("off", "")
    view = group_views.of(door.store(), group, door.me(), clock.now(), off)
    page = "groups/show.html" if leads(door.viewer(), group) else "groups/member.html"
    here = {*view.members, *(seat.person for seat, _days in view.queue)}
    found = _named(who, {person.id for person in here})
    rule = read(door.store(), CreditSettings)
    return render_template(
        page, view=view, group=group, wrong=None, who=who, found=found, rule=rule
    )


@bp.post("/groups/<ref>/name")
@door.needs("coordinator")
def rename(ref: str) -> Response:
    """Call it something else."""
    group, here = door.find(Group, ref), url_for("groups.show", ref=ref)
    with door.refusals_on(here):
        group_names.rename(door.store(), group, fields.a_name("name"), door.me(), clock.now())
    return door.done(here, _("The group is called %(name)s now.", name=group.name))


def _named(who: str, here: set[int]) -> list[Person]:
    """People of a name who are not in the group, for the hub alone."""
    if not who or not door.viewer().coordinator:
        return []
    found = people.directory(door.store(), door.hub_today(), who)
    return [person for person in found if person.id not in here][:NAMED]


@bp.get("/groups/open")
@door.needs(*JOINING)
def joinables() -> str:
    """The groups that I may join."""
    found = joinable.for_person(door.store(), door.me(), clock.now())
    return render_template("groups/open.html", found=found)


def _to_join(ref: str) -> Group:
    """One that I may join myself."""
    found = seats.open_groups(door.store(), door.me(), clock.now())
    group = next((one for one in found if one.ref == ref), None)
    if group is None:
        abort(404)
    return group


@bp.post("/groups/<ref>/seat")
@door.needs(*JOINING)
def join(ref: str) -> Response:
    """Take a free seat, or wait for one."""
    group = _to_join(ref)
    with door.refusals_on(url_for("groups.index")):
        seat = seats.join(door.store(), group, door.me(), door.me(), clock.now())
    waiting = _("You are waiting for a place. We tell you when there is one.")
    said = waiting if seat.waiting else _("You have a place in %(group)s.", group=group.name)
    return door.done(url_for("groups.show", ref=ref), said)


@bp.post("/groups/<ref>/visit")
@door.needs(*JOINING)
def visit(ref: str) -> Response:
    """Come once, to the next meeting, without a seat."""
    group = _to_join(ref)
    with door.refusals_on(url_for("groups.joinables")):
        meeting = visits.drop_in(door.store(), group, door.me(), clock.now())
    return door.done(url_for("visits.show", ref=meeting.ref), _("You come this once."))


@bp.get("/groups/<ref>/leave")
@door.needs()
def ask_leave(ref: str) -> str:
    """Leave, really?"""
    group, me = _mine(ref), door.me()
    view = group_views.of(door.store(), group, me, clock.now())
    return render_template("groups/leave.html", group=group, view=view)


def _mine(ref: str) -> Group:
    """A group in which I have a seat or wait for one."""
    group = door.find(Group, ref)
    if all(seat.person_id != door.me().id or seat.left_on for seat in group.seats):
        abort(404)
    return group


@bp.post("/groups/<ref>/leave")
@door.needs()
def leave(ref: str) -> Response:
    """Give my seat up; all day long there is a way back."""
    group, me = _mine(ref), door.me()
    seats.leave(door.store(), group, me, me, clock.now())
    return door.done(url_for("groups.index"))


@bp.post("/groups/<ref>/return")
@door.needs()
def come_back(ref: str) -> Response:
    """I did not mean to leave."""
    left = seats.left_today(door.store(), door.me(), clock.now())
    seat = next((one for one in left if one.group.ref == ref), None)
    if seat is None:
        abort(404)
    seats.come_back(door.store(), seat, clock.now())
    waits = _("Your place was taken. You are waiting for the next one.")
    return door.done(
        url_for("groups.show", ref=ref), waits if seat.waiting else _("You are in the group again.")
    )
