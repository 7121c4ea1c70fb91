"""The manager's page: that supervision was delivered to their own team, and nothing else."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import agreements, clock, door, entitlements, reports, team
from supervisor.errors import Refused
from supervisor.models import Question
from supervisor.rules.words import N_

bp = Blueprint("team", __name__)
LONGEST = 1000


@bp.get("/team")
@door.needs("manager")
def show() -> str:
    """Each person of the team with the manager's columns."""
    store, viewer, now = door.store(), door.viewer(), clock.now()
    return render_template(
        "team/show.html",
        team=reports.team(store, viewer, now),
        now=now,
        to_sign=agreements.to_sign(store, viewer),
        asked=team.asked_by(store, viewer, now),
    )


@bp.get("/team/delivery.<format_>")
@door.needs("manager")
def download(format_: str) -> Response:
    """The same rows as a spreadsheet."""
    table = reports.team_table(door.store(), door.viewer(), clock.now())
    return door.attachment(table, "my-team", format_)


@bp.post("/team/questions")
@door.needs("manager")
def question() -> Response:
    """A number looks wrong: the hub is asked to check, and answers."""
    about = team.of_team(door.store(), door.viewer(), request.form.get("about", ""))
    team.ask_to_check(door.store(), door.me(), about, _word(), clock.now())
    return door.done(url_for("team.show"), _("The hub has been asked to check. They will answer."))


@bp.get("/team/questions/<ref>")
@door.needs("coordinator")
def asked(ref: str) -> str:
    """What a manager asks, and the sessions behind the number."""
    found, store, now = door.find(Question, ref), door.store(), clock.now()
    owed = found.entitlement
    return render_template(
        "team/question.html",
        question=found,
        position=entitlements.position(store, owed, now) if owed else None,
        sessions=team.behind_it(store, found, now),
    )


@bp.post("/team/questions/<ref>")
@door.needs("coordinator")
def answer(ref: str) -> Response:
    """Say that it is right, or was put right; the manager is told."""
    found, right = door.find(Question, ref), request.form.get("right")
    try:
        if right not in {"yes", "no"}:
            raise Refused(N_("Say whether it is right."))
        team.answer(
            door.store(), found, right=right == "yes", word=_word(), by=door.me(), now=clock.now()
        )
    except Refused as refusal:
        return door.not_done(url_for("team.asked", ref=ref), refusal)
    return door.done(
        url_for("today.show", _anchor="questions"),
        _("%(name)s is told.", name=found.manager.name),
    )


def _word() -> str:
    return request.form.get("word", "").strip()[:LONGEST]
