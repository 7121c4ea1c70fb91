"""What managers ask about the numbers: the hub looks at the sessions behind one, and answers."""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, entitlements, fields, team
from supervisor.models import Question
from supervisor.rules.words import N_

bp = Blueprint("questions", __name__)


@bp.get("/questions/<ref>")
@door.needs("coordinator")
def show(ref: str) -> str:
    """What a manager asks, and the sessions behind the number."""
    found, store, now = door.find(Question, ref), door.store(), clock.now()
    owed = found.entitlement
    return render_template(
        "questions/show.html",
        question=found,
        position=entitlements.position(store, owed, now) if owed else None,
        sessions=team.behind_it(store, found, now),
    )


@bp.post("/questions/<ref>/answer")
@door.needs("coordinator")
def answer(ref: str) -> Response:
    """Say that it is right, or was put right; the manager is told."""
    store, found = door.store(), door.find(Question, ref)
    with door.refusals_on(url_for("questions.show", ref=ref)):
        right = fields.yes_or_no("right", N_("Say whether it is right."))
        word, by = fields.a_word(), door.me()
        team.answer(store, found, right=right, word=word, by=by, now=clock.now())
    return door.done(
        url_for("today.show", _anchor="questions"),
        _("%(name)s is told.", name=found.manager.name),
    )
