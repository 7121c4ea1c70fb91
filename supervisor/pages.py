"""What every page shares: the frame's facts, the filters of the templates, the error pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, abort, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from supervisor import cells, clock, door, entitlements, paper, watch, wording
from supervisor.alerts.alert_kinds import KINDS
from supervisor.debriefs import debriefs
from supervisor.errors import NotFound, Refused
from supervisor.hours import ways
from supervisor.models import Confirmation, DebriefAsk, Entitlement, Meeting, Session, unkept
from supervisor.models.unkept import Unkept
from supervisor.openings.openings import Opening
from supervisor.reports.report_asks import FIELDS
from supervisor.reports.reports import REPORTS
from supervisor.rules import bounces
from supervisor.rules.debrief import lines_of
from supervisor.rules.devices import device_name
from supervisor.rules.joining import words as how_to_join
from supervisor.rules.names import first_name
from supervisor.rules.wall import place_of
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read
from supervisor.trail import looks
from supervisor.zones import to_local


@dataclass(frozen=True)
class Link:
    """One place of the bar."""

    endpoint: str
    word: str
    here: bool


@dataclass(frozen=True)
class State:
    """How a state looks: its word, its shape and its tone (design, *State*)."""

    word: str
    icon: str
    tone: str


STATES = {
    "met": State(N_("All done"), "met", "done"),
    "on_track": State(N_("On track"), "track", "done"),
    "slipping": State(N_("Slipping"), "slip", "slip"),
    "behind": State(N_("Behind"), "behind", "behind"),
    "catching_up": State(N_("Behind, catching up"), "slip", "slip"),
    "cannot_be_met": State(N_("Cannot be met"), "cannot", "behind"),
    "nothing_booked": State(N_("Nothing booked"), "nobook", "wait"),
    "not_matched": State(N_("Not matched"), "nomatch", "wait"),
    "ended_short": State(N_("Ended short"), "cannot", "none"),
    "paused": State(N_("Paused"), "pause", "none"),
    "waiting": State(N_("Waiting"), "waiting", "wait"),
    "to_confirm": State(N_("To confirm"), "ask", "wait"),
    "review": State(N_("Review due"), "review", "slip"),
    "over_capacity": State(N_("Over capacity"), "over", "slip"),
}

NAV: tuple[tuple[str, str, str], ...] = (
    ("coordinator", "today.show", N_("Today")),
    ("coordinator", "people.index", N_("People")),
    ("coordinator", "providers.show", N_("Supervisors")),
    ("coordinator", "reports.index", N_("Reports")),
    ("coordinator", "settings.show", N_("Settings")),
    ("worker", "support.show", N_("My support")),
    ("provider", "week.show", N_("My week")),
    ("", "groups.index", N_("Groups")),
    ("manager", "team.show", N_("My team")),
    ("funder", "totals.show", N_("Totals")),
    ("", "feeds.show", N_("My calendar")),
)

LOOKED_AT = {
    looks.PAGE: N_("Your page, or a page about your meetings"),
    looks.TEAM: N_("The numbers of their team"),
    looks.PACK: N_("A pack to hand over"),
}

ERROR_WORDS = {
    400: (N_("That did not work"), N_("Something in the form was missing. Go back and try again.")),
    404: (
        N_("We cannot find that page"),
        N_(
            "It may have moved, or it may be private to someone else. If you came from an email, "
            "check that you are signed in as yourself."
        ),
    ),
    413: (N_("That file is too big"), N_("Send a smaller one, or ring the hub.")),
    429: (N_("That was many tries"), N_("Wait a little, then try again. Or ring the hub.")),
    500: (
        N_("Something went wrong here"),
        N_("It is not your fault, and nothing is lost. Try again, or ring the hub."),
    ),
    503: (
        N_("The hub is away for a moment"),
        N_("Wait a minute, then try once more. If you sent something, it was not kept."),
    ),
    507: (
        N_("We cannot keep anything new just now"),
        N_(
            "The hub’s machine has no room left. What you sent was not kept. What was there before "
            "is safe, and you can still read it. If it cannot wait, please ring the hub."
        ),
    ),
}
PLAIN = "errors/plain.html"
UNKEPT = {Unkept.AWAY: 503, Unkept.NO_ROOM: 507}


def register(app: Flask) -> None:
    """Hook the context, the filters and the error pages onto the app."""
    app.context_processor(_context)
    app.jinja_env.globals.update(
        FIELDS=FIELDS,
        looked_at=_looked_at,
        STATES=STATES,
        alert_title=_alert_title,
        in_te_reo=wording.in_te_reo,
        crisis_lines=lines_of,
        talks_asked=_talks_asked,
        how_to_join=how_to_join,
        can_print=paper.can_print,
    )
    app.jinja_env.filters.update(
        wording.FILTERS, **cells.FILTERS, there=_there, at_hub=_at_hub, elsewhere=_elsewhere,
        said=_said, first_name=first_name, device_name=device_name, bounce_words=_bounce_words,
    )  # fmt: skip
    app.before_request(_refuse_nul)
    app.register_error_handler(401, _to_sign_in)
    app.register_error_handler(CSRFError, _old_form)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _plain)
    app.register_error_handler(DBAPIError, _unkept)
    app.register_error_handler(Exception, _broken)


def _alert_title(name: str) -> str:
    """What an alert is called in two or three words: as its standing, or by a name of its own."""
    return KINDS[name].title or STATES[name].word


def _looked_at(what: str) -> str:
    """What somebody looked at, as its owner reads it."""
    if what.startswith(looks.REPORT):
        title = REPORTS[what.removeprefix(looks.REPORT)].title
        return str(_("A report about everybody: %(title)s", title=_(title)))
    return str(_(LOOKED_AT[what]))


def _there(instant: datetime, entitlement: Entitlement) -> datetime:
    """An instant as wall time where the entitlement's sessions are."""
    return to_local(instant, entitlements.zone_of(door.store(), entitlement))


