"""Did it happen? Each side says so once, and puts right what was tapped by mistake."""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields
from supervisor.models import Confirmation, Session
from supervisor.pair import is_mine, other_of, side_said
from supervisor.rules.kinds import Answer, Side
from supervisor.rules.words import N_
from supervisor.sessions import corrections, delivery, sessions

bp = Blueprint("delivery", __name__)


@bp.get("/sessions/<ref>/confirmation")
@door.needs()
def show(ref: str) -> str:
    """Did it happen?"""
    session = door.find(Session, ref)
    side = sessions.side_of(session, door.me()) if is_mine(session) else None
    return render_template(
        "delivery/show.html",
        s=session,
        other=other_of(session),
        for_them=side is None,
        side=side,
        over=session.starts_at <= clock.now(),
        answered=any(said.side == side for said in session.confirmations),
        sides=delivery.open_sides(door.store(), session, door.me(), clock.now()),
        changes=_changes(session),
    )


def _changes(session: Session) -> list[tuple[Confirmation, bool]]:
    """The answers that the reader may change, and whether each can be taken back as well."""
    store, me, now = door.store(), door.me(), clock.now()
    return [
        (said, corrections.can_undo(store, said, me, now))
        for said in session.confirmations
        if corrections.can_change(store, said, me, now)
    ]


@bp.post("/sessions/<ref>/confirmation")
@door.needs()
def confirm(ref: str) -> Response:
    """Keep one side's answer."""
    session, here = door.find(Session, ref), url_for("sessions.show", ref=ref)
    with door.refusals_on(here):
        delivery.confirm(door.store(), session, *_said(session), door.me(), clock.now())
    said = _("Thank you. That is written down. Open the meeting to change it, if it is not right.")
    return door.done(door.back(here), said)


def _said(session: Session) -> tuple[Side, Answer]:
    """Whose answer was given, and which."""
    side = side_said(session, N_("Say whose answer it is."))
    return side, fields.one_of(Answer, "answer", N_("Say whether it happened."))


@bp.post("/sessions/<ref>/correction")
@door.needs()
def correct(ref: str) -> Response:
    """Another answer in place of the one that was given."""
    session, here = door.find(Session, ref), url_for("delivery.show", ref=ref)
    with door.refusals_on(here):
        corrections.correct(door.store(), session, *_said(session), door.me(), clock.now())
    return door.done(here, _("It is changed. Both answers are kept in the record."))


@bp.post("/sessions/<ref>/correction/undoing")
@door.needs()
def undo(ref: str) -> Response:
    """As it was before the last tap."""
    session, here = door.find(Session, ref), url_for("delivery.show", ref=ref)
    with door.refusals_on(here):
        side = side_said(session, N_("Say whose answer it is."))
        corrections.take_back(door.store(), session, side, door.me(), clock.now())
    return door.done(here, _("It is as it was before."))
