"""Book a time, see it, move it, call it off, and say whether it happened."""

from datetime import date, datetime, timedelta
from itertools import groupby

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import (
    clock,
    delivery,
    door,
    entitlements,
    feeds,
    first_meetings,
    openings,
    plans,
    sessions,
    wording,
)
from supervisor.commitments import TimeGone
from supervisor.errors import Refused
from supervisor.models import Entitlement, Person, Session
from supervisor.rules.kinds import Answer, Kind, Side
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import N_
from supervisor.settings import read
from supervisor.zones import to_local, to_utc

bp = Blueprint("sessions", __name__)
Page = Response | tuple[str, int]


@bp.get("/entitlements/<ref>/times")
@door.needs()
def times(ref: str) -> str:
    """Times that suit both; `?later=1` shows more, `?off=` what was just called off."""
    return _times(door.find(Entitlement, ref), off=_called_off())


def _called_off() -> Session | None:
    """A meeting that was called off a moment ago, so that it can be undone."""
    ref = request.args.get("off", "")
    session = door.find(Session, ref) if ref else None
    minutes = timedelta(minutes=read(door.store(), BookingSettings).undo_minutes)
    fresh = session and session.cancelled_at and clock.now() - session.cancelled_at <= minutes
    return session if fresh else None


def _times(
    entitlement: Entitlement,
    moving: Session | None = None,
    error: str = "",
    off: Session | None = None,
) -> str:
    later = "later" in request.args
    with_ = moving.provider if moving else _myself(entitlement)
    booking = read(door.store(), BookingSettings)
    count = booking.shown_later if later else booking.shown
    found = openings.openings(
        door.store(), entitlement, clock.now(), count=count, provider=with_, moving=moving
    )
    ordered = sorted(found.times, key=lambda time: time.starts_at)
    other = with_ or entitlements.serving(door.store(), entitlement, door.hub_today())
    return render_template(
        "sessions/times.html",
        entitlement=entitlement,
        found=found,
        days=[(day, list(some)) for day, some in groupby(ordered, _day)],
        provider=other,
        first=not moving and first_meetings.due_with(door.store(), entitlement, other),
        home=_home(entitlement.person),
        moving=moving,
        later=later,
        error=error,
        asked=request.form.get("asked", ""),
        off=off,
    )


def _day(time: openings.Opening) -> date:
    return time.local_start.date()


def _myself(entitlement: Entitlement) -> Person | None:
    """A provider books with themselves. For the worker and the hub it is whoever serves then."""
    me = door.me()
    mine = me.id == entitlement.person_id or door.viewer().coordinator
    return None if mine else me


def _home(worker: Person) -> str:
    """Where this reader came from: the hub from the worker's page, anyone else from their own."""
    for_them = door.viewer().coordinator and worker.id != door.me().id
    return url_for("people.show", ref=worker.ref) if for_them else url_for("auth.home")


@bp.post("/entitlements/<ref>/times")
@door.needs()
def book(ref: str) -> Page:
    """Book the time that was picked."""
    entitlement = door.find(Entitlement, ref)
    try:
        starts_at, mode = _start(entitlement)
        session = sessions.book(
            door.store(), entitlement, starts_at, mode, door.me(), clock.now(),
            _myself(entitlement),
        )  # fmt: skip
    except TimeGone as gone:
        return _gone(url_for("sessions.book", ref=ref), gone, ref)
    except Refused as refusal:
        door.store().rollback()
        return _times(door.find(Entitlement, ref), error=door.words(refusal)), 422
    return door.done(url_for("sessions.show", ref=session.ref), _("The time is yours."))


def _start(entitlement: Entitlement) -> tuple[datetime, str | None]:
    """One of the times that were offered, or another that they ask for, in the worker's zone."""
    if "asked" not in request.form:
        return door.a_start()
    wall = door.a_wall_time("asked")
    return to_utc(wall, entitlements.zone_of(door.store(), entitlement)), None


def _gone(action: str, gone: TimeGone, ref: str) -> tuple[str, int]:
    door.store().rollback()
    page = render_template("sessions/gone.html", action=action, others=gone.others, ref=ref)
    return page, 409


@bp.get("/sessions/<ref>")
@door.needs()
def show(ref: str) -> str:
    """One session: when, how, with whom, and the year it belongs to."""
    session, now = door.find(Session, ref), clock.now()
    owed = door.look(Entitlement, session.entitlement.link)
    return render_template(
        "sessions/show.html",
        s=session,
        position=entitlements.position(door.store(), owed, now) if owed else None,
        now=now,
        other=_other(session),
        for_them=not _is_mine(session),
        home=_home(session.entitlement.person),
        subscribed=feeds.live(door.store(), door.me()),
        level=feeds.level_of(door.store(), door.me()),
        differs=delivery.disputed(session),
        may_answer=_may_answer(session),
    )


def _may_answer(session: Session) -> bool:
    """Whether the reader, or one of those for whom the hub reads, has not said yet."""
    said = {confirmation.side for confirmation in session.confirmations}
    asked = {sessions.side_of(session, door.me())} if _is_mine(session) else set(Side)
    return not asked <= said


