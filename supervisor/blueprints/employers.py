"""A worker moves to another employer: what would happen, the yes of the hub, and taking it back."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields
from supervisor.employers import employer_changes, employer_choices
from supervisor.employers.employer_terms import Term, Then
from supervisor.employers.employer_values import Plan, Wanted
from supervisor.errors import Refused
from supervisor.models import Person
from supervisor.rules.kinds import Role
from supervisor.rules.words import N_

bp = Blueprint("employers", __name__)


@bp.get("/people/<ref>/employer")
@door.needs("coordinator")
def show(ref: str) -> str:
    """The form, or the move that is written down."""
    return _page(door.find(Person, ref))


def _page(person: Person, plan: Plan | None = None, refusal: Refused | None = None) -> str:
    store, on = door.store(), door.hub_today()
    return render_template(
        "employers/show.html",
        whose=person,
        noted=employer_choices.open_change(store, person),
        jobs=employer_choices.jobs(store, person, on),
        employers=employer_choices.employers(store),
        managers=employer_choices.managers(store, on),
        settle=employer_choices.to_settle(store, person, on),
        roles=[role for role in Role if role is not Role.MANAGER],
        plan=plan,
        typed=request.form,
        error=door.words(refusal) if refusal else "",
        field=refusal.field if refusal else "",
        again="seen" in request.form and plan is not None,
        on=on,
    )


@bp.post("/people/<ref>/employer")
@door.needs("coordinator")
def change(ref: str) -> Response | str | tuple[str, int]:
    """What would happen; the same once more with the yes to what was read, and it is done."""
    person, store, now = door.find(Person, ref), door.store(), clock.now()
    try:
        wanted, seen = _wanted(person), request.form.get("seen")
        done = seen is not None and employer_changes.change(
            store, person, wanted, seen, door.me(), now
        )
        if not done:
            return _page(person, employer_changes.plan(store, person, wanted, now))
    except Refused as refusal:
        door.keep_nothing()
        return _page(door.find(Person, ref), refusal=refusal), 422
    return door.done(
        url_for("people.show", ref=ref),
        _("The move is written down. Whoever it touches is told by message."),
    )


def _wanted(person: Person) -> Wanted:
    """The move as it was typed."""
    store, on = door.store(), door.hub_today()
    jobs = {one.ref: one for one in employer_choices.jobs(store, person, on)}
    there = {one.ref: one for one in employer_choices.employers(store)}
    manage = {one.person.ref: one.person for one in employer_choices.managers(store, on)}
    old, employer = jobs.get(_typed("job")), there.get(_typed("employer"))
    if old is None:
        raise Refused(N_("Choose the job that ends."), field="job")
    if employer is None:
        raise Refused(N_("Choose the new employer."), field="employer")
    if _typed("manager") and _typed("manager") not in manage:
        raise Refused(N_("Choose one of these managers, or nobody yet."), field="manager")
    role = fields.one_of(Role, "role", N_("Choose the role."))
    first = fields.a_day("first_on")
    return Wanted(old, employer, manage.get(_typed("manager")), role, first, _terms(person))


def _typed(name: str) -> str:
    return request.form.get(name, "")


def _terms(person: Person) -> dict[str, Term]:
    """What was chosen for each that an employer pays."""
    found = {}
    for one in employer_choices.to_settle(door.store(), person, door.hub_today()):
        then, number = _typed(f"then-{one.link}"), _typed(f"sessions-{one.link}")
        if then in set(Then):
            whole = int(number) if number.isdecimal() and len(number) < 4 else 0
            found[one.link] = Term(Then(then), whole)
    return found


@bp.post("/people/<ref>/employer/withdrawal")
@door.needs("coordinator")
def take_back(ref: str) -> Response:
    """They stay where they are."""
    person = door.find(Person, ref)
    here = url_for("employers.show", ref=ref)
    with door.refusals_on(here):
        employer_changes.take_back(door.store(), person, door.me(), clock.now())
    return door.done(here, _("It is taken back. Look for somebody to meet where that has ended."))
