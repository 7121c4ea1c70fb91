"""My own time away: written down, seen, and taken back, by a worker or a provider themselves."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, leave, people, wording
from supervisor.errors import Refused
from supervisor.models import Leave, Session

bp = Blueprint("leave", __name__)


@bp.get("/away")
@door.needs("worker", "provider")
def mine() -> str:
    """The days that are written down, and a form for more. Days in the address are not written
    down yet: what lies in them is shown."""
    if "starts_on" not in request.args:
        return _page()
    try:
        days = fields.a_day("starts_on"), fields.a_day("ends_on")
        inside = leave.inside(door.store(), door.me(), *days, clock.now())
    except Refused as refusal:
        return _page(refusal)
    return _page(inside=inside)


def _page(refusal: Refused | None = None, inside: Sequence[Session] = ()) -> str:
    return render_template(
        "leave/mine.html",
        away=people.leave_ahead(door.store(), door.me(), door.hub_today()),
        typed=request.values,
        error=door.words(refusal) if refusal else "",
        field=refusal.field if refusal else "",
        inside=inside,
    )


@bp.post("/away")
@door.needs("worker", "provider")
def record() -> Response | str | tuple[str, int]:
    """Write it down. Meetings inside are shown before they are called off: what was not seen
    yet is asked about first."""
    store, me, now = door.store(), door.me(), clock.now()
    try:
        first, back = fields.a_day("starts_on"), fields.a_day("ends_on")
        inside = leave.inside(store, me, first, back, now)
        if {session.ref for session in inside} - set(request.form.getlist("seen")):
            return redirect(url_for("leave.mine", starts_on=first, ends_on=back), code=303)
        recorded = leave.record(store, me, first, back, me, now)
    except Refused as refusal:
        door.keep_nothing()
        return _page(refusal), 422
    said = _said(recorded.leave, first, back, len(recorded.called_off))
    return door.done(url_for("leave.mine"), said)


def _said(kept: Leave, first: date, back: date, gone: int) -> str:
    joined = wording.became_one(first, back, (kept.starts_on, kept.ends_on))
    said = [_("Your time away is written down."), *joined]
    if gone:
        said.append(
            ngettext(
                "%(num)d meeting in it is called off. You both know.",
                "%(num)d meetings in it are called off. You all know.",
                gone,
            )
        )
    return " ".join(said)


@bp.post("/away/<first>/withdrawal")
@door.needs("worker", "provider")
def take_back(first: str) -> Response:
    """As if it had not been written down."""
    starts_on = door.day_in_address(first)
    ahead = people.leave_ahead(door.store(), door.me(), door.hub_today())
    found = next((one for one in ahead if one.starts_on == starts_on), None)
    if found is None:
        return door.done(url_for("leave.mine"), _("Those days are not written down any more."))
    leave.take_back(door.store(), found, door.me(), clock.now())
    return door.done(
        url_for("leave.mine"),
        _("It is taken back. What was called off stays so: book those meetings again."),
    )
