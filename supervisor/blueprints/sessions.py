"""Book a time, see it, move it, call it off, and say whether it happened."""

from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, delivery, door, entitlements, openings, plans, sessions
from supervisor.errors import Refused
from supervisor.models import Entitlement, Session
from supervisor.rules.kinds import Answer, Side
from supervisor.sessions import TimeGone

bp = Blueprint("sessions", __name__)
SHOWN = 8
LATER = 24


@bp.get("/entitlements/<ref>/times")
@door.needs()
def times(ref: str) -> str:
    """Times that suit both; `?later=1` shows more."""
    return _times(door.find(Entitlement, ref))


def _times(entitlement: Entitlement, moving: Session | None = None, error: str = "") -> str:
    count = LATER if "later" in request.args else SHOWN
    found = openings.openings(door.store(), entitlement, clock.now(), count=count)
    days: dict[str, list[openings.Opening]] = {}
    for time in sorted(found.times, key=lambda t: t.starts_at):
        days.setdefault(time.local_start.date().isoformat(), []).append(time)
    match = entitlements.running_match(door.store(), entitlement, door.hub_today())
    return render_template(
        "sessions/times.html", entitlement=entitlement, found=found, days=days, match=match,
        moving=moving, later="later" in request.args, error=error,
    )  # fmt: skip


@bp.post("/entitlements/<ref>/times")
@door.needs()
def book(ref: str) -> Response | tuple[str, int]:
    """Book the time that was picked."""
    entitlement = door.find(Entitlement, ref)
    try:
        starts_at, mode = _picked()
        session = sessions.book(
            door.store(), entitlement, starts_at, mode, door.me(), clock.now()
        )
    except TimeGone as gone:
        return _gone(url_for("sessions.book", ref=ref), gone, entitlement)
    except Refused as refusal:
        door.store().rollback()
        return _times(door.find(Entitlement, ref), error=door.words(refusal)), 422
    return door.done(url_for("sessions.show", ref=session.ref), _("You are booked."))


def _picked() -> tuple[datetime, str | None]:
    """The radio's value: an instant and a mode, as the page offered them."""
    start, _sep, mode = request.form.get("start", "").partition("|")
    try:
        at = datetime.fromisoformat(start)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Refused(_("Pick one of the times."), field="start")
    return at, mode or None


def _gone(action: str, gone: TimeGone, entitlement: Entitlement) -> tuple[str, int]:
    ref = entitlement.ref
    door.store().rollback()
    page = render_template("sessions/gone.html", action=action, others=gone.others, ref=ref)
    return page, 409


@bp.get("/sessions/<ref>")
@door.needs()
def show(ref: str) -> str:
    """One session: when, how, with whom, and the year it belongs to."""
    session = door.find(Session, ref)
    position = entitlements.position(door.store(), session.entitlement, clock.now())
    return render_template("sessions/show.html", s=session, position=position, now=clock.now(),
                           other=_other(session))  # fmt: skip


def _other(session: Session) -> str:
    """Whom the reader meets; the coordinator reads both."""
    mine = {session.entitlement.person_id: session.provider.name,
            session.provider_id: session.entitlement.person.name}  # fmt: skip
    both = f"{session.entitlement.person.name}, {session.provider.name}"
    return mine.get(door.me().id, both)


@bp.get("/sessions/<ref>/move")
@door.needs()
def move_times(ref: str) -> str:
    """The times to which it can be moved."""
    session = door.find(Session, ref)
    return _times(session.entitlement, moving=session)


@bp.post("/sessions/<ref>/move")
@door.needs()
def move(ref: str) -> Response | tuple[str, int]:
    """Move it to the time that was picked."""
    session = door.find(Session, ref)
    entitlement = session.entitlement
    try:
        starts_at, mode = _picked()
        sessions.move(door.store(), session, starts_at, mode, door.me(), clock.now())
    except TimeGone as gone:
        return _gone(url_for("sessions.move", ref=ref), gone, entitlement)
    return door.done(url_for("sessions.show", ref=ref), _("It is moved. You have both been told."))


@bp.post("/sessions/<ref>/cancellation")
@door.needs()
def cancel(ref: str) -> Response:
    """Call it off; the next times are shown at once."""
    session = door.find(Session, ref)
    side = request.form.get("side")
    sessions.cancel(
        door.store(), session, door.me(), clock.now(), Side(side) if side in set(Side) else None
    )
    where = url_for("sessions.times", ref=session.entitlement.ref)
    return door.done(where, _("It is called off, and still yours to have. Here are the next times."))


@bp.get("/sessions/<ref>/confirmation")
@door.needs()
def confirmation(ref: str) -> str:
    """Did it happen?"""
    session = door.find(Session, ref)
    return render_template("sessions/confirmation.html", s=session, other=_other(session),
                           side=sessions.side_of(session, door.me()))  # fmt: skip


@bp.post("/sessions/<ref>/confirmation")
@door.needs()
def confirm(ref: str) -> Response:
    """Keep one side's answer."""
    session, me = door.find(Session, ref), door.me()
    given = request.form.get("side", "")
    side = Side(given) if given in set(Side) else sessions.side_of(session, me)
    answer = request.form.get("answer", "")
    if answer not in set(Answer):
        raise Refused(_("Say whether it happened."), field="answer")
    delivery.confirm(door.store(), session, side, Answer(answer), me, clock.now())
    return door.done(url_for("sessions.show", ref=ref), _("Thank you. That is written down."))


@bp.post("/entitlements/<ref>/plan")
@door.needs()
def keep_plan(ref: str) -> Response:
    """Keep the whole plan with one tap."""
    entitlement = door.find(Entitlement, ref)
    kept, gone = plans.keep(door.store(), entitlement, door.me(), clock.now())
    said = _("%(n)d meetings are booked.", n=len(kept))
    if gone:
        said += " " + _("%(n)d times had gone. Book those one by one.", n=len(gone))
    return door.done(url_for("auth.home"), said)
