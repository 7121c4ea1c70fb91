"""A later last day of a period; and the next periods of all whose end is near."""

from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import clock, door, entitlements
from supervisor.errors import Refused
from supervisor.models import Entitlement
from supervisor.periods import longer, renewals
from supervisor.periods.longer import Preview
from supervisor.rules.pace import PaceSettings
from supervisor.rules.pace_examples import EXAMPLES
from supervisor.settings import read

bp = Blueprint("periods", __name__)


@bp.get("/entitlements/<ref>/extension")
@door.needs("coordinator")
def show(ref: str) -> str | tuple[str, int]:
    """A later last day; with `?ends_on=2028-03-31` how it would stand."""
    owed = door.find(Entitlement, ref)
    if "ends_on" not in request.args:
        return _page(owed)
    try:
        seen = longer.preview(door.store(), owed, _day(request.args), clock.now())
    except Refused as refusal:
        return _page(owed, error=door.words(refusal)), 422
    return _page(owed, seen)


def _day(given: dict[str, str]) -> date:
    """A day that is none lies before every period."""
    try:
        return date.fromisoformat(given.get("ends_on", ""))
    except ValueError:
        return date.min


def _page(owed: Entitlement, preview: Preview | None = None, error: str = "") -> str:
    store, now = door.store(), clock.now()
    return render_template(
        "periods/longer.html",
        owed=owed,
        position=entitlements.position(store, owed, now),
        days=longer.first_and_last(store, owed, now),
        before=longer.of(store, owed),
        preview=preview,
        error=error,
    )


@bp.post("/entitlements/<ref>/extension")
@door.needs("coordinator")
def extend(ref: str) -> Response | tuple[str, int]:
    """Let it go on."""
    owed = door.find(Entitlement, ref)
    try:
        longer.extend(door.store(), owed, _day(request.form), door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(door.find(Entitlement, ref), error=door.words(refusal)), 422
    person = url_for("people.show", ref=owed.person.ref)
    return door.done(person, _("The later last day is written down. They are told by message."))


@bp.get("/renewals")
@door.needs("coordinator")
def due() -> str:
    """Whose period ends soon, and the next one as it would be."""
    return _due()


def _due(error: str = "", at: str = "") -> str:
    store, now = door.store(), clock.now()
    ahead = renewals.due(store, now)
    positions = entitlements.positions(store, [one.ends for one in ahead], now)
    return render_template(
        "periods/renewals.html", ahead=ahead, positions=positions, error=error, at=at
    )


@bp.post("/entitlements/<ref>/renewal")
@door.needs("coordinator")
def renew(ref: str) -> Response | tuple[str, int]:
    """Make the next period of one, with the number that was typed."""
    owed, given = door.find(Entitlement, ref), request.form.get("sessions", "")
    number = int(given) if given.isdecimal() and len(given) < 4 else -1
    try:
        made = renewals.renew(door.store(), owed, number, door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _due(door.words(refusal), ref), 422
    words = _("The next period is made. They are told by message.")
    return door.done(url_for("periods.due"), words if made else _("That one is made already."))


@bp.post("/renewals")
@door.needs("coordinator")
def renew_all() -> Response:
    """All that were on the page, as they were there."""
    refs = request.form.getlist("ends")
    made = len(renewals.renew_all(door.store(), refs, door.me(), clock.now()))
    words = ngettext(
        "%(num)d next period is made. They are told by message.",
        "%(num)d next periods are made. They are told by message.",
        made,
    )
    return door.done(url_for("periods.due"), words if made else _("They are made already."))


@bp.get("/pace")
@door.needs("coordinator")
def examples() -> str:
    """How pace is counted, with sums to check."""
    settings = read(door.store(), PaceSettings)
    return render_template("periods/examples.html", examples=EXAMPLES, settings=settings)
