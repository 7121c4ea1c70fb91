"""Choosing somebody, being asked, saying yes or no, and ending it."""

from datetime import date

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, entitlements, fields, pair, reminders
from supervisor.errors import Refused
from supervisor.matches import match_views, matches
from supervisor.matches.match_offers import MatchSettings
from supervisor.models import Entitlement, Match
from supervisor.plans import book_for_us
from supervisor.rules.kinds import MatchState, Side
from supervisor.sessions.first_meetings import FirstMeetingSettings
from supervisor.settings import read
from supervisor.swaps import swaps

bp = Blueprint("matches", __name__)
NONE = "none"


@bp.get("/entitlements/<ref>/choices")
@door.needs()
def choices(ref: str) -> str:
    """Whom the worker can choose, each with why; the hub may choose for them on the phone."""
    return _choices(_owned(ref))


def _choices(entitlement: Entitlement, error: str = "") -> str:
    found = match_views.choices(door.store(), entitlement, door.hub_today())
    on = entitlements.day_of(door.store(), entitlement, clock.now())
    return render_template(
        "matches/choices.html",
        entitlement=entitlement,
        found=found,
        match=entitlements.running_match(door.store(), entitlement, on),
        days=read(door.store(), MatchSettings).answer_days,
        meets_first=read(door.store(), FirstMeetingSettings).first_meeting,
        on=on,
        error=error,
    )


def _owned(ref: str) -> Entitlement:
    """The reader's own, or anybody's for the hub; who supervises it does not see who is offered."""
    entitlement = door.find(Entitlement, ref)
    if entitlement.person_id != door.me().id and not door.viewer().coordinator:
        abort(404)
    return entitlement


@bp.post("/entitlements/<ref>/choices")
@door.needs()
def choose(ref: str) -> Response | tuple[str, int]:
    """Choose one, or none of them with a word to the hub if they like."""
    entitlement = _owned(ref)
    store, me, now = door.store(), door.me(), clock.now()
    if request.form.get("match") == NONE:
        word = request.form.get("word", "").strip()[:1000]
        matches.none_of_these(store, entitlement, word, me, now)
        return _chosen(ref, _("The hub knows, and looks further."))
    try:
        match = matches.choose(store, _offered(entitlement), me, now)
    except Refused as refusal:
        door.keep_nothing()
        return _choices(_owned(ref), door.words(refusal)), 422
    return _chosen(ref, _("We have asked %(name)s.", name=match.provider.name))


def _offered(entitlement: Entitlement) -> Match:
    match = door.look(Match, request.form.get("match", ""))
    if match is None or match.entitlement_id != entitlement.id:
        raise Refused(_("Choose one of them."), field="match")
    return match


def _chosen(ref: str, said: str) -> Response:
    return door.done(url_for("matches.choices", ref=ref), said)


@bp.get("/matches/<ref>")
@door.needs()
def show(ref: str) -> str:
    """For a provider who is asked: who it is, and yes or no. Else the two, and how it stands."""
    return _page(door.find(Match, ref))


def _page(match: Match, error: str = "") -> str:
    store, me = door.store(), door.me()
    page = "asked" if match.state == MatchState.OFFERED else "show"
    return render_template(
        f"matches/{page}.html",
        match=match,
        entitlement=match.entitlement,
        side=pair.side_in(match),
        other=match.entitlement.person if match.provider_id == me.id else match.provider,
        told=match_views.told_of(match),
        ways=match_views.ways_to_meet(store, match),
        swap=_swap(match),
        turned=swaps.became(store, match),
        lets={side: book_for_us.said(match, side) for side in Side},
        on=entitlements.day_of(store, match.entitlement, clock.now()),
        error=error,
    )


def _swap(match: Match) -> str:
    """Where the two ask to change places, or see what became of it; nowhere in other matches."""
    asked = swaps.open_of(door.store(), match)
    if asked:
        return url_for("swaps.show", ref=asked.ref)
    possible = swaps.can_be_swapped(door.store(), match, clock.now())
    return url_for("swaps.form", ref=match.ref) if possible else ""


@bp.post("/matches/<ref>/acceptance")
@door.needs()
def accept(ref: str) -> Response | tuple[str, int]:
    """The provider's yes, by themselves or typed by the hub."""
    match = door.find(Match, ref)
    if pair.side_in(match) is Side.WORKER:
        abort(404)
    try:
        matches.accept(door.store(), match, door.me(), clock.now(), _first_day())
    except Refused as refusal:
        return _again(ref, refusal)
    return door.done(url_for("matches.show", ref=ref), _("You have both said yes."))


def _first_day() -> date | None:
    return fields.a_day("starts_on") if request.form.get("starts_on") else None


def _again(ref: str, refusal: Refused) -> tuple[str, int]:
    door.keep_nothing()
    return _page(door.find(Match, ref), door.words(refusal)), 422


@bp.post("/matches/<ref>/taking-back")
@door.needs()
def take_back(ref: str) -> Response:
    """Not them after all, or not yet: the worker chooses anew."""
    match = door.find(Match, ref)
    if pair.side_in(match) is Side.PROVIDER:
        abort(404)
    matches.take_back(door.store(), match, door.me(), clock.now())
    return _chosen(match.entitlement.link, _("It is taken back. You can choose anew."))


@bp.post("/matches/<ref>/reminders")
@door.needs("coordinator")
def remind(ref: str) -> Response:
    """The hub asks once more whoever has the next word."""
    match, where = door.find(Match, ref), door.back(url_for("today.show", _anchor="waiting"))
    with door.refusals_on(where):
        told = reminders.remind_of_offer(door.store(), match, door.me(), clock.now())
    return door.done(where, _("Asked %(name)s again.", name=told.name))


@bp.post("/matches/<ref>/refusal")
@door.needs()
def decline(ref: str) -> Response:
    """No, or not any more. The hub says for which of the two, or for itself."""
    match, given = door.find(Match, ref), request.form.get("side", "")
    side = Side(given) if given in set(Side) else None
    matches.decline(door.store(), match, door.me(), clock.now(), side)
    if pair.side_in(match) is Side.PROVIDER:
        return door.done(url_for("auth.home"), _("Thank you. You do not have to do anything else."))
    where = url_for("matches.choices", ref=match.entitlement.link)
    return door.done(where, _("It is taken back."))


@bp.post("/matches/<ref>/ending")
@door.needs()
def end(ref: str) -> Response | tuple[str, int]:
    """It ends with a day; nobody says why."""
    match = door.find(Match, ref)
    try:
        matches.end(door.store(), match, fields.a_day("ends_on"), door.me(), clock.now())
    except Refused as refusal:
        return _again(ref, refusal)
    return door.done(url_for("matches.show", ref=ref), _("It is written down, and both know."))
