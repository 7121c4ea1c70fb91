"""Capacity: who has room now, where places are free, and the months ahead."""

from flask import Blueprint, render_template, request

from supervisor import door
from supervisor.room import RoomSettings, room
from supervisor.settings import read

bp = Blueprint("capacity", __name__)


@bp.get("/capacity")
@door.needs("coordinator")
def show() -> str:
    """Everybody who gives support, a page of them at a time, and the forecast; `?all=where` shows
    every row of where places are free."""
    found, rows = room(door.store(), door.hub_today()), read(door.store(), RoomSettings).rows
    page, pages = door.page_of(len(found.givers), rows)
    shown = found.givers[(page - 1) * rows : page * rows]
    cells = found.cells if request.args.get("all") == "where" else found.cells[:rows]
    return render_template(
        "capacity/show.html", room=found, shown=shown, cells=cells, page=page, pages=pages
    )
