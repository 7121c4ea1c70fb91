"""The worker's home: where each kind of support stands, and the one thing to press."""

from flask import Blueprint, render_template

from supervisor import clock, door, entitlements, group_credits, pulse, support
from supervisor.debriefs import debriefs
from supervisor.groups import mark_disputes
from supervisor.matches import agreements
from supervisor.models import Entitlement
from supervisor.sessions import past_sessions
from supervisor.swaps import swaps

bp = Blueprint("support", __name__)


@bp.get("/support")
@door.needs("worker")
def show() -> str:
    """My kinds of support, what I am asked, and my groups."""
    home = support.home(door.store(), door.me(), clock.now())
    to_sign = agreements.to_sign(door.store(), door.viewer())
    asked = swaps.to_answer(door.store(), door.me())
    talk = debriefs.open_of(door.store(), door.me())
    return render_template(
        "support/show.html",
        home=home,
        to_sign=to_sign,
        swaps=asked,
        talk=talk,
        pulse=pulse.open_of(door.store(), door.me(), clock.now()),
    )


@bp.get("/support/manager")
@door.needs("worker")
def manager_view() -> str:
    """What my manager sees: exactly the manager's row."""
    seen = support.manager_view(door.store(), door.me(), clock.now())
    managed = support.has_manager(door.store(), door.me(), door.hub_today())
    return render_template("support/manager.html", team=seen, managed=managed)


@bp.get("/entitlements/<ref>/past")
@door.needs()
def past(ref: str) -> str:
    """The meetings behind the number, each with what both said, and those that are booked; a
    provider's are their own."""
    store, now, entitlement = door.store(), clock.now(), door.find(Entitlement, ref)
    theirs = door.viewer().coordinator or entitlement.person_id == door.me().id
    return render_template(
        "support/past.html",
        counted=group_credits.listed(store, entitlement, now) if theirs else [],
        differ=mark_disputes.of_entitlement(store, entitlement, now) if theirs else [],
        rule=group_credits.rules(store, now).of(entitlement.ends_on),
        e=entitlement,
        p=entitlements.position(store, entitlement, now),
        coming=past_sessions.coming(store, entitlement, door.viewer(), now),
        past=past_sessions.past(store, entitlement, door.viewer(), now),
    )
