"""Reports for the hub: on screen, as CSV and as a spreadsheet."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, wording
from supervisor.errors import OddAsk
from supervisor.reports import report_asks, report_card, report_orders
from supervisor.reports.report_asks import Ask
from supervisor.reports.reports import REPORTS, WITHOUT_NAMES, Report, ReportSettings
from supervisor.rules import pulse
from supervisor.rules.kinds import MATCHED_KINDS, GroupKind
from supervisor.rules.periods import HOW_OFTEN, Every
from supervisor.settings import read
from supervisor.trail import looks

bp = Blueprint("reports", __name__)
FEWEST = 5
"""Rows of a page with every column, at least: it holds fewer, so that a phone can load it."""


@bp.get("/reports")
@door.needs("coordinator")
def index() -> str:
    """The reports there are."""
    employers = report_asks.employers(door.store())
    return render_template("reports/index.html", reports=REPORTS, employers=employers)


@bp.get("/reports/<name>")
@door.needs("coordinator")
def show(name: str) -> str:
    """One report as a table, a page of its rows at a time."""
    report, ask = _asked(name)
    if name == "card":
        return _card(report, ask)
    table, rows = report(door.store(), clock.now(), ask), read(door.store(), ReportSettings).rows
    all_of_it, every = request.args.get("columns") == "all", len(table.columns)
    if all_of_it:
        rows = min(rows, max(FEWEST, rows * len(report.first or table.columns) // every))
    table = report.in_full(table) if all_of_it else report.at_first(table)
    page, pages = door.page_of(len(table.rows), rows)
    return render_template(
        "reports/show.html", name=name, by=report.by, table=table, ask=ask, page=page, pages=pages,
        shown=table.rows[(page - 1) * rows : page * rows], choices=_choices(report),
        order=report_orders.of(door.store(), door.me(), name), every=every, all_of_it=all_of_it,
    )  # fmt: skip


def _card(report: Report, ask: Ask) -> str:
    found = report_card.the_card(door.store(), clock.now(), ask)
    words = report_card.notes(found)
    return render_template(
        "reports/card.html", name="card", card=found, by=report.by, ask=ask, notes=words,
        periods=report_asks.periods(door.hub_today()), asks=pulse.ASKS, felt=pulse.FELT_WORDS,
        order=report_orders.of(door.store(), door.me(), "card"),
    )  # fmt: skip


def _asked(name: str) -> tuple[Report, Ask]:
    """The report, and what of it: by the address alone, so that a link says all of it."""
    report = REPORTS.get(name) or door.nothing()
    if name not in WITHOUT_NAMES:
        door.looked_at(f"{looks.REPORT}{name}", None)
    return report, report_asks.asked(door.store(), request.args, report.by)


@bp.errorhandler(OddAsk)
def _odd(odd: OddAsk) -> tuple[str, int]:
    """The same page for every report and format: what is wrong in the address, and a way on."""
    return door.odd_ask(odd, url_for("reports.show", name=(request.view_args or {})["name"]))


def _choices(report: Report) -> dict[str, list[tuple[str, str]]]:
    """What each of its lists may be set to, each with its words."""
    store = door.store()
    every = {
        "employer": [(one.ref, one.name) for one in report_asks.employers(store)],
        "kind": [(str(kind), wording.kind_name(kind)) for kind in MATCHED_KINDS],
        "group_kind": [(str(kind), wording.group_kind(kind)) for kind in GroupKind],
        "region": [(region, wording.region_name(region)) for region in report_asks.regions(store)],
    }
    return {name: choices for name, choices in every.items() if name in report.by}


@bp.get("/reports/<name>.<format_>")
@door.needs("coordinator")
def download(name: str, format_: str) -> Response:
    """One report as a file, every row of it."""
    report, ask = _asked(name)
    return door.attachment(report(door.store(), clock.now(), ask), name, format_)


@bp.post("/reports/<name>/mail")
@door.needs("coordinator")
def order(name: str) -> Response:
    """A mail when it is ready, each week, month or quarter."""
    known = _known(name)
    every = fields.one_of(Every, "every", HOW_OFTEN)
    report_orders.order(door.store(), door.me(), known, every, clock.now())
    return door.done(url_for("reports.show", name=name), _("You will get a mail."))


@bp.post("/reports/<name>/mail/ending")
@door.needs("coordinator")
def stop(name: str) -> Response:
    """No more of them."""
    report_orders.stop(door.store(), door.me(), _known(name), clock.now())
    return door.done(url_for("reports.show", name=name), _("The mails have stopped."))


def _known(name: str) -> str:
    return name if name in REPORTS else door.nothing()
