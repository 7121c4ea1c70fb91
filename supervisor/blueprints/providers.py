"""The supervisors and mentors: load against capacity, vetting, who is away."""

from flask import Blueprint, render_template

from supervisor import capacity, door

bp = Blueprint("providers", __name__)


@bp.get("/providers")
@door.needs("coordinator")
def show() -> str:
    """Everyone who offers something, with room or without."""
    on = door.hub_today()
    return render_template("providers/show.html", loads=capacity.loads(door.store(), on), on=on)
