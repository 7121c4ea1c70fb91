"""The year's plan of a pair: kept with one tap, or with none where both let the hub book."""

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import clock, door, entitlements, fields, wording
from supervisor.models import Entitlement, Match
from supervisor.pair import home_of, myself
from supervisor.plans import book_for_us, plans
from supervisor.zones import to_local

bp = Blueprint("plans", __name__)


@bp.post("/matches/<ref>/booking")
@door.needs()
def let(ref: str) -> Response:
    """The two let the hub book their plan, or no longer."""
    match, here = door.find(Match, ref), url_for("matches.show", ref=ref)
    with door.refusals_on(here):
        yes = fields.yes_or_no("lets")
        kept, _gone = book_for_us.let(door.store(), match, door.me(), clock.now(), yes=yes)
    if kept:
        said = ngettext("%(num)d meeting is booked.", "%(num)d meetings are booked.", len(kept))
        return door.done(here, said)
    return door.done(here, _("That is written down.") if yes else _("It is taken back."))


@bp.post("/entitlements/<ref>/plan")
@door.needs()
def keep(ref: str) -> Response:
    """Keep the whole plan with one tap."""
    entitlement = door.find(Entitlement, ref)
    kept, gone = plans.keep(door.store(), entitlement, door.me(), clock.now(), myself(entitlement))
    said = ngettext("%(num)d meeting is booked.", "%(num)d meetings are booked.", len(kept))
    if not kept:
        said = _("There is nothing left of that plan to book.")
    if gone:
        zone = entitlements.zone_of(door.store(), entitlement)
        times = ", ".join(wording.day_and_time(to_local(one.starts_at, zone)) for one in gone)
        said += " " + _("Gone by now, so choose another time for it: %(times)s.", times=times)
    return door.done(home_of(entitlement.person), said)
