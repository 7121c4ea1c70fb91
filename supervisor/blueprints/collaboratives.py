"""Begin a learning collaborative: which organisation, then who, led by whom, and when first."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from supervisor import clock, door, fields
from supervisor.errors import Refused
from supervisor.groups import collaboratives
from supervisor.groups.collaboratives import CollaborativeSettings, Plan
from supervisor.models import Organisation, Person
from supervisor.rules.kinds import Mode
from supervisor.rules.words import N_
from supervisor.settings import read

bp = Blueprint("collaboratives", __name__)


@bp.get("/collaboratives")
@door.needs("coordinator")
def show() -> str:
    """Pick the organisation; with `?organisation=` everything else."""
    return _page(_organisation(request.args.get("organisation", "")))


def _page(organisation: Organisation | None, error: str = "") -> str:
    store, now = door.store(), clock.now()
    return render_template(
        "groups/collaborative.html",
        organisation=organisation,
        organisations=[] if organisation else collaboratives.organisations(store, now),
        people=collaboratives.members_of(store, organisation, now) if organisation else [],
        leaders=collaboratives.leaders(store, now) if organisation else [],
        usual=read(store, CollaborativeSettings),
        typed=request.form,
        error=error,
    )


def _organisation(ref: str) -> Organisation | None:
    return door.store().scalar(select(Organisation).where(Organisation.ref == ref))


@bp.post("/collaboratives")
@door.needs("coordinator")
def begin() -> Response | tuple[str, int]:
    """Make the group and give each their coaching."""
    organisation = _organisation(request.form.get("organisation", ""))
    try:
        group = collaboratives.begin(door.store(), _plan(organisation), door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(organisation, door.words(refusal)), 422
    said = _("The group is made. Everybody in it is told, and each has coaching beside it.")
    return door.done(url_for("groups.show", ref=group.ref), said)


def _plan(organisation: Organisation | None) -> Plan:
    leads = door.look(Person, request.form.get("leads", ""))
    if organisation is None or leads is None:
        raise Refused(N_("Pick the organisation, and who leads it."))
    people = [door.find(Person, ref) for ref in request.form.getlist("person")]
    mode = fields.one_of(Mode, "mode", N_("Pick how they meet."))
    name, first = fields.a_name("name"), fields.a_wall_time("first")
    return Plan(name, organisation, people, leads, mode, first)
