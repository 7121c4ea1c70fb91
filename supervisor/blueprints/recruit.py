"""Whom the hub should look for next, for the hub alone."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from supervisor import clock, door, recruit_searches, recruiting
from supervisor.rules.recruit_profiles import RecruitSettings
from supervisor.settings import read

bp = Blueprint("recruit", __name__)


@bp.get("/recruit")
@door.needs("coordinator")
def show() -> str:
    """What was found last: each profile, and how many more would have somebody; and how far it is
    while it is looked for."""
    store = door.store()
    last, kept = recruit_searches.latest(store), recruit_searches.kept(store)
    found = recruit_searches.answer(kept) if kept else None
    return render_template(
        "recruit/show.html",
        last=last,
        kept=kept,
        found=found,
        ask_first=recruiting.ask_first(store, found) if found else [],
        supposed=read(store, RecruitSettings),
    )


@bp.post("/recruit")
@door.needs("coordinator")
def ask() -> Response:
    """Have it looked for."""
    recruit_searches.ask(door.store(), door.me(), clock.now())
    return door.done(url_for("recruit.show"))
