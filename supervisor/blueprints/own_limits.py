"""My limit: how many people and hours a provider takes on."""

from math import isfinite

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, own_limits
from supervisor.errors import Refused
from supervisor.rules.words import N_

bp = Blueprint("own_limits", __name__)


@bp.get("/limit")
@door.needs("provider")
def mine() -> str:
    """What I take on, and what of it is taken."""
    return _page()


def _page(refusal: Refused | None = None) -> str:
    return render_template(
        "limits/mine.html",
        limits=own_limits.limits(door.store(), door.me(), door.hub_today()),
        typed=request.form,
        error=door.words(refusal) if refusal else "",
        field=refusal.field if refusal else "",
    )


@bp.post("/limit")
@door.needs("provider")
def change() -> Response | tuple[str, int]:
    """Lower it; what is promised stays."""
    store, me, on = door.store(), door.me(), door.hub_today()
    try:
        wanted = {
            one.name: _number(one.name)
            for one in own_limits.limits(store, me, on)
            if request.form.get(one.name, "").strip()
        }
        changed = own_limits.lower(store, me, wanted, on, clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(refusal), 422
    said = _("Your limit is saved. The hub knows.") if changed else _("Nothing was changed.")
    return door.done(url_for("own_limits.mine"), said)


def _number(name: str) -> float:
    """Hours may be parts of one; people may not."""
    try:
        number = float(request.form.get(name, ""))
    except ValueError:
        number = -1.0
    whole = name == own_limits.HOURS or number.is_integer()
    if not isfinite(number) or number < 0 or not whole:
        raise Refused(N_("Write a number, like 4."), field=name)
    return number
