"""Book a series of meetings: looked at first, then booked with one press."""

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import clock, door, entitlements, fields, wording
from supervisor.commitments import TimeGone
from supervisor.errors import Refused
from supervisor.models import Entitlement
from supervisor.pair import gone_page, home_of, myself
from supervisor.rooms.room_hours import NoRoom
from supervisor.rules.kinds import Mode
from supervisor.rules.rhythm import Rhythm, nearest, words
from supervisor.rules.words import N_
from supervisor.sessions import series, sessions
from supervisor.sessions.series import Asked

bp = Blueprint("series", __name__)


@bp.get("/entitlements/<ref>/series")
@door.needs()
def show(ref: str) -> str | Response:
    """Which times of a rhythm would be booked from the one that was picked on."""
    entitlement = door.find(Entitlement, ref)
    with door.refusals_on(url_for("sessions.times", ref=ref)):
        asked = _asked(entitlement)
        try:
            steps = series.preview(door.store(), asked, clock.now())
        except NoRoom as none:
            return _rather_on_video(asked, none)
    provider = asked.provider or entitlements.serving(door.store(), entitlement, door.hub_today())
    first = steps[0].local_start
    return render_template(
        "series/show.html",
        entitlement=entitlement,
        other=entitlement.person if provider and provider.id == door.me().id else provider,
        steps=steps,
        fit=sum(step.why is None for step in steps),
        left=entitlements.position(door.store(), entitlement, clock.now()).unbooked,
        asked=asked,
        start=request.values["start"],
        rhythms={rhythm: words(first, rhythm) for rhythm in Rhythm},
        for_them=home_of(entitlement.person) != url_for("auth.home"),
    )


def _rather_on_video(asked: Asked, none: NoRoom) -> Response:
    """Without a room the same times by video are looked at instead, if they can be had."""
    on_video = replace(asked, mode=Mode.VIDEO)
    try:
        series.preview(door.store(), on_video, clock.now())
    except Refused:
        raise none from None
    start = f"{asked.starts_at.isoformat()}|{Mode.VIDEO}"
    there = url_for("series.show", ref=asked.entitlement.ref, start=start, rhythm=asked.rhythm)
    return door.done(there, f"{door.words(none)} {_('By video it would be like this:')}")


def _asked(entitlement: Entitlement) -> Asked:
    """What the page says; without a rhythm, the one that best spreads what is still owed."""
    starts_at, mode = fields.a_start()
    provider, given = myself(entitlement), request.values.get("rhythm")
    if given is not None and given not in set(Rhythm):
        raise Refused(N_("Say how often you meet."), field="rhythm")
    rhythm = Rhythm(given) if given else _fitting(entitlement, starts_at)
    return Asked(entitlement, starts_at, mode, rhythm, door.me(), provider)


def _fitting(entitlement: Entitlement, starts_at: datetime) -> Rhythm:
    left = entitlements.position(door.store(), entitlement, clock.now()).unbooked
    days = (entitlement.ends_on - starts_at.date()).days
    return nearest(days / max(left, 1))


@bp.post("/entitlements/<ref>/series")
@door.needs()
def book(ref: str) -> Response | tuple[str, int]:
    """Book every time that suits both, and say what was left out."""
    entitlement = door.find(Entitlement, ref)
    try:
        asked = _asked(entitlement)
        booked, left_out = series.book(door.store(), asked, clock.now())
    except TimeGone as gone:
        video = asked.starts_at, lambda: _on_video(asked)
        return gone_page(url_for("sessions.book", ref=ref), gone, ref, video, series=True)
    except Refused as refusal:
        return door.not_done(url_for("sessions.times", ref=ref), refusal)
    said = ngettext("%(num)d meeting is booked.", "%(num)d meetings are booked.", len(booked))
    if left_out:
        times = ", ".join(wording.day_and_time(step.local_start) for step in left_out)
        said += " " + _("Left out: %(times)s.", times=times)
    return door.done(url_for("sessions.show", ref=booked[0].ref), said)


def _on_video(asked: Asked) -> object:
    """The first of it at the same time."""
    who = asked.by, clock.now(), asked.provider
    return sessions.check(door.store(), asked.entitlement, asked.starts_at, Mode.VIDEO, *who)
