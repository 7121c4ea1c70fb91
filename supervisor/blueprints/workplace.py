"""My workplace: 1:1s with the manager, a buddy, the programme. For the worker, manager and hub."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, workplace
from supervisor.errors import Refused
from supervisor.models import Job
from supervisor.rules.programme import Step
from supervisor.workplace import Work

bp = Blueprint("workplace", __name__)


@bp.get("/workplace")
@door.needs("worker")
def mine() -> str:
    """My own jobs."""
    return _page(workplace.of_worker(door.store(), door.me(), door.hub_today()))


@bp.get("/people/<ref>/workplace")
@door.needs("coordinator")
def of_person(ref: str) -> str:
    """Somebody's jobs, for the hub."""
    person = door.their(ref)
    return _page(workplace.of_worker(door.store(), person, door.hub_today()))


@bp.get("/jobs/<ref>")
@door.needs()
def show(ref: str) -> str:
    """One job, for whoever it concerns."""
    return _page([_work(door.find(Job, ref))])


def _work(job: Job) -> Work:
    works = workplace.of_worker(door.store(), job.person, door.hub_today())
    return next((one for one in works if one.job.id == job.id), None) or door.nothing()


def _page(works: list[Work], refusal: Refused | None = None) -> str:
    return render_template(
        "workplace/show.html",
        works=works,
        today=door.hub_today(),
        error=door.words(refusal) if refusal else "",
        field=refusal.field if refusal else "",
        typed=request.form,
    )


@bp.post("/jobs/<ref>/catch-ups")
@door.needs()
def note(ref: str) -> Response | tuple[str, int]:
    """We had our 1:1, today or on a day."""
    job = door.find(Job, ref)
    try:
        held_on = fields.a_day("held_on") if "held_on" in request.form else door.hub_today()
        workplace.note_catch_up(door.store(), job, held_on, door.me(), clock.now())
    except Refused as refusal:
        return _refused(ref, refusal)
    return _back(ref, _("It is written down that you met. Nothing else is kept."))


def _refused(ref: str, refusal: Refused) -> tuple[str, int]:
    door.keep_nothing()
    return _page([_work(door.find(Job, ref))], refusal), 422


def _back(ref: str, said: str) -> Response:
    return door.done(door.back(url_for("workplace.show", ref=ref)), said)


@bp.post("/jobs/<ref>/catch-ups/<day>/withdrawal")
@door.needs()
def forget(ref: str, day: str) -> Response:
    """It was a slip."""
    job = door.find(Job, ref)
    held_on = door.day_in_address(day)
    workplace.forget_catch_up(door.store(), job, held_on, door.me(), clock.now())
    return _back(ref, _("It is taken back."))


@bp.post("/jobs/<ref>/buddy")
@door.needs()
def name_buddy(ref: str) -> Response | tuple[str, int]:
    """Who is beside them at work."""
    job, name = door.find(Job, ref), request.form.get("buddy", "")
    try:
        workplace.name_buddy(door.store(), job, name, door.me(), clock.now())
    except Refused as refusal:
        return _refused(ref, refusal)
    return _back(ref, _("It is written down."))


@bp.post("/jobs/<ref>/programme")
@door.needs()
def tick(ref: str) -> Response | tuple[str, int]:
    """The day of each step that was taken; an empty one is still to come."""
    job = door.find(Job, ref)
    try:
        for step in _changed():
            done_on = fields.a_day(step) if request.form.get(step) else None
            workplace.tick(door.store(), job, step, done_on, door.me(), clock.now())
    except Refused as refusal:
        return _refused(ref, refusal)
    return _back(ref, _("It is written down."))


def _changed() -> list[Step]:
    """What the reader changed: an old page takes nothing back that somebody else wrote."""
    typed = request.form
    return [step for step in Step if typed.get(step, "") != typed.get(f"was_{step}", "")]
