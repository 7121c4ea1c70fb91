"""People as the coordinator sees them: the list, one person, and acts on their behalf."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import broken, capacity, clock, door, fields, leave, people, wording
from supervisor.access import viewer_of
from supervisor.errors import Refused
from supervisor.fits import fits
from supervisor.leave import Recorded
from supervisor.matches import matches
from supervisor.models import Entitlement, Person, Session
from supervisor.people import ListSettings
from supervisor.plans import repairs
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read

bp = Blueprint("people", __name__)


@bp.get("/people")
@door.needs("coordinator")
def index() -> str:
    """Everyone, by name; `?q=` keeps those whose name holds it."""
    named, rows = request.args.get("q", "").strip(), read(door.store(), ListSettings).rows
    found = people.directory(door.store(), door.hub_today(), named)
    page, pages = door.page_of(len(found), rows)
    shown = found[(page - 1) * rows : page * rows]
    return render_template("people/index.html", people=shown, named=named, page=page, pages=pages)


@bp.get("/people/<ref>")
@door.needs("coordinator")
def show(ref: str) -> str:
    """One person: what is owed, what happened, and what can be done for them."""
    return _page(door.find(Person, ref))


def _page(person: Person, refusal: Refused | None = None) -> str:
    store, on = door.store(), door.hub_today()
    zone = read(store, HubSettings).time_zone
    return render_template(
        "people/show.html",
        person=person,
        owed=people.owed(store, person, clock.now(), zone),
        supported=people.supported_by(store, person, on),
        loads=capacity.loads(store, on, [person.id]),
        alerts=people.alerts_about(store, person),
        leave=people.leave_ahead(store, person, on),
        against={one.match.id: one.found for one in broken.broken(store, on, person)},
        manages=viewer_of(store, person, on).manager,
        on=on,
        now=clock.now(),
        typed=request.values,
        error=door.words(refusal) if refusal else "",
        field=refusal.field if refusal else "",
    )


@bp.get("/people/<ref>/leave")
@door.needs("coordinator")
def ask_leave(ref: str) -> str | tuple[str, int]:
    """What lies in the days of the address, and where it could go instead if they supervise
    there. Nothing is written down yet."""
    person, store, now = door.find(Person, ref), door.store(), clock.now()
    try:
        first, back = fields.a_day("starts_on"), fields.a_day("ends_on")
        inside = leave.inside(store, person, first, back, now)
    except Refused as refusal:
        return _page(person, refusal), 422
    return render_template(
        "leave/ask.html", whose=person, inside=inside, typed=request.args,
        repair=repairs.plan(store, person, first, back, now), again="again" in request.args,
    )  # fmt: skip


@bp.post("/people/<ref>/leave")
@door.needs("coordinator")
def record_leave(ref: str) -> Response | tuple[str, int]:
    """Write down days away; no reason is asked or kept. Meetings inside are shown before they
    are called off."""
    person, store, now = door.find(Person, ref), door.store(), clock.now()
    try:
        first, back = fields.a_day("starts_on"), fields.a_day("ends_on")
        inside = leave.inside(store, person, first, back, now)
        if {session.ref for session in inside} - set(request.form.getlist("seen")):
            return _ask(ref, first, back)
        recorded = _recorded(person, first, back, inside)
        if recorded is None:
            return _ask(ref, first, back)
    except Refused as refusal:
        door.keep_nothing()
        return _page(door.find(Person, ref), refusal), 422
    touched = url_for("absences.show", ref=ref, first=recorded.leave.starts_on)
    met = people.supported_by(store, person, door.hub_today())
    moved = len({one.ref for one in inside} & set(request.form.getlist("move")))
    said = _told(recorded, first, back, moved)
    return door.done(touched if met else url_for("people.show", ref=ref), said)


def _ask(ref: str, first: date, back: date) -> Response:
    """Look at what lies in these days, once more if it was looked at."""
    again = "1" if "plan" in request.form else None
    asked = url_for("people.ask_leave", ref=ref, starts_on=first, ends_on=back, again=again)
    return redirect(asked, code=303)


def _recorded(
    person: Person, first: date, back: date, inside: Sequence[Session]
) -> Recorded | None:
    """With the changes that were read, all at once; None where they are others by now. Where
    nothing lies in these days any more there is nothing to read."""
    store, now, seen = door.store(), clock.now(), request.form.get("plan")
    if not seen or not inside:
        return leave.record(store, person, first, back, door.me(), now)
    move = request.form.getlist("move")
    return repairs.send(store, person, (first, back), seen, move, door.me(), now)


def _told(recorded: Recorded, first: date, back: date, moved: int) -> str:
    kept = recorded.leave.starts_on, recorded.leave.ends_on
    said = [_("Time away is written down."), *wording.became_one(first, back, kept)]
    if moved:
        said.append(
            ngettext(
                "%(num)d meeting is moved. Both know.",
                "%(num)d meetings are moved. Everybody knows.",
                moved,
            )
        )
    if gone := len(recorded.called_off):
        said.append(
            ngettext(
                "%(num)d meeting in it is called off. Both know, and it is still owed.",
                "%(num)d meetings in it are called off. Both know, and they are still owed.",
                gone,
            )
        )
    if recorded.amend:
        said.append(_("A smaller number may suit them better. You can change it on this page."))
    return " ".join(said)


@bp.post("/people/<ref>/leave/<first>/withdrawal")
@door.needs("coordinator")
def take_back_leave(ref: str, first: str) -> Response:
    """As if it had not been written down."""
    person = door.find(Person, ref)
    ahead = people.leave_ahead(door.store(), person, door.hub_today())
    found = next((one for one in ahead if one.starts_on.isoformat() == first), None)
    if found is None:
        gone = _("Those days are not written down any more.")
        return door.done(url_for("people.show", ref=ref), gone)
    leave.take_back(door.store(), found, door.me(), clock.now())
    return door.done(url_for("people.show", ref=ref), _("Time away is taken back."))


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
    cover = "cover" in request.form
    again = url_for("people.shortlist", ref=ref, entitlement_ref=entitlement_ref)
    with door.refusals_on(again + ("?cover=1" if cover else "")):
        for provider in _chosen():
            matches.offer(door.store(), entitlement, provider, clock.now(), door.me(), cover=cover)
    return door.done(url_for("people.show", ref=ref), _("Offered. They are told by message."))


def _chosen() -> list[Person]:
    found = [matches.provider(door.store(), ref) for ref in request.form.getlist("provider")]
    if not found:
        raise Refused(N_("Tick at least one person."), field="provider")
    return found


def _owned(ref: str, entitlement_ref: str) -> tuple[Person, Entitlement]:
    person, entitlement = door.find(Person, ref), door.find(Entitlement, entitlement_ref)
    if entitlement.person_id != person.id:
        abort(404)
    return person, entitlement
