"""The rooms of places: which there are, a room's week, and which room a meeting has."""

from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import clock, door, fields
from supervisor.availability import open_changes
from supervisor.errors import Refused
from supervisor.meeting_rooms import room_keeping, room_weeks
from supervisor.meeting_rooms.room_keeping import Written
from supervisor.models import MeetingRoom, Place
from supervisor.rooms import room_hours
from supervisor.rules.days import DAY
from supervisor.rules.open_days import monday
from supervisor.rules.words import N_
from supervisor.zones import today

bp = Blueprint("meeting_rooms", __name__)
Page = Response | tuple[str, int]
SHOWN = 8
"""Meetings without a room that are listed for one place."""


@bp.get("/rooms")
@door.needs("coordinator")
def index() -> str:
    """Every place that keeps rooms, and the form for one more."""
    return _index()


def _index(error: str = "", field: str | None = None) -> str:
    return render_template(
        "meeting_rooms/index.html",
        kept=room_keeping.all_of(door.store(), clock.now()),
        places=open_changes.place_names(door.store()),
        shown=SHOWN, error=error, field=field, typed=request.form,
    )  # fmt: skip


@bp.post("/rooms")
@door.needs("coordinator")
def add() -> Page:
    """One more room of a place; the first of a place gives its meetings ahead a room."""
    store = door.store()
    try:
        place_id = open_changes.place_named(store, fields.a_word("place", 100))
        if place_id is None:
            raise Refused(N_("Say at which place the room is."), field="place")
        place, now = store.get_one(Place, place_id), clock.now()
        _room, given = room_keeping.add(store, place, _written(), door.me(), now)
    except Refused as refusal:
        door.keep_nothing()
        return _index(door.words(refusal), refusal.field), 422
    return door.done(url_for("meeting_rooms.index"), _("The room is there.") + _given(given))


def _written() -> Written:
    seats = fields.a_word("seats", 10)
    number = int(seats) if seats.isascii() and seats.isdigit() else 0
    return Written(fields.a_word("name", 100), number, fields.a_word("notes", 200))


def _given(count: int) -> str:
    if not count:
        return ""
    said = ngettext(
        "%(num)d meeting that is booked there has a room now, and its people are told.",
        "%(num)d meetings that are booked there have a room now, and their people are told.",
        count,
    )
    return f" {said}"


@bp.get("/rooms/<ref>")
@door.needs("coordinator")
def show(ref: str) -> str:
    """A room's week, and what is written down of it."""
    return _show(door.find(MeetingRoom, ref))


def _show(room: MeetingRoom, error: str = "", field: str | None = None) -> str:
    first = _monday(room)
    return render_template(
        "meeting_rooms/show.html",
        room=room, days=room_weeks.week(door.store(), room, first), first=first,
        before=first - 7 * DAY, after=first + 7 * DAY,
        error=error, field=field, typed=request.form,
    )  # fmt: skip


def _monday(room: MeetingRoom) -> date:
    """The week that is asked for, else this one."""
    try:
        day = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        day = date.min
    usual = today(clock.now(), room_weeks.zone_of(door.store(), room.place))
    return monday(day if day.year in fields.YEARS else usual)


@bp.post("/rooms/<ref>")
@door.needs("coordinator")
def change(ref: str) -> Page:
    """Another name, more or fewer seats, what helps to choose it."""
    room = door.find(MeetingRoom, ref)
    try:
        room_keeping.change(door.store(), room, _written(), door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _show(door.find(MeetingRoom, ref), door.words(refusal), refusal.field), 422
    return door.done(url_for("meeting_rooms.show", ref=ref), _("Saved."))


@bp.get("/rooms/<ref>/retirement")
@door.needs("coordinator")
def ask_retire(ref: str) -> str:
    """What is booked there, before it is taken out of use."""
    room = door.find(MeetingRoom, ref)
    ahead = room_weeks.ahead(door.store(), room, clock.now())
    last = all(one == room for one in room_hours.rooms_at(door.store(), room.place_id))
    return render_template("meeting_rooms/retire.html", room=room, ahead=ahead, last=last)


@bp.post("/rooms/<ref>/retirement")
@door.needs("coordinator")
def retire(ref: str) -> Response:
    """Take it out of use; what is booked there goes to other rooms, as far as they are free."""
    room = door.find(MeetingRoom, ref)
    moved, left = room_keeping.retire(door.store(), room, door.me(), clock.now())
    said = _("%(name)s takes no more meetings.", name=room.name)
    if moved:
        more = ngettext("%(num)d has another room.", "%(num)d have another room.", moved)
        said += " " + more
    if left:
        more = ngettext("%(num)d has no room now.", "%(num)d have no room now.", left)
        said += " " + more
    return door.done(url_for("meeting_rooms.index"), said)


@bp.post("/rooms/<ref>/return")
@door.needs("coordinator")
def use_again(ref: str) -> Response:
    """It takes meetings again."""
    room = door.find(MeetingRoom, ref)
    given = room_keeping.use_again(door.store(), room, door.me(), clock.now())
    said = _("%(name)s takes meetings again.", name=room.name)
    return door.done(url_for("meeting_rooms.index"), said + _given(given))
