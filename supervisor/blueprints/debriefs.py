"""Somebody wants to talk: asked for in two taps, answered by link, and gone when it is over.

The addresses tell nothing: a worker's own has no id in it, and each of those who are asked has
another one.
"""

from datetime import datetime, timedelta

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import audit, clock, door, fields
from supervisor.debriefs import debrief_messages, debrief_people, debrief_rounds, debriefs
from supervisor.debriefs.debrief_people import DebriefSettings
from supervisor.debriefs.debriefs import Wish
from supervisor.errors import Refused
from supervisor.hours.ways import zone_of
from supervisor.models import Debrief, DebriefAsk, Person
from supervisor.rules.debrief import Whom
from supervisor.rules.kinds import Mode
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read
from supervisor.zones import to_local, to_utc

bp = Blueprint("debriefs", __name__)
SOON = (15, 30, 60)
WAYS = (Mode.PHONE, Mode.VIDEO)


@bp.get("/talk")
@door.needs("worker")
def show() -> str:
    """The lines at once, then whom; or how it stands with what was asked."""
    found = debriefs.open_of(door.store(), door.me())
    return _stands(found) if found else _form()


def _stands(debrief: Debrief) -> str:
    store, now = door.store(), clock.now()
    return render_template(
        "debriefs/show.html",
        d=debrief,
        truth=debrief_messages.truth(store, debrief, now),
        told_by=debrief_people.ways(store).of_worker(door.me()),
        starts=_wall(debrief.starts_at),
        more=_wall(debrief.next_at),
        now=now,
    )


def _form(refusal: Refused | None = None) -> str:
    store, now = door.store(), clock.now()
    supervised, managers = debriefs.whom_to_ask(store, door.me(), now)
    return render_template(
        "debriefs/ask.html",
        supervised=supervised,
        managers=managers,
        night=debrief_people.at_night(store, door.me(), now),
        settings=read(store, DebriefSettings),
        error=door.words(refusal) if refusal else "",
    )


def _wall(instant: datetime | None) -> datetime | None:
    """As a clock on the reader's wall says it."""
    zone = zone_of(door.me(), read(door.store(), HubSettings))
    return to_local(instant, zone) if instant else None


@bp.post("/talk")
@door.needs("worker")
def ask() -> Response:
    """The second tap: ask them. What is open already goes on, and they read how it stands."""
    again = debriefs.open_of(door.store(), door.me()) is not None
    debriefs.ask(door.store(), door.me(), _wish(), clock.now())
    said = _("You have asked already. This is how it stands.") if again else ""
    return door.done(url_for("debriefs.show"), said)


def _wish() -> Wish:
    """Whom, with the manager's id behind it where it is one; by phone, if nothing was picked."""
    whom, _bar, ref = request.form.get("whom", "").partition(":")
    way = request.form.get("way", Mode.PHONE)
    if whom not in set(Whom) or way not in WAYS or (whom == Whom.MANAGER) != bool(ref):
        abort(400)
    manager = door.store().query(Person).filter_by(ref=ref).one_or_none() if ref else None
    if ref and manager is None:
        abort(404)
    return Wish(Whom(whom), Mode(way), fields.a_word("number", 40), manager)


@bp.post("/talk/stop")
@door.needs("worker")
def stop() -> Response:
    """Not needed any more; twice is once."""
    if found := debriefs.open_of(door.store(), door.me()):
        debriefs.stop(door.store(), found, door.me(), clock.now())
    return door.done(url_for("debriefs.show"), _("It is stopped. Ask again whenever you like."))


@bp.post("/talk/talked")
@door.needs("worker")
def talked() -> Response:
    """The worker says that they have talked; twice is once."""
    with door.refusals_on(url_for("debriefs.show")):
        if found := debriefs.open_of(door.store(), door.me()):
            debriefs.talked(door.store(), found, clock.now())
    return door.done(url_for("auth.home"), _("Good. Nothing of it is kept with your sessions."))


@bp.get("/asked/<ref>")
@door.needs()
def asked(ref: str) -> str:
    """What somebody is asked, without a name; the name once they have said yes."""
    return _asked(door.find(DebriefAsk, ref))


def _asked(one: DebriefAsk, refusal: Refused | None = None) -> str:
    now = clock.now()
    debrief = one.debrief
    return render_template(
        "debriefs/asked.html",
        ask=one,
        d=debrief,
        mine=debrief.accepted_by_id == one.person_id,
        starts=_wall(debrief.starts_at),
        soon=[(minutes, _wall(now + timedelta(minutes=minutes))) for minutes in SOON],
        settings=read(door.store(), DebriefSettings),
        typed=_typed(debrief),
        error=door.words(refusal) if refusal else "",
        field=refusal.field if refusal else "",
        now=now,
    )


