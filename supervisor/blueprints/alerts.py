"""An alert: what it is about, what was done and who was told, and the one thing to press."""

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import (
    capacity,
    clock,
    door,
    entitlements,
    fields,
    passing,
    people,
    stand_ins,
    workplace,
)
from supervisor.alerts import alert_facts, alert_hands, alert_history, alerts
from supervisor.alerts.alert_kinds import KINDS, Remedy
from supervisor.errors import Refused
from supervisor.models import Alert, Entitlement, Match, Person
from supervisor.rules.kinds import MatchState, Standing
from supervisor.settings import HubSettings, read
from supervisor.zones import midnight

bp = Blueprint("alerts", __name__)


@bp.get("/alerts/<ref>")
@door.needs("coordinator")
def show(ref: str) -> str:
    """One alert with its history, in which it is noted who has read it, and when."""
    if alert_hands.is_news(door.find(Alert, ref), door.me()):
        _note(ref)
    return _page(door.find(Alert, ref))


def _note(ref: str) -> None:
    """One of the ledgers that a look may write."""
    store, now = door.store(), clock.now()
    passing.write(lambda: alert_hands.see(store, door.find(Alert, ref), door.me(), now))


def _page(alert: Alert, refusal: Refused | None = None) -> str:
    store, now, owed = door.store(), clock.now(), alert.entitlement
    return render_template(
        "alerts/show.html" if owed else "alerts/plain.html",
        alert=alert,
        owed=owed,
        says=alert_facts.says(store, alert, now),
        position=entitlements.position(store, owed, now) if owed else None,
        remedy=_remedy(alert, owed) if owed else _remedy_beside(alert),
        about=_about(alert),
        others=_others(alert, owed) if owed else [],
        waits=_waits(alert),
        last_catch_up=workplace.last_if_overdue(store, alert.job, now) if alert.job else None,
        history=alert_history.of(store, alert),
        owner=alert_hands.owner(alert),
        stands=stand_ins.stand_in(store),
        stands_from=alert_hands.waits_until(store, alert),
        others_here=alert_hands.others(store, door.me()),
        me=door.me(),
        now=now,
        error=door.words(refusal) if refusal else "",
        field=refusal.field if refusal else "",
        **_of_person(alert.person),
    )


def _of_person(person: Person | None) -> dict[str, Any]:
    """What somebody has and can take, and whom they meet."""
    if person is None:
        return {}
    store, on = door.store(), door.hub_today()
    return {
        "loads": capacity.loads(store, on, [person.id]),
        "hours": capacity.hours_of(store, person, on),
        "supported": people.supported_by(store, person, on),
    }


def _waits(alert: Alert) -> Match | None:
    """The offer that somebody is asked about, while it is open: they can be reminded."""
    match = alert.match if KINDS[alert.name].remedy is Remedy.OFFER else None
    return match if match and match.state == MatchState.OFFERED else None


def _remedy_beside(alert: Alert) -> tuple[str, str]:
    """Of a group, of one person, or of a job."""
    if alert.meeting:
        return _("See who can come"), url_for("groups.show", ref=alert.meeting.group.ref)
    if alert.person:
        return _of_one(alert, alert.person)
    assert alert.job
    return _("See their workplace"), url_for("workplace.show", ref=alert.job.ref)


def _of_one(alert: Alert, person: Person) -> tuple[str, str]:
    if KINDS[alert.name].remedy is Remedy.LIMITS:
        return _("Change what they can take"), url_for("limits.show", ref=person.ref)
    return _("Open their page"), url_for("people.show", ref=person.ref)


def _about(alert: Alert) -> str:
    """Whom or what the page is called after."""
    if alert.meeting:
        return alert.meeting.group.name
    about = alert.job or alert.entitlement
    person = about.person if about else alert.person
    return person.name if person else ""


def _remedy(alert: Alert, owed: Entitlement) -> tuple[str, str]:
    """What can be pressed, and where it leads."""
    person, ref = owed.person.ref, owed.link
    asked = alert.session.ref if alert.session else "-"
    return {
        Remedy.TIMES: (_("Find a time"), url_for("sessions.times", ref=ref)),
        Remedy.CANDIDATES: (
            _("See who fits"),
            url_for("people.shortlist", ref=person, entitlement_ref=ref),
        ),
        Remedy.OFFER: (
            _("Offer somebody else"),
            url_for("people.shortlist", ref=person, entitlement_ref=ref),
        ),
        Remedy.COVER: (
            _("Find cover"),
            url_for("people.shortlist", ref=person, entitlement_ref=ref, cover=1),
        ),
        Remedy.ANSWER: (_("Answer for them"), url_for("delivery.show", ref=asked)),
        Remedy.SETTLE: (_("Settle it"), url_for("today.show", _anchor="disputed")),
        Remedy.TERMS: (
            _("See what they agreed on"),
            url_for("agreements.show", ref=alert.match.ref if alert.match else "-"),
        ),
        Remedy.MOVE: (_("Find another time"), url_for("sessions.move_times", ref=asked)),
        Remedy.PERSON: (_("Open their page"), url_for("people.show", ref=person)),
    }[KINDS[alert.name].remedy]


def _others(alert: Alert, owed: Entitlement) -> list[tuple[str, str]]:
    """What helps where the remedy does not: somebody for a while, or another number."""
    cover = url_for("people.shortlist", ref=owed.person.ref, entitlement_ref=owed.link, cover=1)
    if alert.name == Standing.CANNOT_BE_MET:
        return [
            (_("Find a time"), url_for("sessions.times", ref=owed.link)),
            (_("Change the number"), url_for("amendments.show", ref=owed.link)),
        ]
    covered = alert.name == "provider_left" or KINDS[alert.name].remedy is Remedy.TIMES
    return [(_("Find cover"), cover)] if covered else []


@bp.post("/alerts/<ref>/acknowledgement")
@door.needs("coordinator")
def acknowledge(ref: str) -> Response:
    """Somebody has it in hand."""
    alert_hands.acknowledge(door.store(), door.find(Alert, ref), door.me(), clock.now())
    return door.done(url_for("alerts.show", ref=ref), _("Written down: you have it in hand."))


@bp.post("/alerts/<ref>/handover")
@door.needs("coordinator")
def hand_over(ref: str) -> Response | tuple[str, int]:
    """Give it to somebody else of the hub, with a note."""
    store, me, alert = door.store(), door.me(), door.find(Alert, ref)
    given = request.form.get("to", "")
    to = next((one for one in alert_hands.others(store, me) if one.ref == given), None)
    try:
        alert_hands.hand_over(store, alert, to, request.form.get("note", ""), me, clock.now())
    except Refused as refusal:
        return _refused(ref, refusal)
    name = to.name if to else ""
    return door.done(url_for("alerts.show", ref=ref), _("%(name)s has it in hand.", name=name))


def _refused(ref: str, refusal: Refused) -> tuple[str, int]:
    door.keep_nothing()
    return _page(door.find(Alert, ref), refusal), 422


@bp.post("/alerts/<ref>/snooze")
@door.needs("coordinator")
def snooze(ref: str) -> Response | tuple[str, int]:
    """Tell nobody more until a day."""
    alert = door.find(Alert, ref)
    try:
        alerts.snooze(door.store(), alert, _until(), door.me(), clock.now())
    except Refused as refusal:
        return _refused(ref, refusal)
    return door.done(url_for("alerts.show", ref=ref), _("The hub hears of it again then."))


def _until() -> datetime:
    """The beginning of the day that was chosen, at the hub."""
    return midnight(fields.a_day("until"), read(door.store(), HubSettings).time_zone)
