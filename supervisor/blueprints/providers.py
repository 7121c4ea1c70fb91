"""The supervisors and mentors: load against capacity, vetting, who is away."""

from flask import Blueprint, render_template

from supervisor import capacity, door
from supervisor.people import ListSettings
from supervisor.settings import read

bp = Blueprint("providers", __name__)


@bp.get("/providers")
@door.needs("coordinator")
def show() -> str:
    """Everyone who offers something, with room or without."""
    on, rows = door.hub_today(), read(door.store(), ListSettings).rows
    loads = capacity.loads(door.store(), on)
    page, pages = door.page_of(len(loads), rows)
    shown = loads[(page - 1) * rows : page * rows]
    return render_template("providers/show.html", loads=shown, on=on, page=page, pages=pages)