def _typed(debrief: Debrief) -> dict[str, str]:
    """What stands in the form: what was typed, else the way to reach them that the hub knows."""
    reach = (door.me().phone or "") if debrief.way == Mode.PHONE else ""
    return {"when": "0", "at": "", "reach": reach} | request.form.to_dict()


@bp.post("/asked/<ref>/yes")
@door.needs()
def accept(ref: str) -> Response | tuple[str, int]:
    """Take it, now or at a time; whoever comes second reads kindly that it is taken."""
    one, now = door.find(DebriefAsk, ref), clock.now()
    try:
        starts_at = _start(now)
        debriefs.accept(door.store(), one, starts_at, fields.a_word("reach", 200), now)
    except Refused as refusal:
        if refusal.field is None:
            return door.not_done(url_for("debriefs.asked", ref=ref), refusal)
        door.keep_nothing()
        return _asked(door.find(DebriefAsk, ref), refusal), 422
    return door.done(url_for("debriefs.asked", ref=ref), _("Thank you. They are told."))


def _start(now: datetime) -> datetime:
    """Now, in some minutes, or at a time of the reader's own clock."""
    when = request.form.get("when", "0")
    if when == "at":
        return to_utc(fields.a_wall_time("at"), zone_of(door.me(), read(door.store(), HubSettings)))
    if request.form.get("at"):
        raise Refused(
            N_("You wrote a time as well. Pick “At another time”, or empty it."), field="at"
        )
    minutes = {str(one): one for one in (0, *SOON)}
    if when not in minutes:
        raise Refused(N_("Say when."), field="when")
    return now + timedelta(minutes=minutes[when])


@bp.post("/asked/<ref>/no")
@door.needs()
def decline(ref: str) -> Response:
    """Not this time, without a reason; also after a yes, and then others are asked."""
    debriefs.decline(door.store(), door.find(DebriefAsk, ref), clock.now())
    return door.done(url_for("debriefs.asked", ref=ref))


@bp.post("/asked/<ref>/talked")
@door.needs()
def talked_too(ref: str) -> Response:
    """The one who took it says that they have talked."""
    one = door.find(DebriefAsk, ref)
    if one.debrief.accepted_by_id != door.me().id:
        abort(404)
    debriefs.talked(door.store(), one.debrief, clock.now())
    return door.done(url_for("debriefs.asked", ref=ref))


@bp.post("/today/talks")
@door.needs("coordinator")
def ask_others() -> Response:
    """The hub has more people asked, without seeing for whom."""
    debrief_rounds.ask_others(door.store(), clock.now())
    audit.record(door.store(), clock.now(), door.me(), "ask", "others", "")
    return door.done(url_for("today.show"), _("Others are asked."))


@bp.get("/people/<ref>/talk")
@door.needs("coordinator")
def show_for(ref: str) -> str:
    """For somebody who rings the hub: whom to ask, or how it stands with what the hub asked for.
    What they asked for themselves is not seen: then it is as if nothing were open."""
    person = door.find(Person, ref)
    found = debriefs.open_by_hub(door.store(), person)
    return _stands_for(person, found) if found else _form_for(person)


def _form_for(person: Person) -> str:
    store, now = door.store(), clock.now()
    supervised, managers = debriefs.whom_to_ask(store, person, now)
    return render_template(
        "debriefs/ask_for.html",
        whose=person,
        supervised=supervised,
        managers=managers,
        night=debrief_people.at_night(store, person, now),
    )


def _stands_for(person: Person, debrief: Debrief) -> str:
    store, now = door.store(), clock.now()
    return render_template(
        "debriefs/show_for.html",
        whose=person,
        d=debrief,
        truth=debrief_messages.truth(store, debrief, now),
        starts=_wall(debrief.starts_at),
        more=_wall(debrief.next_at),
        now=now,
    )


@bp.post("/people/<ref>/talk")
@door.needs("coordinator")
def ask_for(ref: str) -> Response:
    """Ask for them, as they wish on the phone."""
    debriefs.ask(door.store(), door.find(Person, ref), _wish(), clock.now(), by=door.me())
    return door.done(url_for("debriefs.show_for", ref=ref))


@bp.post("/people/<ref>/talk/stop")
@door.needs("coordinator")
def stop_for(ref: str) -> Response:
    """They do not need it any more, as they say on the phone."""
    person = door.find(Person, ref)
    debriefs.stop(door.store(), _for_them(person), person, clock.now())
    return door.done(url_for("people.show", ref=ref), _("It is stopped."))


@bp.post("/people/<ref>/talk/talked")
@door.needs("coordinator")
def talked_for(ref: str) -> Response:
    """They say on the phone that they have talked."""
    with door.refusals_on(url_for("debriefs.show_for", ref=ref)):
        debriefs.talked(door.store(), _for_them(door.find(Person, ref)), clock.now())
    return door.done(url_for("people.show", ref=ref), _("Good. Nothing of it is kept."))


def _for_them(person: Person) -> Debrief:
    return debriefs.open_by_hub(door.store(), person) or door.nothing()
