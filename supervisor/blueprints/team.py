"""The manager's page: that supervision was delivered to their own team, and nothing else."""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import agreements, clock, door, reports, team

bp = Blueprint("team", __name__)


@bp.get("/team")
@door.needs("manager")
def show() -> str:
    """Each person of the team with the manager's columns."""
    rows = reports.team(door.store(), door.viewer(), clock.now())
    to_sign = agreements.to_sign(door.store(), door.viewer())
    return render_template("team/show.html", team=rows, now=clock.now(), to_sign=to_sign)


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
    team.ask_to_check(door.store(), door.me(), clock.now())
    return door.done(url_for("team.show"), _("The hub has been asked to check. They will answer."))
