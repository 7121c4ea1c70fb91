"""The coordinator's page: what needs her today, and the act beside it."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, people, reminders
from supervisor import year as picture
from supervisor.errors import Refused
from supervisor.groups import mark_disputes
from supervisor.models import Entitlement, Meeting, Person, Session
from supervisor.rules.words import N_
from supervisor.sessions import delivery, sessions
from supervisor.today import today

bp = Blueprint("today", __name__)
LARGEST = 2**31 - 1
"""The largest id that both engines can be asked for."""


@bp.get("/today")
@door.needs("coordinator")
def show() -> str:
    """The board; `?all=behind` shows every row of that section."""
    store, now = door.store(), clock.now()
    board = today.board(store, now, request.args.get("all", ""))
    return render_template("today/show.html", board=board, year=picture.year(store, now))


@bp.post("/today/<ref>/bookings")
@door.needs("coordinator")
def book(ref: str) -> Response:
    """Book the time on the row, for both."""
    entitlement = door.find(Entitlement, ref)
    with door.refusals_on(_here()):
        starts_at, mode = fields.a_start()
        session = sessions.book(door.store(), entitlement, starts_at, mode, door.me(), clock.now())
    return _done(_("Booked for %(one)s and %(other)s.", one=entitlement.person.name,
                   other=session.provider.name))  # fmt: skip


@bp.post("/today/<ref>/times")
@door.needs("coordinator")
def offer_times(ref: str) -> Response:
    """Send the next times that suit both to the pair."""
    entitlement = door.find(Entitlement, ref)
    with door.refusals_on(_here()):
        told = reminders.offer_times(door.store(), entitlement, door.me(), clock.now())
    return _done(_("Times sent to %(names)s.", names=_and(told)))


@bp.post("/today/sessions/<ref>/reminders")
@door.needs("coordinator")
def remind(ref: str) -> Response:
    """Ask once more whoever has not said whether it happened."""
    session = door.find(Session, ref)
    with door.refusals_on(_here()):
        told = reminders.ask_again(door.store(), session, door.me(), clock.now())
    return _done(_("Asked %(names)s again.", names=_and(told)) if told else _("Both have said."))


@bp.post("/today/sessions/<ref>/settlement")
@door.needs("coordinator")
def settle(ref: str) -> Response:
    """Settle what the two see differently; both words are kept."""
    session, held = door.find(Session, ref), request.form.get("held")
    here = door.back(_here())
    with door.refusals_on(here):
        if held not in {"yes", "no", "another"}:
            raise Refused(N_("Say whether they met."), field="held")
        on = fields.a_day("on") if held == "another" else None
        delivery.settle(
            door.store(), session, held=held != "no", by=door.me(), now=clock.now(), on=on,
            again="again" in request.form,
        )  # fmt: skip
    return door.done(here, _("Settled. Both answers are kept."))


@bp.post("/today/meetings/<ref>/settlement")
@door.needs("coordinator")
def settle_mark(ref: str) -> Response:
    """Settle whether somebody was at a group's meeting; both words are kept."""
    meeting, asked = door.find(Meeting, ref), N_("Say whether they were there.")
    here = door.back(_here())
    with door.refusals_on(here):
        person = door.look(Person, request.form.get("person", ""))
        came = fields.yes_or_no("came", asked)
        if person is None:
            raise Refused(asked, field="person")
        mark_disputes.settle(
            door.store(), meeting, person, came=came, by=door.me(), now=clock.now(),
            again="again" in request.form,
        )  # fmt: skip
    return door.done(here, _("Settled. Both answers are kept."))


@bp.post(f"/today/managers/<int(max={LARGEST}):change_id>")
@door.needs("coordinator")
def decide_manager(change_id: int) -> Response:
    """Say yes or no to a change of manager that an import brought."""
    with door.refusals_on(_here()):
        yes = fields.yes_or_no("yes")
        people.decide_manager(door.store(), change_id, yes=yes, by=door.me(), now=clock.now())
    return _done(_("Decided."))


def _and(names: list[Person]) -> str:
    return str(_(" and ")).join(person.name for person in names)


def _here() -> str:
    """The same section of the board."""
    return url_for("today.show", _anchor=request.form.get("at", ""))


def _done(said: str) -> Response:
    return door.done(_here(), said)
