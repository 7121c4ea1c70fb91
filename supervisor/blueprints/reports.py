"""Reports for the hub: on screen, as CSV and as a spreadsheet."""

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from supervisor import clock, door
from supervisor.reports import packs
from supervisor.reports.reports import REPORTS, ReportSettings
from supervisor.settings import read
from supervisor.spreadsheets import Table

bp = Blueprint("reports", __name__)


@bp.get("/reports")
@door.needs("coordinator")
def index() -> str:
    """The reports there are."""
    return render_template("reports/index.html", employers=packs.employers(door.store()))


@bp.get("/reports/<name>")
@door.needs("coordinator")
def show(name: str) -> str:
    """One report as a table, a page of its rows at a time."""
    table, rows = _table(name), read(door.store(), ReportSettings).rows
    page, pages = door.page_of(len(table.rows), rows)
    shown = table.rows[(page - 1) * rows : page * rows]
    return render_template(
        "reports/show.html", name=name, table=table, shown=shown, page=page, pages=pages
    )


def _table(name: str) -> Table:
    if name not in REPORTS:
        abort(404)
    return REPORTS[name](door.store(), clock.now())


@bp.get("/reports/<name>.<format_>")
@door.needs("coordinator")
def download(name: str, format_: str) -> Response:
    """One report as a file, every row of it."""
    return door.attachment(_table(name), name, format_)
