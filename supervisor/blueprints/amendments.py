"""A new number of sessions: looked at first, then written down."""

from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import amendments, clock, door, entitlements
from supervisor.amendments import Preview
from supervisor.errors import Refused
from supervisor.models import Entitlement

bp = Blueprint("amendments", __name__)


@bp.get("/entitlements/<ref>/amendments")
@door.needs("coordinator")
def show(ref: str) -> str | tuple[str, int]:
    """How it stands; with `?sessions=8&from_on=2027-03-01` how it would stand."""
    owed = door.find(Entitlement, ref)
    if "sessions" not in request.args:
        return _page(owed)
    try:
        seen = amendments.preview(door.store(), owed, *_asked(request.args), clock.now())
    except Refused as refusal:
        return _page(owed, error=door.words(refusal), field=refusal.field or ""), 422
    return _page(owed, seen)


def _asked(given: dict[str, str]) -> tuple[int, date]:
    number = given.get("sessions", "")
    return int(number) if number.isdecimal() and len(number) < 4 else -1, _day(given)


def _day(given: dict[str, str]) -> date:
    """A day that is none lies before every period."""
    try:
        return date.fromisoformat(given.get("from_on", ""))
    except ValueError:
        return date.min


def _page(
    owed: Entitlement, preview: Preview | None = None, error: str = "", field: str = ""
) -> str:
    store, now = door.store(), clock.now()
    return render_template(
        "amendments/show.html",
        owed=owed,
        position=entitlements.position(store, owed, now),
        first=max(entitlements.day_of(store, owed, now), owed.starts_on),
        preview=preview,
        error=error,
        field=field,
    )


@bp.post("/entitlements/<ref>/amendments")
@door.needs("coordinator")
def amend(ref: str) -> Response | tuple[str, int]:
    """Write the new number down."""
    owed = door.find(Entitlement, ref)
    try:
        amendments.amend(door.store(), owed, *_asked(request.form), door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        again = door.find(Entitlement, ref)
        return _page(again, error=door.words(refusal), field=refusal.field or ""), 422
    person = url_for("people.show", ref=owed.person.ref)
    return door.done(person, _("The new number is written down. They are told by message."))
