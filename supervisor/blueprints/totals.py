"""The funder's page: totals, and nothing else."""

from flask import Blueprint, render_template

from supervisor import clock, door
from supervisor.reports.totals import totals

bp = Blueprint("totals", __name__)


@bp.get("/totals")
@door.needs("funder", "coordinator")
def show() -> str:
    """By kind: contracted, held and delivered. The hub may look at what a funder sees."""
    now = clock.now()
    found = totals(door.store(), door.hub_today(), now)
    return render_template("totals/show.html", totals=found, now=now)
