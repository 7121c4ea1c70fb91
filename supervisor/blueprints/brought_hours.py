"""My open hours from a file: what would change is shown first, and then saved or not."""

from collections.abc import Sequence
from contextlib import closing
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from calendars.availability import Open
from calendars.weekly import Slip
from supervisor import clock, door
from supervisor.availability import brought_hours, open_changes
from supervisor.availability.brought_hours import MOST_OCTETS, SLIPS
from supervisor.errors import Refused
from supervisor.models import Person
from supervisor.models.engine import write_from_now
from supervisor.rules.fit_times import DAYS
from supervisor.wording import minute_field

bp = Blueprint("brought_hours", __name__)
MOST_SLIPS = 20
Page = Response | str | tuple[str, int]


@bp.get("/people/<ref>/hours/file")
@door.needs()
def show(ref: str) -> str:
    """Choose a file; what is written down already can be had as one."""
    return _file(door.their(ref))


@bp.post("/people/<ref>/hours/file")
@door.needs()
def bring(ref: str) -> Page:
    """What the file would change. Nobody waits to write while it is read, and nothing is kept."""
    asked = brought_hours.asked(door.store(), door.their(ref), clock.now())
    door.keep_nothing()
    try:
        some, slips = brought_hours.hours_in(_octets(), asked)
    except Refused as refusal:
        return _file(door.their(ref), error=door.words(refusal)), 422
    if slips:
        return _file(door.their(ref), slips), 422
    door.store().rollback()
    write_from_now(on=True)
    return _compared(ref, some)


def _octets() -> bytes:
    """One more than may be, which is then too big."""
    if (given := request.files.get("file")) is None:
        return b""
    with closing(given):
        return given.stream.read(MOST_OCTETS + 1)


def _named(slips: Sequence[Slip]) -> list[tuple[int, date | None, str]]:
    return [(one.number, _day(one.day), SLIPS[one.why]) for one in slips[:MOST_SLIPS]]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _file(person: Person, slips: Sequence[Slip] = (), error: str = "") -> str:
    more = max(0, len(slips) - MOST_SLIPS)
    return _page("file", person, slips=_named(slips), more=more, error=error)


def _compared(ref: str, some: Sequence[Open]) -> Page:
    """Hours that a person has to put right are put right where hours are typed."""
    store, person = door.store(), door.their(ref)
    try:
        wanted = brought_hours.as_hours(store, some)
        found = brought_hours.compared(store, person, wanted, clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _wrong(door.their(ref), some, refusal), 422
    places = open_changes.places(store)
    return _page("changes", person, rows=_rows(some), found=found, places=places)


def _wrong(person: Person, some: Sequence[Open], refusal: Refused) -> str:
    """A refusal of one row names its number; there may be too many of them."""
    number = (refusal.field or "").removeprefix("row")
    slip = some[int(number)] if number.isdecimal() else None
    return _page("wrong", person, rows=_rows(some), slip=slip, error=door.words(refusal))


def _rows(some: Sequence[Open]) -> list[tuple[int, str, str, str, str]]:
    """As the fields of the editor take them."""
    return [
        (
            one.weekday,
            minute_field(one.starts_minute),
            minute_field(one.ends_minute),
            brought_hours.way_of(one) or "",
            one.location,
        )
        for one in some
    ]


def _page(name: str, person: Person, **facts: Any) -> str:
    return render_template(f"brought_hours/{name}.html", who=person, days=DAYS, **facts)
