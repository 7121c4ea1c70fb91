"""Book a time, see it, move it, call it off, and say whether it happened."""

from datetime import date, datetime, timedelta
from itertools import groupby

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import clock, door, entitlements, fields, wording
from supervisor.commitments import TimeGone
from supervisor.errors import Refused
from supervisor.feeds import feeds
from supervisor.meeting_rooms import room_choices
from supervisor.models import Entitlement, Person, Session
from supervisor.openings import bookable, openings
from supervisor.pair import gone_page, home_of, is_mine, myself, other_of, side_said
from supervisor.reach import by_hand
from supervisor.rules.kinds import Kind, Mode, Which
from supervisor.rules.openings import BookingSettings
from supervisor.rules.rhythm import Rhythm, words
from supervisor.rules.words import N_, Words
from supervisor.sessions import (
    corrections,
    delivery,
    first_meetings,
    placing,
    series,
    sessions,
    sooner,
)
from supervisor.settings import read
from supervisor.zones import to_utc

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
    with_ = moving.provider if moving else myself(entitlement)
    booking = read(door.store(), BookingSettings)
    count = booking.shown_later if later else booking.shown
    found = openings.openings(
        door.store(), entitlement, clock.now(), count=count, provider=with_, moving=moving
    )
    ordered = sorted(_others_than(moving, found.times), key=lambda time: time.starts_at)
    other = with_ or entitlements.serving(door.store(), entitlement, door.hub_today())
    return render_template(
        "sessions/times.html",
        entitlement=entitlement,
        found=found,
        days=[(day, list(some)) for day, some in groupby(ordered, _day)],
        provider=other,
        first=not moving and first_meetings.due_with(door.store(), entitlement, other),
        home=home_of(entitlement.person),
        moving=moving,
        more=not later and len(found.times) >= count,
        error=error,
        asked=request.form.get("asked", ""),
        off=off,
        off_with=series.called_off_with(door.store(), off) if off else [],
        later_ones=series.later(door.store(), moving, clock.now()) if moving else [],
        unbooked=entitlements.position(door.store(), entitlement, clock.now()).unbooked,
    )


def _others_than(moving: Session | None, times: list[openings.Opening]) -> list[openings.Opening]:
    """Where it is now is no time to move it to."""
    now = (moving.starts_at, moving.mode) if moving else None
    return [time for time in times if (time.starts_at, time.mode) != now]


def _day(time: openings.Opening) -> date:
    return time.local_start.date()


@bp.post("/entitlements/<ref>/times")
@door.needs()
def book(ref: str) -> Page:
    """Book the time that was picked."""
    entitlement = door.find(Entitlement, ref)
    if "series" in request.form:
        start = request.form.get("start", "")
        return redirect(url_for("series.show", ref=ref, start=start), code=303)
    store, me, now, with_ = door.store(), door.me(), clock.now(), myself(entitlement)
    try:
        starts_at, mode = _start(entitlement)
        session = sessions.book(store, entitlement, starts_at, mode, me, now, with_)
    except TimeGone as gone:

        def on_video() -> object:
            return sessions.take(store, entitlement, starts_at, Mode.VIDEO, me, now, with_)

        return gone_page(url_for("sessions.book", ref=ref), gone, ref, (starts_at, on_video))
    except Refused as refusal:
        door.keep_nothing()
        return _times(door.find(Entitlement, ref), error=door.words(refusal)), 422
    return door.done(url_for("sessions.show", ref=session.ref), _("The time is yours."))


def _start(entitlement: Entitlement) -> tuple[datetime, str | None]:
    """One of the times that were offered, or another that they ask for, in the worker's zone."""
    if "asked" not in request.form:
        return fields.a_start()
    wall = fields.a_wall_time("asked")
    bookable.refuse_between(door.store(), wall)
    return to_utc(wall, entitlements.zone_of(door.store(), entitlement)), None


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
        other=other_of(session),
        for_them=not is_mine(session),
        home=home_of(session.entitlement.person),
        subscribed=feeds.live(door.store(), door.me()),
        level=feeds.level_of(door.store(), door.me()),
        differs=delivery.disputed(session),
        settled=delivery.settled(session),
        later_ones=series.later(door.store(), session, now),
        rhythm=_rhythm(session),
        joins=placing.joining(door.store(), session, door.me()),
        sooner=sooner.stands(door.store(), session, door.me(), now),
        may_answer=_may_answer(session),
        may_change=_may_change(session),
        has_rooms=_may_choose_room(session),
        by_hand=[one for one in _others(session) if by_hand(door.store(), one)],
    )


