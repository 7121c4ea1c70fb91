"""Pick another free room for a meeting of two people, or of a group."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import clock, door, led
from supervisor.meeting_rooms import room_choices
from supervisor.models import Meeting, Session
from supervisor.pair import other_of
from supervisor.rooms.room_hours import Held
from supervisor.rules.kinds import Which

bp = Blueprint("room_choices", __name__)


@bp.get("/sessions/<ref>/room")
@door.needs("coordinator")
def of_session(ref: str) -> str:
    """The rooms at the place where two people meet."""
    session = door.find(Session, ref)
    return _page(session, other_of(session), url_for("sessions.show", ref=ref))


def _page(held: Held, name: str, home: str) -> str:
    store, now = door.store(), clock.now()
    return render_template(
        "meeting_rooms/choose.html",
        held=held, name=name, home=home, options=room_choices.options(store, held),
        later_ones=room_choices.later(store, held, now),
    )  # fmt: skip


@bp.post("/sessions/<ref>/room")
@door.needs("coordinator")
def pick_for_session(ref: str) -> Response:
    """Give it the room that was picked."""
    session = door.find(Session, ref)
    return _pick(session, url_for("sessions.show", ref=ref))


def _pick(held: Held, home: str) -> Response:
    which = Which.LATER if request.form.get("which") == Which.LATER else Which.ONLY
    room = request.form.get("room", "")
    with door.refusals_on(home):
        left = room_choices.pick(door.store(), held, room, which, door.me(), clock.now())
    said = _("The room is changed. They are told.")
    if left:
        more = ngettext(
            "%(num)d later one keeps its room, as this one is taken then.",
            "%(num)d later ones keep their room, as this one is taken then.",
            len(left),
        )
        said += " " + more
    return door.done(home, said)


def _led(ref: str, meeting_ref: str) -> Meeting:
    """A meeting of a group that the reader leads, or is the hub for."""
    return led.meeting_of(led.group_of(ref), meeting_ref)


@bp.get("/groups/<ref>/meetings/<meeting_ref>/room")
@door.needs()
def of_meeting(ref: str, meeting_ref: str) -> str:
    """The rooms at the place where a group meets."""
    meeting = _led(ref, meeting_ref)
    return _page(meeting, meeting.group.name, url_for("groups.show", ref=ref))


@bp.post("/groups/<ref>/meetings/<meeting_ref>/room")
@door.needs()
def pick_for_meeting(ref: str, meeting_ref: str) -> Response:
    """Give it the room that was picked."""
    return _pick(_led(ref, meeting_ref), url_for("groups.show", ref=ref))