def _is_mine(session: Session) -> bool:
    """Whether the reader is one of the two; else it is the hub, for one of them."""
    return door.me().id in {session.entitlement.person_id, session.provider_id}


def _other(session: Session) -> str:
    """Whom the reader meets; the hub reads both."""
    worker, provider = session.entitlement.person, session.provider
    if not _is_mine(session):
        return str(_("%(one)s and %(other)s", one=worker.name, other=provider.name))
    return (provider if door.me().id == worker.id else worker).name


@bp.get("/sessions/<ref>/meeting.ics")
@door.needs()
def file(ref: str) -> Response:
    """The meeting for one's own calendar, saying as much as the owner lets their calendars say."""
    session = door.find(Session, ref)
    if not _is_mine(session) or session.entitlement.kind == Kind.DEBRIEF:
        abort(404)
    answer = make_response(feeds.file_of(door.store(), door.me(), session, wording.say))
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return answer


@bp.get("/sessions/<ref>/move")
@door.needs()
def move_times(ref: str) -> str | Response:
    """The times to which it can be moved."""
    session = door.find(Session, ref)
    if session.outcome or session.cancelled_at or session.starts_at <= clock.now():
        return redirect(url_for("sessions.show", ref=ref))
    return _times(session.entitlement, moving=session)


@bp.post("/sessions/<ref>/move")
@door.needs()
def move(ref: str) -> Page:
    """Move it to the time that was picked."""
    session = door.find(Session, ref)
    owed = session.entitlement.link
    try:
        starts_at, mode = _start(session.entitlement)
        sessions.move(door.store(), session, starts_at, mode, door.me(), clock.now())
    except TimeGone as gone:
        return _gone(url_for("sessions.move", ref=ref), gone, owed)
    except Refused as refusal:
        door.store().rollback()
        session = door.find(Session, ref)
        return _times(session.entitlement, session, door.words(refusal)), 422
    return door.done(url_for("sessions.show", ref=ref), _("It is moved. You have both been told."))


@bp.post("/sessions/<ref>/cancellation")
@door.needs()
def cancel(ref: str) -> Response:
    """Call it off; the next times are shown at once, and a way back."""
    session = door.find(Session, ref)
    try:
        side = _side(session, N_("Say whose change it is."))
        sessions.cancel(door.store(), session, door.me(), clock.now(), side)
    except Refused as refusal:
        return door.not_done(url_for("sessions.show", ref=ref), refusal)
    return door.done(url_for("sessions.times", ref=session.entitlement.link, off=ref))


@bp.post("/sessions/<ref>/restoration")
@door.needs()
def restore(ref: str) -> Page:
    """Undo calling it off."""
    session = door.find(Session, ref)
    owed = session.entitlement.link
    try:
        sessions.restore(door.store(), session, door.me(), clock.now())
    except TimeGone as gone:
        return _gone(url_for("sessions.book", ref=owed), gone, owed)
    except Refused as refusal:
        return door.not_done(url_for("sessions.times", ref=owed), refusal)
    return door.done(url_for("sessions.show", ref=ref), _("It is on again."))


def _side(session: Session, ask: str) -> Side:
    """Whose word it is: one's own, or, typed by the hub, that of the one named in the form."""
    if not _is_mine(session):
        return door.one_of(Side, "side", ask)
    return sessions.side_of(session, door.me())


@bp.get("/sessions/<ref>/confirmation")
@door.needs()
def confirmation(ref: str) -> str:
    """Did it happen?"""
    session = door.find(Session, ref)
    side = sessions.side_of(session, door.me()) if _is_mine(session) else None
    return render_template(
        "sessions/confirmation.html",
        s=session,
        other=_other(session),
        for_them=side is None,
        side=side,
        over=session.starts_at <= clock.now(),
        answered=any(said.side == side for said in session.confirmations),
    )


@bp.post("/sessions/<ref>/confirmation")
@door.needs()
def confirm(ref: str) -> Response:
    """Keep one side's answer."""
    session, here = door.find(Session, ref), url_for("sessions.show", ref=ref)
    try:
        side = _side(session, N_("Say whose answer it is."))
        answer = door.one_of(Answer, "answer", N_("Say whether it happened."))
        delivery.confirm(door.store(), session, side, answer, door.me(), clock.now())
    except Refused as refusal:
        return door.not_done(here, refusal)
    return door.done(door.back(here), _("Thank you. That is written down."))


@bp.post("/entitlements/<ref>/plan")
@door.needs()
def keep_plan(ref: str) -> Response:
    """Keep the whole plan with one tap."""
    entitlement = door.find(Entitlement, ref)
    kept, gone = plans.keep(door.store(), entitlement, door.me(), clock.now(), _myself(entitlement))
    said = ngettext("%(num)d meeting is booked.", "%(num)d meetings are booked.", len(kept))
    if gone:
        zone = entitlements.zone_of(door.store(), entitlement)
        times = ", ".join(wording.day_and_time(to_local(one.starts_at, zone)) for one in gone)
        said += " " + _("Gone by now, so choose another time for it: %(times)s.", times=times)
    return door.done(_home(entitlement.person), said)
