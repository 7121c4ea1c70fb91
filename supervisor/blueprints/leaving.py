"""Somebody leaves for good: the day, what goes with it, and the yes of the hub."""

from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, leaving
from supervisor.errors import Refused
from supervisor.leaving import Plan
from supervisor.models import Person

bp = Blueprint("leaving", __name__)


@bp.get("/people/<ref>/leaving")
@door.needs("coordinator")
def show(ref: str) -> str:
    """The last day, asked for or written down."""
    return _page(door.find(Person, ref))


def _page(person: Person, plan: Plan | None = None, refusal: Refused | None = None) -> str:
    return render_template(
        "leaving/show.html",
        whose=person,
        noted=leaving.departure(door.store(), person, clock.now()),
        plan=plan,
        typed=request.form,
        error=door.words(refusal) if refusal else "",
        again="seen" in request.form and plan is not None,
    )


@bp.post("/people/<ref>/leaving")
@door.needs("coordinator")
def leave(ref: str) -> Response | str | tuple[str, int]:
    """What would happen; the same once more with the yes to what was read, and it is done."""
    person, store, now = door.find(Person, ref), door.store(), clock.now()
    try:
        last: date = fields.a_day("last_on")
        seen = request.form.get("seen")
        done = seen is not None and leaving.leave(store, person, last, seen, door.me(), now)
        if not done:
            return _page(person, leaving.plan(store, person, last, now))
    except Refused as refusal:
        door.keep_nothing()
        return _page(door.find(Person, ref), refusal=refusal), 422
    return door.done(
        url_for("people.show", ref=ref),
        _("It is written down. Whoever %(name)s met has been told.", name=person.name),
    )


@bp.post("/people/<ref>/leaving/withdrawal")
@door.needs("coordinator")
def take_back(ref: str) -> Response:
    """They stay."""
    person = door.find(Person, ref)
    here = url_for("leaving.show", ref=ref)
    with door.refusals_on(here):
        leaving.take_back(door.store(), person, door.me(), clock.now())
    return door.done(here, _("It is taken back. Look for somebody to meet where that has ended."))
