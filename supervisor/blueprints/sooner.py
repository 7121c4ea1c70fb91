"""An earlier time: asked to hear of one, and answered when one came free."""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door
from supervisor.commitments import TimeGone
from supervisor.errors import Refused
from supervisor.models import Session, SoonerOffer
from supervisor.pair import home_of
from supervisor.sessions import sooner

bp = Blueprint("sooner", __name__)


@bp.post("/sessions/<ref>/sooner")
@door.needs()
def wish(ref: str) -> Response:
    """Tell me if something sooner comes up."""
    here = url_for("sessions.show", ref=ref)
    with door.refusals_on(here):
        sooner.wish(door.store(), door.find(Session, ref), door.me(), clock.now())
    return door.done(here, _("You hear of earlier times as they come up. Your meeting stays."))


@bp.post("/sessions/<ref>/sooner/end")
@door.needs()
def unwish(ref: str) -> Response:
    """Not any more."""
    sooner.unwish(door.store(), door.find(Session, ref), door.me(), clock.now())
    return door.done(url_for("sessions.show", ref=ref), _("You hear of no earlier times now."))


@bp.get("/sooner/<ref>")
@door.needs()
def show(ref: str) -> str:
    """The time that came free, beside the one that is booked."""
    offer = door.find(SoonerOffer, ref)
    worker = offer.session.entitlement.person
    return render_template(
        "sooner/show.html",
        offer=offer,
        s=offer.session,
        is_open=sooner.is_open(offer, clock.now()),
        outcome=sooner.outcome(offer, clock.now()),
        for_them=worker.id != door.me().id,
        home=home_of(worker),
    )


@bp.post("/sooner/<ref>/yes")
@door.needs()
def accept(ref: str) -> Response:
    """The first yes has it."""
    offer, store = door.find(SoonerOffer, ref), door.store()
    here = url_for("sessions.show", ref=offer.session.ref)
    try:
        sooner.accept(store, offer, door.me(), clock.now())
    except TimeGone:
        store.rollback()
        sooner.gone(store, door.find(SoonerOffer, ref), clock.now())
        return door.done(here, _(sooner.TAKEN))
    except Refused as refusal:
        return door.not_done(here, refusal)
    return door.done(here, _("It is moved."))


@bp.post("/sooner/<ref>/no")
@door.needs()
def decline(ref: str) -> Response:
    """No to this one."""
    offer = door.find(SoonerOffer, ref)
    sooner.decline(door.store(), offer, door.me(), clock.now())
    return door.done(home_of(offer.session.entitlement.person), _("Your meeting stays as it is."))
