"""Single days, visit days, public holidays worked, and how somebody wants to be booked."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import clock, door, fields
from supervisor.availability import open_changes, open_days, outlook, public_days
from supervisor.availability.open_changes import SPANS, Change, Day, Own, Trip, Worked
from supervisor.errors import Refused
from supervisor.hours import ways
from supervisor.models import Person, Session
from supervisor.rules.open_values import DAY_MINUTES
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import N_
from supervisor.settings import read

bp = Blueprint("open_days", __name__)
Page = Response | str | tuple[str, int]
PAGES = ("days", "visits", "booking")
WEEKS = {"this": 1, "next": 2}


@bp.get("/people/<ref>/hours/days")
@door.needs()
def days(ref: str) -> str:
    """Single days that are open or closed, and public holidays; `?copy=` shows what last week's
    would be this week or the next."""
    return _days(door.their(ref))


def _days(person: Person, refusal: Refused | None = None) -> str:
    store, on = door.store(), ways.today_of(door.store(), person, clock.now())
    weeks = WEEKS.get(request.args.get("copy", ""), 0)
    copies = open_days.last_week(store, person, weeks, on) if weeks else []
    rows = open_days.days_ahead(store, person, on)
    return _page(
        "days",
        person,
        refusal,
        rows=[(row, _sealed(Change((open_days.day_of(row),)))) for row in rows],
        weeks=weeks,
        copies=copies,
        copying=_sealed(Change(comes=tuple(copies))),
        holidays=public_days.ahead(store, person, on),
        worked=open_days.worked(store, person),
    )


@bp.post("/people/<ref>/hours/days")
@door.needs()
def change_days(ref: str) -> Page:
    """Open or close hours of a day, or work on a public holiday, or no longer."""
    person = door.their(ref)
    try:
        verb, _bar, day = request.form.get("do", "").partition("-")
        wanted = _worked(verb, day) if verb in {"work", "rest"} else _day(opens=verb == "open")
        return _apply(person, wanted, "days")
    except Refused as refusal:
        door.keep_nothing()
        return _days(door.their(ref), refusal), 422


def _worked(verb: str, day: str) -> Change:
    try:
        one = (Worked(date.fromisoformat(day)),)
    except ValueError:
        raise Refused(N_("Choose from what is on this page.")) from None
    return Change(comes=one) if verb == "work" else Change(goes=one)


def _day(*, opens: bool) -> Change:
    """A closing without hours is for the whole day."""
    on = fields.a_day("on")
    whole = not opens and not _typed("from") and not _typed("to")
    starts, ends = (0, DAY_MINUTES) if whole else (_minute("from"), _minute("to") or DAY_MINUTES)
    how, place_id = _typed("how") or None, _place()
    return Change(comes=(Day(on, starts, ends, opens, how, place_id),))


def _typed(name: str) -> str:
    return fields.a_word(name, 200)


def _minute(name: str) -> int:
    hour, _colon, minute = _typed(name).partition(":")
    fine = hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60
    if not fine:
        raise Refused(N_("Write a time, like 09:00."), field=name)
    return int(hour) * 60 + int(minute)


def _place() -> int | None:
    return open_changes.place_named(door.store(), _typed("place"))


@bp.get("/people/<ref>/hours/visits")
@door.needs()
def visits(ref: str) -> str:
    """Days at other places; `?change=` puts one into the form."""
    return _visits(door.their(ref))


def _visits(person: Person, refusal: Refused | None = None) -> str:
    store, on = door.store(), ways.today_of(door.store(), person, clock.now())
    rows = open_days.visits(store, person, on)
    names, trips = open_changes.places(store), [open_days.trip_of(row) for row in rows]
    old = request.form.get("old") or request.args.get("change", "")
    edited = next((trip for trip in _opened(old).goes if isinstance(trip, Trip)), None)
    return _page(
        "visits",
        person,
        refusal,
        rows=[(row, _sealed(Change((t,)))) for row, t in zip(rows, trips, strict=True)],
        old=old if edited else "",
        edited=edited and (edited, names(edited.place_id)),
    )


@bp.post("/people/<ref>/hours/visits")
@door.needs()
def change_visits(ref: str) -> Page:
    """Write down visit days, or in the place of what they were."""
    person = door.their(ref)
    try:
        place_id = _place()
        if place_id is None:
            raise Refused(N_("Write the place that you go to."), field="place")
        last = fields.a_day("last") if _typed("last") else None
        hours = _minute("from"), _minute("to") or DAY_MINUTES
        trip = Trip(fields.a_day("first"), _every(), *hours, place_id, last)
        return _apply(person, Change(_opened(_typed_old()).goes, (trip,)), "visits")
    except Refused as refusal:
        door.keep_nothing()
        return _visits(door.their(ref), refusal), 422


def _typed_old() -> str:
    return request.form.get("old", "")


def _every() -> int:
    typed = _typed("every")
    return int(typed) if typed.isdecimal() and len(typed) < 3 else 0


@bp.get("/people/<ref>/hours/booking")
@door.needs()
def booking(ref: str) -> str:
    """Notice, how far ahead, how many, and what is kept free around each meeting."""
    return _booking(door.their(ref))


def _booking(person: Person, refusal: Refused | None = None) -> str:
    store = door.store()
    own, usual = open_days.own(store, person), read(store, BookingSettings)
    return _page("booking", person, refusal, own=own._asdict(), usual=usual, spans=SPANS)


@bp.post("/people/<ref>/hours/booking")
@door.needs()
def change_booking(ref: str) -> Page:
    """Their own numbers; an empty field is as the hub has it."""
    person = door.their(ref)
    was = open_days.own(door.store(), person)
    try:
        wanted = Change((was,), (Own(**{name: _number(name) for name in Own._fields}),))
        return _apply(person, wanted, "booking")
    except Refused as refusal:
        door.keep_nothing()
        return _booking(door.their(ref), refusal), 422


def _number(name: str) -> int | None:
    typed = _typed(name)
    if typed and not (typed.isdecimal() and len(typed) < 6):
        least, most = SPANS[name]
        words = N_("Write a whole number from %(least)d to %(most)d.")
        raise Refused(words, field=name, least=least, most=most)
    return int(typed) if typed else None


@bp.post("/people/<ref>/hours/changes")
@door.needs()
def apply(ref: str) -> Page:
    """A change as it was sealed: taken out, copied, undone, or confirmed with what it does to
    booked meetings."""
    person, page = door.their(ref), request.form.get("page", "")
    page = page if page in PAGES else PAGES[0]
    with door.refusals_on(url_for(f"open_days.{page}", ref=ref)):
        return _apply(person, _opened(request.form.get("what", "")), page)


def _apply(person: Person, wanted: Change, page: str) -> Page:
    """Meetings that a change leaves outside are shown before it is kept: each that was not seen
    yet is asked about first."""
    store, me, now, ref = door.store(), door.me(), clock.now(), person.ref
    wanted = open_changes.joined(wanted, open_days.held(store, person))
    done = open_days.change(store, person, wanted, me, now)
    here = url_for(f"open_days.{page}", ref=ref)
    if not done.anything:
        door.keep_nothing()
        return door.done(here, _("Nothing was changed."))
    clashes = done.clashes
    if {session.ref for session in clashes} - set(request.form.getlist("seen")):
        return _ask(person.ref, wanted, page, [one.ref for one in clashes])
    off = request.form.get("do") == "off"
    if off:
        open_days.call_off(store, person, clashes, me, now)
    was = url_for(f"open_days.{page}", ref=ref, was=_sealed(wanted.undo))
    return door.done(was, _said(len(clashes), off=off))


def _said(clashes: int, *, off: bool) -> str:
    said = [_("It is saved.")]
    if clashes and off:
        said.append(
            ngettext(
                "%(num)d meeting is called off. You both know.",
                "%(num)d meetings are called off. You all know.",
                clashes,
            )
        )
    elif clashes:
        said.append(_("What was booked stays booked."))
    return " ".join(said)


def _ask(ref: str, wanted: Change, page: str, clashes: Iterable[str]) -> str:
    """Nothing is kept yet."""
    door.keep_nothing()
    person = door.their(ref)
    some = [session for one in clashes if (session := door.look(Session, one))]
    return render_template(
        "open_days/clashes.html", who=person, page=page, what=_sealed(wanted), clashes=some
    )


def _page(name: str, person: Person, refusal: Refused | None, **facts: Any) -> str:
    store = door.store()
    return render_template(
        f"open_days/{name}.html",
        who=person,
        page=name,
        typed=request.form if refusal else {},
        error=door.words(refusal) if refusal else "",
        field=refusal.field if refusal else "",
        was=_was(),
        places=open_changes.place_names(store),
        ahead=outlook.outlook(store, person, clock.now()),
        **facts,
    )


def _was() -> str:
    """The sealed way back of the change that was just made; nothing where there is none."""
    was = request.args.get("was", "")
    return was if _opened(was) != Change() else ""


def _sealed(change: Change) -> str:
    """A change as it stands in an address or a form."""
    return door.sealed(open_changes.plain(change), "days")


def _opened(text: str) -> Change:
    """The change that was sealed; none where it was not sealed for this reader."""
    found = door.unsealed(text, "days")
    return open_changes.of_plain(found) if found else Change()
