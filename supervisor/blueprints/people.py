"""People as the coordinator sees them: the list, one person, and acts on their behalf."""

from datetime import date

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import capacity, clock, door, fits, leave, matches, people
from supervisor.models import Entitlement, Person
from supervisor.settings import HubSettings, read

bp = Blueprint("people", __name__)


@bp.get("/people")
@door.needs("coordinator")
def index() -> str:
    """Everyone, by name; `?q=` keeps those whose name holds it."""
    named = request.args.get("q", "").strip()
    found = people.directory(door.store(), door.hub_today(), named)
    return render_template("people/index.html", people=found, named=named)


@bp.get("/people/<ref>")
@door.needs("coordinator")
def show(ref: str) -> str:
    """One person: what is owed, what happened, and what can be done for them."""
    store, person, on = door.store(), door.find(Person, ref), door.hub_today()
    zone = read(store, HubSettings).time_zone
    return render_template(
        "people/show.html",
        person=person,
        owed=people.owed(store, person, clock.now(), zone),
        supported=people.supported_by(store, person, on),
        loads=capacity.loads(store, on, person.id),
        leave=people.leave_ahead(store, person, on),
        on=on,
    )


@bp.post("/people/<ref>/leave")
@door.needs("coordinator")
def record_leave(ref: str) -> Response:
    """Write down days away; no reason is asked or kept."""
    person = door.find(Person, ref)
    first, back = (date.fromisoformat(request.form[name]) for name in ("starts_on", "ends_on"))
    leave.record(door.store(), person, first, back, door.me(), clock.now())
    return door.done(url_for("people.show", ref=ref), _("Leave is written down."))


@bp.get("/people/<ref>/entitlements/<entitlement_ref>/shortlist")
@door.needs("coordinator")
def shortlist(ref: str, entitlement_ref: str) -> str:
    """The ten who fit best, each with why."""
    person, entitlement = _owned(ref, entitlement_ref)
    return render_template(
        "people/shortlist.html",
        person=person,
        entitlement=entitlement,
        found=fits.shortlist(door.store(), entitlement, door.hub_today()),
        ask=fits.first_ask(entitlement),
        cover="cover" in request.args,
    )


@bp.post("/people/<ref>/entitlements/<entitlement_ref>/offers")
@door.needs("coordinator")
def offer(ref: str, entitlement_ref: str) -> Response:
    """Offer one or several of the shortlist: the worker chooses, then the provider is asked."""
    _person, entitlement = _owned(ref, entitlement_ref)
    for provider_ref in request.form.getlist("provider"):
        provider = matches.provider(door.store(), provider_ref)
        matches.offer(
            door.store(),
            entitlement,
            provider,
            clock.now(),
            door.me(),
            cover="cover" in request.form,
        )
    return door.done(url_for("people.show", ref=ref), _("Offered."))


def _owned(ref: str, entitlement_ref: str) -> tuple[Person, Entitlement]:
    person, entitlement = door.find(Person, ref), door.find(Entitlement, entitlement_ref)
    if entitlement.person_id != person.id:
        abort(404)
    return person, entitlement
