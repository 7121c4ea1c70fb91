"""Somebody is away: whom that touches, who was asked, and cover where it is long."""

from flask import Blueprint, render_template

from supervisor import clock, door
from supervisor.models import Person
from supervisor.today import away

bp = Blueprint("absences", __name__)


@bp.get("/people/<ref>/leave/<first>")
@door.needs("coordinator")
def show(ref: str, first: str) -> str:
    """Whom they meet: what was called off, what each was told, and what is booked since."""
    person = door.find(Person, ref)
    leave = away.leave_of(door.store(), person, door.day_in_address(first))
    if leave is None:
        door.nothing()
    lines = away.lines(door.store(), leave, clock.now())
    return render_template("people/away.html", whose=person, leave=leave, lines=lines)
