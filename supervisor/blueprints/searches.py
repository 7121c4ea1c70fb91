"""Looking for the best for everybody, or for cover: ask, watch it come, read it, send it."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import clock, door
from supervisor.errors import Refused
from supervisor.matches import match_searches
from supervisor.models import MatchSearch, Person
from supervisor.reports.reports import ReportSettings
from supervisor.settings import read

bp = Blueprint("searches", __name__)


@bp.post("/searches")
@door.needs("coordinator")
def ask() -> Response:
    """Have it looked for; with `away` for cover of everybody whom that provider meets, with
    `reopen` for those too who meet somebody now."""
    away = door.find(Person, request.form["away"]) if request.form.get("away") else None
    reopen = away is None and "reopen" in request.form
    search = match_searches.ask(door.store(), door.me(), clock.now(), away, reopen=reopen)
    return door.done(url_for("searches.show", ref=search.ref))


@bp.get("/searches/<ref>")
@door.needs("coordinator")
def show(ref: str) -> str:
    """How far it has come; then whom each would be offered, and why. `?all=1` shows all."""
    return _page(door.find(MatchSearch, ref))


def _page(search: MatchSearch, error: str = "") -> str:
    store, now = door.store(), clock.now()
    rows, new = match_searches.rows(search), match_searches.new(store, search)
    moved = match_searches.moved(store, search)
    shown = len(new) if "all" in request.args else read(store, ReportSettings).rows
    kept = sum(row.kept for row in rows)
    return render_template(
        "searches/show.html",
        search=search,
        new=len(new),
        kept=kept,
        waiting=len(rows) - kept - len(new) - len(moved),
        lines=match_searches.lines(store, new[:shown], now),
        changes=match_searches.changes(store, new, now),
        moved=match_searches.lines(store, moved, now),
        unmet=match_searches.unmet(store, search),
        error=error,
    )


@bp.post("/searches/<ref>/offers")
@door.needs("coordinator")
def send(ref: str) -> Response | tuple[str, int]:
    """Send what was found, all at once; where everything was opened, with a tick."""
    search = door.find(MatchSearch, ref)
    here = url_for("searches.show", ref=ref)
    try:
        made = match_searches.send(
            door.store(), search, door.me(), clock.now(), sure="sure" in request.form
        )
    except Refused as refusal:
        if refusal.field == "sure":
            door.keep_nothing()
            return _page(door.find(MatchSearch, ref), door.words(refusal)), 422
        return door.not_done(here, refusal)
    told = len({match.entitlement_id for match in made})
    return door.done(here, ngettext("Sent to %(num)d person.", "Sent to %(num)d people.", told)
                     if told else _("Nothing was new, so nobody was told."))  # fmt: skip
