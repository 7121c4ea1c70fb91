"""Coming once to a group in which one has no seat: see it, and say whether one comes."""

from flask import Blueprint, abort, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, led
from supervisor.groups import meetings, visits
from supervisor.models import Meeting

bp = Blueprint("visits", __name__)


@bp.get("/meetings/<ref>")
@door.needs()
def show(ref: str) -> str:
    """The one meeting to which I come."""
    meeting, me = _mine(ref), door.me()
    said = {one.person_id: one.coming for one in meeting.attendances}
    visit = next(one for one in meeting.guests if one.person_id == me.id)
    return render_template(
        "groups/visit.html",
        meeting=meeting,
        instead=visit.instead,
        mine=said.get(me.id),
        over=meeting.starts_at <= clock.now(),
    )


def _mine(ref: str) -> Meeting:
    meeting = door.find(Meeting, ref)
    if all(one.person_id != door.me().id for one in meeting.guests):
        abort(404)
    return meeting


@bp.post("/meetings/<ref>/answer")
@door.needs()
def answer(ref: str) -> Response:
    """Say whether I will come."""
    meeting, here = _mine(ref), url_for("visits.show", ref=ref)
    with door.refusals_on(here):
        coming = fields.yes_or_no("coming")
        meetings.answer(door.store(), meeting, door.me(), coming, clock.now())
    said = _("Thank you. Whoever leads the group sees it.")
    return door.done(here, said if coming else _("Noted. See you next time."))


@bp.post("/groups/<ref>/meetings/<meeting_ref>/together/<other_ref>")
@door.needs()
def join(ref: str, meeting_ref: str, other_ref: str) -> Response:
    """My group is too few: this once it meets with another."""
    store, now = door.store(), clock.now()
    meeting = led.meeting_of(led.group_of(ref), meeting_ref)
    found = (one.meeting for one in visits.options(store, meeting, now))
    other = next((one for one in found if one.ref == other_ref), None)
    if other is None:
        abort(404)
    here = url_for("groups.show", ref=ref, off=meeting_ref)
    with door.refusals_on(url_for("groups.show", ref=ref)):
        visits.join(store, meeting, other, door.me(), now)
    return door.done(
        here, _("This once you meet with %(group)s. All are asked.", group=other.group.name)
    )
