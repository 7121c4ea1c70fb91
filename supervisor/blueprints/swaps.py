"""Swapping who is tuakana: asked, agreed or left as it is, looked at by the hub, and done."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, entitlements, fields, pair, vetting
from supervisor.errors import NotFound, Refused
from supervisor.models import Match, Person, Swap
from supervisor.rules.kinds import Kind, Side
from supervisor.rules.swaps import Stage, SwapSettings
from supervisor.rules.words import N_
from supervisor.settings import read
from supervisor.swaps import swap_turns, swaps
from supervisor.vetting import Vetted

bp = Blueprint("swaps", __name__)


@bp.get("/matches/<ref>/swap")
@door.needs()
def form(ref: str) -> str:
    """What a swap would mean, in plain words, and the button that asks the other one."""
    return _form(door.find(Match, ref))


def _form(match: Match, error: str = "") -> str:
    store, now = door.store(), clock.now()
    return render_template(
        "swaps/ask.html",
        match=match,
        side=pair.side_in(match),
        position=entitlements.position(store, match.entitlement, now),
        possible=swaps.can_be_swapped(store, match, now),
        swap=swaps.open_of(store, match),
        days=read(store, SwapSettings).answer_days,
        error=error,
    )


@bp.post("/matches/<ref>/swap")
@door.needs()
def ask(ref: str) -> Response | tuple[str, int]:
    """Ask the other one; the hub says for which of the two it asks."""
    match = door.find(Match, ref)
    try:
        whose = _whose(match) or door.me()
        if pair.side_in(match) is None and whose is door.me():
            raise Refused(N_("Say who of the two asks."), field="whose")
        swap = swaps.ask(door.store(), match, door.me(), clock.now(), whose)
    except Refused as refusal:
        return _refused(ref, refusal)
    said = _("You both said yes. The hub looks at it.") if swap.agreed_at else _(
        "We have asked %(name)s.", name=swap.other.name
    )  # fmt: skip
    return door.done(url_for("swaps.show", ref=swap.ref), said)


def _whose(match: Match) -> Person | None:
    """Whose word the hub types; nobody's where it is the reader's own."""
    people = {Side.WORKER: match.entitlement.person, Side.PROVIDER: match.provider}
    given = request.form.get("whose", "")
    return people[Side(given)] if given in set(Side) and pair.side_in(match) is None else None


def _refused(ref: str, refusal: Refused) -> tuple[str, int]:
    if isinstance(refusal, NotFound):
        raise refusal
    door.keep_nothing()
    return _form(door.find(Match, ref), door.words(refusal)), 422


@bp.get("/swaps/<ref>")
@door.needs()
def show(ref: str) -> str:
    """How it stands; for who is asked, yes or no; for the hub, what would happen."""
    return _show(door.find(Swap, ref))


def _show(swap: Swap, error: str = "", field: str = "") -> str:
    store, now, match = door.store(), clock.now(), swap.match
    is_open = swap.stage in {Stage.ASKED, Stage.AGREED} and swaps.can_be_swapped(store, match, now)
    hub_looks = is_open and swap.stage is Stage.AGREED and door.viewer().coordinator
    return render_template(
        "swaps/show.html",
        swap=swap,
        match=match,
        side=pair.side_in(match),
        is_open=is_open,
        position=entitlements.position(store, match.entitlement, now),
        plan=swap_turns.plan(store, swap, now) if hub_looks else None,
        error=error,
        field=field,
    )


@bp.post("/swaps/<ref>/acceptance")
@door.needs()
def agree(ref: str) -> Response | tuple[str, int]:
    """The other one's yes, by themselves or typed by the hub."""
    swap = door.find(Swap, ref)
    try:
        swaps.agree(door.store(), swap, door.me(), clock.now())
    except Refused as refusal:
        return _again(ref, refusal)
    return _done(ref, _("You both said yes. The hub looks at it."))


def _again(ref: str, refusal: Refused) -> tuple[str, int]:
    if isinstance(refusal, NotFound):
        raise refusal
    door.keep_nothing()
    return _show(door.find(Swap, ref), door.words(refusal), refusal.field or ""), 422


def _done(ref: str, said: str) -> Response:
    return door.done(url_for("swaps.show", ref=ref), said)


@bp.post("/swaps/<ref>/refusal")
@door.needs()
def close(ref: str) -> Response | tuple[str, int]:
    """It stays as it is: a no, taken back, or the hub's word."""
    swap = door.find(Swap, ref)
    try:
        whose = _whose(swap.match)
        swaps.close(door.store(), swap, door.me(), clock.now(), whose)
    except Refused as refusal:
        return _again(ref, refusal)
    return _done(ref, _("It stays as it is."))


@bp.post("/swaps/<ref>/vetting")
@door.needs("coordinator")
def vet(ref: str) -> Response | tuple[str, int]:
    """The teina may be somebody's tuakana until that day."""
    swap, store, now = door.find(Swap, ref), door.store(), clock.now()
    teina = swap.match.entitlement.person
    try:
        if swap.stage is not Stage.AGREED:
            raise Refused(swaps.NOT_OPEN)
        swaps.refuse_own(store, swap, door.me())
        vetted = Vetted(Kind.MENTORING, _capacity(), fields.a_day("until"))
        vetting.vet(store, teina, vetted, door.me(), now)
    except Refused as refusal:
        return _again(ref, refusal)
    return _done(ref, _("%(name)s is vetted. Look at what would happen.", name=teina.name))


def _capacity() -> int:
    given = request.form.get("capacity", "")
    return int(given) if given.isdecimal() and len(given) < 4 else 0


@bp.post("/swaps/<ref>/completion")
@door.needs("coordinator")
def turn(ref: str) -> Response | tuple[str, int]:
    """The hub does it, as the page has said."""
    swap, total = door.find(Swap, ref), request.form.get("total", "")
    try:
        if total not in {"done", "same"}:
            raise Refused(N_("Say what becomes of the old number."), field="total")
        swap_turns.turn(door.store(), swap, door.me(), clock.now(), settle=total == "done")
    except Refused as refusal:
        return _again(ref, refusal)
    return _done(ref, _("It is done. Both are told by message."))
