"""The proof of the record: whether all is as it was written, and the check on demand."""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, standing_jobs, trail_jobs
from supervisor.alerts import standing_checks
from supervisor.trail import trail_checks

bp = Blueprint("trail", __name__)


@bp.get("/trail")
@door.needs("coordinator")
def show() -> str:
    """The last check, in words."""
    last, stands = trail_checks.last(door.store()), standing_checks.last(door.store())
    return render_template(
        "trail/show.html",
        last=last,
        found=trail_checks.named(last) if last else [],
        mark=trail_checks.head_of(last) if last else "",
        key=bool(trail_jobs.key()),
        stands=stands,
        differ=standing_checks.named(door.store(), stands) if stands else [],
    )


@bp.post("/trail/check")
@door.needs("coordinator")
def check() -> Response:
    """Go through all of it now."""
    trail_jobs.check(door.store(), clock.now(), door.me())
    return door.done(url_for("trail.show"), _("Checked."))


@bp.post("/trail/standings")
@door.needs("coordinator")
def check_standings() -> Response:
    """Work out where everything stands from scratch, and compare."""
    made = standing_jobs.check(door.store(), clock.now())
    words = (
        _("Checked. What was not right is put right.") if made.found else _("Checked. All agree.")
    )
    return door.done(url_for("trail.show"), words)
