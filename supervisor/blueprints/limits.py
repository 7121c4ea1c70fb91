"""What a provider can take: one page for the hub to set it."""

from datetime import date

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import capacity, clock, door, fields, limits
from supervisor.errors import Refused
from supervisor.limits import Limit
from supervisor.models import Offering, Person
from supervisor.rules.words import N_

bp = Blueprint("limits", __name__)


@bp.get("/providers/<ref>/limits")
@door.needs("coordinator")
def show(ref: str) -> str:
    """As they are, to change."""
    return _page(_theirs(ref)[0])


def _theirs(ref: str) -> tuple[Person, list[Offering]]:
    """Somebody who offers something."""
    person = door.find(Person, ref)
    found = limits.offerings(door.store(), person)
    if not found:
        abort(404)
    return person, found


def _page(who: Person, error: str = "", field: str = "") -> str:
    store = door.store()
    return render_template(
        "limits/show.html",
        who=who,
        loads=capacity.loads(store, door.hub_today(), [who.id]),
        hours=limits.hours_a_year(store, who),
        error=error,
        field=field,
    )


@bp.post("/providers/<ref>/limits")
@door.needs("coordinator")
def change(ref: str) -> Response | tuple[str, int]:
    """Save it; it counts from now on."""
    who, found = _theirs(ref)
    try:
        given = [_limit(one.kind) for one in found]
        limits.change(door.store(), who, given, _hours(), door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(_theirs(ref)[0], door.words(refusal), refusal.field or ""), 422
    return door.done(url_for("people.show", ref=ref), _("Saved."))


def _limit(kind: str) -> Limit:
    given = request.form.get(f"capacity-{kind}", "")
    people = int(given) if given.isdecimal() and len(given) < 4 else -1
    return Limit(kind, people, _until(f"until-{kind}"))


def _until(name: str) -> date | None:
    return fields.a_day(name) if request.form.get(name) else None


def _hours() -> float | None:
    given = request.form.get("hours", "").strip().replace(",", ".")
    if not given:
        return None
    try:
        return float(given)
    except ValueError:
        words = N_("Write the hours a year as a number, or leave it empty.")
        raise Refused(words, field="hours") from None
