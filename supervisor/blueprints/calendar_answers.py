"""Answers to invitations that came in by mail, and on which the hub decides."""

from flask import Blueprint, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door
from supervisor.calendar_answers import calendar_answers
from supervisor.models import InvitationReply

bp = Blueprint("calendar_answers", __name__)


@bp.post("/answers/<ref>/done")
@door.needs("coordinator")
def settle(ref: str) -> Response:
    """Somebody of the hub has seen to it."""
    calendar_answers.settle(door.store(), door.find(InvitationReply, ref), door.me(), clock.now())
    return door.done(url_for("today.show"), _("That answer is seen to."))
