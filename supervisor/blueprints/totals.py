"""The funder's page: the totals of a month, and nothing else."""

from flask import Blueprint, render_template, request

from supervisor import door
from supervisor.reports import totals

bp = Blueprint("totals", __name__)


@bp.get("/totals")
@door.needs("funder", "coordinator")
def show() -> str:
    """The last month that is over, or the one of `?month=`; the hub may look at what a funder
    sees. Until the worker process has run once there is nothing yet."""
    months = totals.months(door.store())
    asked = request.args.get("month", "")
    last = door.day_in_address(asked) if asked else next(iter(months), None)
    found = totals.of_month(door.store(), last) if last else None
    if last and found is None:
        door.nothing()
    before = totals.of_year_before(door.store(), last) if last else None
    return render_template("totals/show.html", totals=found, before=before, months=months)
