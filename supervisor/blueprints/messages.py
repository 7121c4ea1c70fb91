"""What the hub hands over to those whom no mail reaches, and the mail that still waits."""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, letters, messages
from supervisor.models import Message

bp = Blueprint("messages", __name__)


@bp.get("/messages")
@door.needs("coordinator")
def index() -> str:
    """To say by phone, text or on paper, each in its reader's language; and what mail waits."""
    store, now = door.store(), clock.now()
    by_hand = [
        (message, letter)
        for message in messages.to_hand_over(store, now)
        if (letter := letters.of(store, message, now))
    ]
    waiting = messages.mail_waiting(store, now)
    return render_template("messages/index.html", by_hand=by_hand, waiting=waiting)


@bp.post("/messages/<ref>/handover")
@door.needs("coordinator")
def hand_over(ref: str) -> Response:
    """It was said, sent or printed."""
    message = door.find(Message, ref)
    messages.handed_over(door.store(), message, door.me(), clock.now())
    name = message.recipient.name
    return door.done(
        url_for("messages.index"), _("Written down: %(name)s has been told.", name=name)
    )
