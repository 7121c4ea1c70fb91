"""The funder's page: the totals of a month, and nothing else."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supervisor import door, paper
from supervisor.errors import OddAsk
from supervisor.reports import totals
from supervisor.reports.totals import Totals
from supervisor.reports.totals_file import totals_table
from supervisor.rules import typed
from supervisor.rules.words import N_

bp = Blueprint("totals", __name__)
NO_MONTH = N_("Month: there is no “%(text)s” to pick. Pick one from the list.")


@bp.get("/totals")
@door.needs("funder", "coordinator")
def show() -> str:
    """The last month that is over, or the one of `?month=`; the hub may look at what a funder
    sees. Until the worker process has run once there is nothing yet."""
    store, found = door.store(), _asked()
    before = totals.of_year_before(store, found.last) if found else None
    return render_template(
        "totals/show.html", totals=found, before=before, months=totals.months(store)
    )


@bp.get("/totals/month.<format_>")
@door.needs("funder", "coordinator")
def download(format_: str) -> Response:
    """The same numbers as a file; the page says why where there are none yet."""
    paper.format_of(format_)
    found = _asked()
    if found is None:
        return redirect(url_for("totals.show"))
    name = f"totals-{found.last.isoformat()}"
    return door.attachment(totals_table(door.store(), found), name, format_)


def _asked() -> Totals | None:
    """The month of the address; a day that ends none that is kept is refused in words."""
    asked, store = request.args.get("month", ""), door.store()
    if asked:
        return _of(asked)
    last = next(iter(totals.months(store)), None)
    return totals.of_month(store, last) if last else None


def _of(asked: str) -> Totals:
    day = typed.day_of(asked)
    found = totals.of_month(door.store(), day) if day else None
    if found is None:
        raise OddAsk(NO_MONTH, field="month", text=asked)
    return found


@bp.errorhandler(OddAsk)
def _odd(odd: OddAsk) -> tuple[str, int]:
    return door.odd_ask(odd, url_for("totals.show"))
