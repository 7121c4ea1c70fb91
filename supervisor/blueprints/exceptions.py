"""Why not, and an exception: asked by the hub, agreed to by a second person, taken back."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import broken, clock, door, fields, overrides
from supervisor.errors import Refused
from supervisor.fits import fits
from supervisor.matches import matches
from supervisor.models import Entitlement, Override, Person
from supervisor.overrides import Asked
from supervisor.people import ListSettings
from supervisor.settings import read

bp = Blueprint("exceptions", __name__)
PAIR = "/people/<ref>/entitlements/<entitlement_ref>"
SHOWN = 20


@bp.get(f"{PAIR}/why-not")
@door.needs("coordinator")
def why_not(ref: str, entitlement_ref: str) -> str:
    """Why somebody is not on the short list; `?q=` is a part of their name."""
    entitlement, named = _owned(ref, entitlement_ref), request.args.get("q", "").strip()
    told = fits.explain_all(door.store(), entitlement, door.hub_today()) if named else []
    found = [one for one in told if named.casefold() in one.provider.name.casefold()]
    return render_template(
        "exceptions/why_not.html",
        entitlement=entitlement,
        named=named,
        found=found[:SHOWN],
        more=len(found) - SHOWN,
    )


def _owned(ref: str, entitlement_ref: str) -> Entitlement:
    person, entitlement = door.find(Person, ref), door.find(Entitlement, entitlement_ref)
    if entitlement.person_id != person.id:
        abort(404)
    return entitlement


@bp.get(f"{PAIR}/exceptions/<provider_ref>")
@door.needs("coordinator")
def form(ref: str, entitlement_ref: str, provider_ref: str) -> str:
    """What stands between the two, what was asked for before, and the form."""
    return _form(_owned(ref, entitlement_ref), matches.provider(door.store(), provider_ref))


def _form(entitlement: Entitlement, provider: Person, error: str = "", field: str = "") -> str:
    store, on = door.store(), door.hub_today()
    stands = broken.stands(store, entitlement, provider, on)
    return render_template(
        "exceptions/form.html",
        entitlement=entitlement,
        provider=provider,
        stands=stands,
        ticked=request.form.getlist("rules") or [rule for rule, _words in stands],
        rules=overrides.rules_of(entitlement),
        seconds=overrides.seconds(store, entitlement, provider, door.me(), on),
        before=[(one, overrides.state(one, on)) for one in _before(entitlement, provider)],
        on=on,
        error=error,
        field=field,
    )


def _before(entitlement: Entitlement, provider: Person) -> list[Override]:
    return overrides.of_pair(door.store(), entitlement, provider)


@bp.post(f"{PAIR}/exceptions/<provider_ref>")
@door.needs("coordinator")
def ask(ref: str, entitlement_ref: str, provider_ref: str) -> Response | tuple[str, int]:
    """Ask the second person."""
    store, entitlement = door.store(), _owned(ref, entitlement_ref)
    provider = matches.provider(store, provider_ref)
    try:
        made = overrides.ask(store, entitlement, provider, _asked(), door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        again = _owned(ref, entitlement_ref), matches.provider(store, provider_ref)
        return _form(*again, door.words(refusal), refusal.field or ""), 422
    said = _("Asked. It holds once %(name)s has said yes.", name=made.second.name)
    return door.done(url_for("exceptions.show", ref=made.ref), said)


def _asked() -> Asked:
    return Asked(
        rules=request.form.getlist("rules"),
        reason=request.form.get("reason", ""),
        until=fields.a_day("until"),
        second=door.look(Person, request.form.get("second", "")),
    )


@bp.get("/exceptions")
@door.needs("coordinator")
def index() -> str:
    """Every exception that was asked for, the newest first."""
    found, rows = overrides.newest_first(door.store()), read(door.store(), ListSettings).rows
    page, pages = door.page_of(len(found), rows)
    shown, on = found[(page - 1) * rows : page * rows], door.hub_today()
    told = [(one, overrides.state(one, on)) for one in shown]
    return render_template("exceptions/index.html", found=told, page=page, pages=pages)


@bp.get("/exceptions/<ref>")
@door.needs()
def show(ref: str) -> str:
    """One exception, for the hub and for the one who is asked to agree."""
    return _show(door.find(Override, ref))


def _show(override: Override, error: str = "") -> str:
    rules = {rule.name: rule.except_ for rule in overrides.rules_of(override.entitlement)}
    return render_template(
        "exceptions/show.html",
        override=override,
        rules=[rules[name] for name in override.rules if name in rules],
        state=overrides.state(override, door.hub_today()),
        mine=override.second_id == door.me().id,
        error=error,
    )


@bp.post("/exceptions/<ref>/answer")
@door.needs()
def answer(ref: str) -> Response | tuple[str, int]:
    """The second person's yes or no."""
    override = door.find(Override, ref)
    try:
        agreed = fields.yes_or_no("agreed")
        overrides.answer(door.store(), override, agreed=agreed, by=door.me(), now=clock.now())
    except Refused as refusal:
        return _again(ref, refusal)
    return door.done(url_for("exceptions.show", ref=ref), _("Thank you. It is written down."))


def _again(ref: str, refusal: Refused) -> tuple[str, int]:
    door.keep_nothing()
    if type(refusal) is not Refused:
        raise refusal
    return _show(door.find(Override, ref), door.words(refusal)), 422


@bp.post("/exceptions/<ref>/ending")
@door.needs()
def end(ref: str) -> Response:
    """Taken back: the rules count again."""
    overrides.end(door.store(), door.find(Override, ref), door.me(), clock.now())
    return door.done(url_for("exceptions.show", ref=ref), _("It is taken back."))
