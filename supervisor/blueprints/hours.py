"""My open hours: rows of a week that are added, copied and taken out before they are saved."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door
from supervisor.availability import open_changes, open_hours, outlook
from supervisor.availability.open_hours import MOST, Hours
from supervisor.errors import Refused
from supervisor.models import Person, Session
from supervisor.rules.open_values import DAY_MINUTES
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import N_
from supervisor.settings import read
from supervisor.wording import minute_field, weekdays

bp = Blueprint("hours", __name__)
WEEK = 7
WORKING_DAYS = range(5)
FIELDS = ("weekday", "from", "to", "how", "where")
Row = tuple[int, str, str, str, str]
"""A row as it is typed: the weekday, from, to, the way of meeting, and the place."""


@bp.get("/people/<ref>/hours")
@door.needs()
def show(ref: str) -> str:
    """The week as it is; `?was=` is the one before, to go back to."""
    person = door.their(ref)
    return _page(person, _typed(open_hours.week(person)), was=_was())


def _typed(week: Iterable[Hours]) -> list[Row]:
    places = open_changes.places(door.store())
    return [
        (
            one.weekday,
            minute_field(one.starts),
            minute_field(one.ends),
            one.mode or "",
            places(one.place_id),
        )
        for one in week
    ]


def _page(
    person: Person,
    rows: Sequence[Row],
    refusal: Refused | None = None,
    was: Sequence[Row] | None = None,
    *,
    draft: bool = False,
    leaves: Sequence[Session] = (),
) -> str:
    store = door.store()
    booking = read(store, BookingSettings)
    return render_template(
        "hours/show.html",
        who=person,
        days=[(name, _of_day(rows, day)) for day, name in enumerate(weekdays())],
        rows=rows,
        error=door.words(refusal) if refusal else "",
        bad=refusal.field if refusal else None,
        was=was,
        draft=draft,
        leaves=leaves,
        outside=open_hours.outside(store, person, clock.now()),
        places=open_changes.place_names(store),
        ahead=outlook.outlook(store, person, clock.now()),
        office=[minute_field(booking.office_from), minute_field(booking.office_to)],
    )


def _of_day(rows: Sequence[Row], day: int) -> list[tuple[int, Row]]:
    return [(n, row) for n, row in enumerate(rows) if row[0] == day]


def _was() -> list[Row] | None:
    """The rows of the address; None for any that somebody else wrote."""
    week = door.unsealed(request.args.get("was", ""), "hours")
    return None if week is None else _rows(tuple(map(str, row)) for row in week)


def _rows(given: Iterable[tuple[str, ...]]) -> list[Row]:
    """What cannot be a row is left out."""
    return [
        (int(row[0]), row[1], row[2], row[3], row[4])
        for row in list(given)[: MOST + 1]
        if len(row) == 5 and row[0] in set("0123456")
    ]


@bp.post("/people/<ref>/hours")
@door.needs()
def change(ref: str) -> Response | str | tuple[str, int]:
    """Save the rows, or show them again with one more, one less, or a day copied. Meetings that
    would lie outside are shown before: what was not seen yet is asked about first."""
    person, rows = door.their(ref), _form()
    verb, _bar, number = request.form.get("do", "save").partition("-")
    if verb != "save":
        door.keep_nothing()
        return _page(person, _drafted(rows, verb, number), draft=True)
    before, rows = open_hours.week(person), [row for row in rows if row[1] or row[2]]
    try:
        wanted = [_hours(n, row) for n, row in enumerate(rows)]
        leaves = open_hours.left_outside(door.store(), person, wanted, clock.now())
        if {session.ref for session in leaves} - set(request.form.getlist("seen")):
            door.keep_nothing()
            return _page(person, rows, draft=True, leaves=leaves)
        outside = open_hours.save(door.store(), person, wanted, door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(door.their(ref), rows, refusal, draft=True), 422
    if set(wanted) == set(before):
        return door.done(url_for("hours.show", ref=ref), _("Nothing was changed."))
    said = _("The hours are saved.")
    if outside:
        said += " " + _("Meetings outside them stay booked. They are listed below.")
    return door.done(url_for("hours.show", ref=ref, was=door.sealed(_typed(before), "hours")), said)


def _form() -> list[Row]:
    weekdays, *others = (request.form.getlist(name) for name in FIELDS)
    rows = zip_longest(*(column[: len(weekdays)] for column in others), fillvalue="")
    return _rows((day, *row) for day, row in zip(weekdays, rows, strict=False))


def _drafted(rows: list[Row], verb: str, number: str) -> list[Row]:
    """Rows of the page with what a button does to them; nothing is saved by it."""
    n = int(number) if number.isdecimal() and int(number) < MOST else -1
    if verb == "add" and 0 <= n < WEEK:
        return [*rows, (n, "", "", "", "")]
    if verb == "remove":
        return [row for place, row in enumerate(rows) if place != n]
    if verb == "copy" and n in WORKING_DAYS:
        kept = [row for row in rows if row[0] not in WORKING_DAYS]
        return [*((day, *row[1:]) for day in WORKING_DAYS for row in rows if row[0] == n), *kept]
    return rows


def _hours(n: int, row: Row) -> Hours:
    """A row in minutes; midnight as an end is the end of the day."""
    weekday, starts, ends, mode, where = row
    minutes = _minute(n, starts), _minute(n, ends) or DAY_MINUTES
    try:
        place_id = open_changes.place_named(door.store(), where.strip())
    except Refused as refusal:
        raise Refused(refusal.words, field=f"row{n}") from refusal
    return Hours(weekday, *minutes, mode or None, place_id)


def _minute(n: int, typed: str) -> int:
    hour, _colon, minute = typed.partition(":")
    fine = hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60
    if not fine:
        raise Refused(N_("Write a time, like 09:00."), field=f"row{n}")
    return int(hour) * 60 + int(minute)
