"""The year's plan of a pair: kept with one tap."""

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import clock, door, entitlements, wording
from supervisor.models import Entitlement
from supervisor.pair import home_of, myself
from supervisor.plans import plans
from supervisor.zones import to_local

bp = Blueprint("plans", __name__)


@bp.post("/entitlements/<ref>/plan")
@door.needs()
def keep(ref: str) -> Response:
    """Keep the whole plan with one tap."""
    entitlement = door.find(Entitlement, ref)
    kept, gone = plans.keep(door.store(), entitlement, door.me(), clock.now(), myself(entitlement))
    said = ngettext("%(num)d meeting is booked.", "%(num)d meetings are booked.", len(kept))
    if gone:
        zone = entitlements.zone_of(door.store(), entitlement)
        times = ", ".join(wording.day_and_time(to_local(one.starts_at, zone)) for one in gone)
        said += " " + _("Gone by now, so choose another time for it: %(times)s.", times=times)
    return door.done(home_of(entitlement.person), said)