def _others(session: Session) -> list[Person]:
    """The two, without the reader."""
    both = session.entitlement.person, session.provider
    return [one for one in both if one.id != door.me().id]


def _may_choose_room(session: Session) -> bool:
    """The hub picks rooms, where the place has some."""
    return door.viewer().coordinator and room_choices.has_rooms(door.store(), session, clock.now())


def _rhythm(session: Session) -> Words | None:
    made = session.series
    return words(made.first_start, Rhythm(made.rhythm)) if made else None


def _may_answer(session: Session) -> bool:
    """Whether the reader, or the hub for one of the two, can still say it."""
    return bool(delivery.open_sides(door.store(), session, door.me(), clock.now()))


def _may_change(session: Session) -> bool:
    """Whether an answer of theirs can still be put right."""
    store, me, now = door.store(), door.me(), clock.now()
    return any(corrections.can_change(store, said, me, now) for said in session.confirmations)


@bp.get("/sessions/<ref>/meeting.ics")
@door.needs()
def file(ref: str) -> Response:
    """The meeting for one's own calendar, saying as much as the owner lets their calendars say."""
    session = door.find(Session, ref)
    if not is_mine(session) or session.entitlement.kind == Kind.DEBRIEF:
        abort(404)
    answer = make_response(
        feeds.file_of(door.store(), door.me(), session, clock.now(), wording.say)
    )
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
        which, now = _which(session), clock.now()
        left = series.move(door.store(), session, starts_at, mode, door.me(), now, which)
    except TimeGone as gone:

        def on_video() -> None:
            sessions.put(door.store(), session, starts_at, Mode.VIDEO, door.me(), now)

        return gone_page(url_for("sessions.move", ref=ref), gone, owed, (starts_at, on_video))
    except Refused as refusal:
        door.keep_nothing()
        session = door.find(Session, ref)
        return _times(session.entitlement, session, door.words(refusal)), 422
    return door.done(url_for("sessions.show", ref=ref), _said_of_move(left))


def _said_of_move(left: list[Session]) -> str:
    said = str(_("It is moved."))
    if left:
        more = ngettext(
            "For %(num)d there is no such time before the period ends. It is still owed.",
            "For %(num)d there is no such time before the period ends. They are still owed.",
            len(left),
        )
        said += " " + more
    return said


def _which(session: Session) -> Which:
    """Whether the later ones of its series change with it: always asked where there are some."""
    if not series.later(door.store(), session, clock.now()):
        return Which.ONLY
    ask = N_("Say whether only this one changes, or all later ones too.")
    return fields.one_of(Which, "which", ask)


@bp.post("/sessions/<ref>/cancellation")
@door.needs()
def cancel(ref: str) -> Response:
    """Call it off; the next times are shown at once, and a way back."""
    session = door.find(Session, ref)
    with door.refusals_on(url_for("sessions.show", ref=ref)):
        side = side_said(session, N_("Say whose change it is."))
        series.cancel(door.store(), session, door.me(), clock.now(), side, _which(session))
    return door.done(url_for("sessions.times", ref=session.entitlement.link, off=ref))


@bp.post("/sessions/<ref>/restoration")
@door.needs()
def restore(ref: str) -> Page:
    """Undo calling it off."""
    session = door.find(Session, ref)
    owed = session.entitlement.link
    try:
        _on, lost = series.restore(door.store(), session, door.me(), clock.now())
    except TimeGone as gone:
        return gone_page(url_for("sessions.book", ref=owed), gone, owed)
    except Refused as refusal:
        return door.not_done(url_for("sessions.times", ref=owed), refusal)
    said = _("It is on again.")
    if lost:
        times = ", ".join(wording.day_and_time(one.local_start) for one in lost)
        said += " " + _("Gone by now, so choose another time for it: %(times)s.", times=times)
    return door.done(url_for("sessions.show", ref=ref), said)
