"""Groups: who leads one sees all of it, a member the next meeting and their own answer."""

from datetime import datetime

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, group_times, group_views, groups, seats
from supervisor.errors import Refused
from supervisor.models import Group, Meeting

bp = Blueprint("groups", __name__)


@bp.get("/groups")
@door.needs()
def index() -> str:
    """The groups I lead or belong to; all of them for the hub."""
    everything = door.viewer().coordinator
    rows = group_views.mine(door.store(), door.me(), clock.now(), everything=everything)
    return render_template("groups/index.html", rows=rows)


@bp.get("/groups/<ref>")
@door.needs()
def show(ref: str) -> str:
    """One group; the roster is for whoever leads it."""
    group = door.find(Group, ref)
    view = group_views.of(door.store(), group, door.me(), clock.now())
    page = "groups/show.html" if _leads(group) else "groups/member.html"
    return render_template(page, view=view, group=group)


def _leads(group: Group) -> bool:
    return door.viewer().coordinator or group.facilitator_id == door.me().id


def _led(ref: str) -> Group:
    """A group that the reader leads, or is the hub for."""
    group = door.find(Group, ref)
    if not _leads(group):
        abort(404)
    return group


def _meeting(group: Group, meeting_ref: str) -> Meeting:
    meeting = door.find(Meeting, meeting_ref)
    if meeting.group_id != group.id:
        abort(404)
    return meeting


def _back(group: Group, said: str) -> Response:
    return door.done(url_for("groups.show", ref=group.ref), said)


@bp.post("/groups/<ref>/meetings/<meeting_ref>/answer")
@door.needs()
def answer(ref: str, meeting_ref: str) -> Response:
    """Say whether I will come."""
    group = door.find(Group, ref)
    coming = request.form.get("coming") == "yes"
    groups.answer(door.store(), _meeting(group, meeting_ref), door.me(), coming, clock.now())
    return _back(
        group, _("Thank you. The group knows.") if coming else _("Noted. See you next time.")
    )


@bp.post("/groups/<ref>/meetings/<meeting_ref>/attendance")
@door.needs()
def mark(ref: str, meeting_ref: str) -> Response:
    """Who came: all of them, or each by name. An empty line stays empty."""
    group = _led(ref)
    meeting = _meeting(group, meeting_ref)
    store, me, now = door.store(), door.me(), clock.now()
    if request.form.get("all"):
        groups.everyone_here(store, meeting, me, now)
        return _back(group, _("Everyone was here. That is written down."))
    for seat in group_times.seated(group, meeting.local_start.date()):
        came = request.form.get(f"came-{seat.person.ref}")
        if came in {"y", "n"}:
            groups.mark(store, meeting, seat.person, came == "y", me, now)
    return _back(group, _("Who came is written down."))


@bp.post("/groups/<ref>/meetings/<meeting_ref>/mine")
@door.needs()
def mark_mine(ref: str, meeting_ref: str) -> Response:
    """Put my own mark right."""
    group = door.find(Group, ref)
    came, me = request.form.get("came") == "y", door.me()
    groups.mark(door.store(), _meeting(group, meeting_ref), me, came, me, clock.now())
    return _back(group, _("That is written down."))


@bp.post("/groups/<ref>/meetings/<meeting_ref>/go-ahead")
@door.needs()
def go_ahead(ref: str, meeting_ref: str) -> Response:
    """Enough can come: it happens."""
    group = _led(ref)
    groups.go_ahead(door.store(), _meeting(group, meeting_ref), door.me(), clock.now())
    return _back(group, _("It goes ahead."))


@bp.post("/groups/<ref>/meetings/<meeting_ref>/cancellation")
@door.needs()
def cancel(ref: str, meeting_ref: str) -> Response:
    """Call one meeting off."""
    group = _led(ref)
    groups.cancel_meeting(door.store(), _meeting(group, meeting_ref), door.me(), clock.now())
    return _back(group, _("That meeting is called off. The next ones stay."))


@bp.post("/groups/<ref>/meetings/<meeting_ref>/move")
@door.needs()
def move(ref: str, meeting_ref: str) -> Response:
    """Give a meeting another time."""
    group = _led(ref)
    meeting = _meeting(group, meeting_ref)
    groups.move_meeting(door.store(), meeting, _start(), door.me(), clock.now())
    return _back(group, _("It has a new time. Everyone is asked again."))


def _start() -> datetime:
    try:
        start = datetime.fromisoformat(request.form.get("start", ""))
    except ValueError:
        start = None
    if start is None or start.tzinfo or start.year not in door.YEARS:
        raise Refused(_("Write the day and the time, like 2027-03-10 13:00."), field="start")
    return start


@bp.post("/groups/<ref>/seats/<person_ref>/offer")
@door.needs()
def offer_place(ref: str, person_ref: str) -> Response:
    """From the queue into the group."""
    group = _led(ref)
    seat = next((s for s in group.seats if s.person.ref == person_ref), None)
    if seat is None:
        abort(404)
    seats.offer_place(door.store(), seat, door.me(), clock.now())
    return _back(group, _("%(name)s has a place.", name=seat.person.name))


@bp.post("/groups/<ref>/leave")
@door.needs()
def leave(ref: str) -> Response:
    """Give my seat up."""
    group = door.find(Group, ref)
    seats.leave(door.store(), group, door.me(), door.me(), clock.now())
    return door.done(url_for("groups.index"), _("You have left %(group)s.", group=group.name))
