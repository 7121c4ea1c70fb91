"""Capacity: who has room now, where places are free, and the months ahead."""

from flask import Blueprint, render_template

from supervisor import door
from supervisor.people import ListSettings
from supervisor.room import room
from supervisor.settings import read

bp = Blueprint("capacity", __name__)


@bp.get("/capacity")
@door.needs("coordinator")
def show() -> str:
    """Everybody who gives support, a page of them at a time, the cells and the forecast."""
    found, rows = room(door.store(), door.hub_today()), read(door.store(), ListSettings).rows
    page, pages = door.page_of(len(found.givers), rows)
    shown = found.givers[(page - 1) * rows : page * rows]
    return render_template("capacity/show.html", room=found, shown=shown, page=page, pages=pages)
