"""Reports for the hub: on screen, as CSV and as a spreadsheet."""

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from supervisor import clock, door, reports

bp = Blueprint("reports", __name__)
REPORTS = {"delivery": reports.delivery, "evidence": reports.evidence}


@bp.get("/reports")
@door.needs("coordinator")
def index() -> str:
    """The reports there are."""
    return render_template("reports/index.html")


@bp.get("/reports/<name>")
@door.needs("coordinator")
def show(name: str) -> str:
    """One report as a table."""
    if name not in REPORTS:
        abort(404)
    table = REPORTS[name](door.store(), clock.now())
    return render_template("reports/show.html", name=name, table=table)


@bp.get("/reports/<name>.<format_>")
@door.needs("coordinator")
def download(name: str, format_: str) -> Response:
    """One report as a file."""
    if name not in REPORTS:
        abort(404)
    return door.attachment(REPORTS[name](door.store(), clock.now()), name, format_)