def _at_hub(instant: datetime) -> datetime:
    """An instant as wall time at the hub."""
    return to_local(instant, read(door.store(), HubSettings).time_zone)


def _elsewhere(what: Session | Meeting | Opening) -> str:
    """Whose clock a wall time is on, where the reader's own shows another one then."""
    mine = ways.zone_of(door.me(), read(door.store(), HubSettings))
    if to_local(what.starts_at, mine) == what.local_start:
        return ""
    return ", " + str(_("%(place)s time", place=place_of(what.zone)))


def _said(confirmation: Confirmation) -> str:
    """What one side answered, as whoever reads the page is told it."""
    return wording.said(confirmation, door.me())


def _bounce_words(trouble: str | None) -> str:
    """The code of a mail server in words; nothing for what is none."""
    words = bounces.why(trouble or "")
    return str(_(words)) if words else ""


def _talks_asked() -> list[DebriefAsk]:
    """Who would like to talk to the reader, or does."""
    return debriefs.asked_of(door.store(), door.me())


def _refuse_nul() -> None:
    """No name, address or answer holds the character NUL, and PostgreSQL cannot keep it."""
    given = [request.path, *request.args.values(), *request.form.values()]
    if any("\0" in text for text in given):
        abort(400)


def _context() -> dict[str, Any]:
    hub = HubSettings() if "alone" in g else read(door.store(), HubSettings)
    facts: dict[str, Any] = {"hub": hub, "language": door.locale(), "nav": [], "roles": frozenset()}
    facts |= {"person": None, "reader": None, "troubles": []}
    if "alone" not in g and current_user and current_user.is_authenticated:
        roles = door.viewer().roles
        me = door.me()
        facts |= {"person": me, "reader": me, "roles": roles, "nav": _nav(roles)}
        if "coordinator" in roles:
            facts["troubles"] = _troubles()
    return facts


def _troubles() -> list[watch.Trouble]:
    mailing = bool(current_app.config["HUB"].smtp_host)
    return watch.troubles(door.store(), clock.now(), clock.really(), mailing=mailing)


def _nav(roles: frozenset[str]) -> list[Link]:
    here = request.endpoint or ""
    return [
        Link(endpoint, word, here.split(".")[0] == endpoint.split(".")[0])
        for role, endpoint, word in NAV
        if not role or role in roles
    ]


def _to_sign_in(_error: HTTPException) -> Response:
    after = request.path if request.method == "GET" and request.path != "/" else None
    return redirect(url_for("auth.sign_in", next=after))


def _old_form(_error: CSRFError) -> tuple[str, int]:
    door.keep_nothing()
    return _page(
        N_("This page was open for a long time"),
        N_("Go back, load it again, and send it once more."),
        400,
    )


def _refused(refusal: Refused) -> tuple[str, int]:
    door.keep_nothing()
    if isinstance(refusal, NotFound):
        return _page(*ERROR_WORDS[404], 404)
    return _page(N_("That did not work"), door.words(refusal), 409)


def _plain(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    door.keep_nothing()
    return _page(*ERROR_WORDS.get(code, ERROR_WORDS[400 if code < 500 else 500]), code)


def _unkept(error: DBAPIError) -> tuple[str, int]:
    """Nothing of it was kept. While the database is away its page has to do without any."""
    trouble = unkept.why(error)
    if trouble is None:
        return _broken(error)
    current_app.logger.error("nothing could be kept: %s", error.orig)
    door.keep_nothing()
    if trouble is Unkept.AWAY:
        g.alone = True
    return _page(*ERROR_WORDS[UNKEPT[trouble]], UNKEPT[trouble])


def _broken(error: Exception) -> tuple[str, int]:
    if current_app.testing:
        raise error
    current_app.logger.exception("a page broke")
    door.keep_nothing()
    return _page(*ERROR_WORDS[500], 500)


def _page(title: str, words: str, code: int) -> tuple[str, int]:
    """Alone, it asks nobody who reads it."""
    said = {"heading": title, "words": words, "whole": None}
    if "alone" in g:
        return current_app.jinja_env.get_template(PLAIN).render(_context() | said), code
    return render_template(PLAIN, **said), code
