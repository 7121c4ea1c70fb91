"""Whom the hub should look for next, for the hub alone."""

from flask import Blueprint, render_template

from supervisor import door, recruiting
from supervisor.rules.recruit_profiles import RecruitSettings
from supervisor.settings import read

bp = Blueprint("recruit", __name__)


@bp.get("/recruit")
@door.needs("coordinator")
def show() -> str:
    """Each profile, and how many more would have somebody; it is solved when it is asked for."""
    store = door.store()
    found = recruiting.search(store, door.hub_today())
    return render_template("recruit/show.html", found=found, supposed=read(store, RecruitSettings))
