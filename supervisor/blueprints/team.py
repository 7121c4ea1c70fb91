"""The manager's page: that supervision was delivered to their own team, and nothing else."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, team, workplace
from supervisor.matches import agreements
from supervisor.reports import report_orders, reports
from supervisor.rules.credit import CreditSettings
from supervisor.rules.periods import HOW_OFTEN, Every
from supervisor.settings import read
from supervisor.trail import looks

bp = Blueprint("team", __name__)


@bp.get("/team")
@door.needs("manager")
def show() -> str:
    """Each person of the team with the manager's columns."""
    store, viewer, now = door.store(), door.viewer(), clock.now()
    door.looked_at(looks.TEAM, *reports.people_of_team(store, viewer))
    return render_template(
        "team/show.html",
        team=reports.team(store, viewer, now),
        rule=read(store, CreditSettings),
        now=now,
        to_sign=agreements.to_sign(store, viewer),
        asked=team.asked_by(store, viewer, now),
        works=workplace.of_manager(store, door.me(), viewer.on),
        order=report_orders.of(store, door.me(), report_orders.TEAM),
    )


@bp.get("/team/delivery.<format_>")
@door.needs("manager")
def download(format_: str) -> Response:
    """The same rows as a spreadsheet."""
    door.looked_at(looks.TEAM, *reports.people_of_team(door.store(), door.viewer()))
    table = reports.team_table(door.store(), door.viewer(), clock.now())
    return door.attachment(table, "my-team", format_)


@bp.post("/team/questions")
@door.needs("manager")
def question() -> Response:
    """A number looks wrong: the hub is asked to check, and answers."""
    about = team.of_team(door.store(), door.viewer(), request.form.get("about", ""))
    team.ask_to_check(door.store(), door.me(), about, fields.a_word(), clock.now())
    return door.done(url_for("team.show"), _("The hub has been asked to check. They will answer."))


@bp.post("/team/mail")
@door.needs("manager")
def order() -> Response:
    """A mail when the numbers of a week, month or quarter are there."""
    every = fields.one_of(Every, "every", HOW_OFTEN)
    report_orders.order(door.store(), door.me(), report_orders.TEAM, every, clock.now())
    return door.done(url_for("team.show"), _("You will get a mail."))


@bp.post("/team/mail/ending")
@door.needs("manager")
def stop() -> Response:
    """No more of them."""
    report_orders.stop(door.store(), door.me(), report_orders.TEAM, clock.now())
    return door.done(url_for("team.show"), _("The mails have stopped."))
