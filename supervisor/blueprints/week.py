"""The provider's home: the days ahead, what waits for an answer, and whom they support."""

from flask import Blueprint, render_template

from supervisor import clock, door, week
from supervisor.matches import agreements
from supervisor.swaps import swaps

bp = Blueprint("week", __name__)


@bp.get("/week")
@door.needs("provider")
def show() -> str:
    """My week."""
    mine = week.week(door.store(), door.me(), clock.now())
    to_sign = agreements.to_sign(door.store(), door.viewer())
    asked = swaps.to_answer(door.store(), door.me())
    return render_template("week/show.html", week=mine, to_sign=to_sign, swaps=asked)
