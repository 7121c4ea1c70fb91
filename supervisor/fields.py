"""What somebody wrote into a form, field by field; what is none is refused beside its field."""

from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from flask import request

from supervisor.errors import Refused
from supervisor.rules import typed
from supervisor.rules.kinds import Mode
from supervisor.rules.words import N_

Choice = TypeVar("Choice", bound=StrEnum)
YES_OR_NO = N_("Choose yes or no.")
LONGEST_NAME = 80
YEARS = range(1970, 2200)
"""Days outside these are slips of the pen, and no calendar can count with the first or last."""


def a_word(name: str = "word", longest: int = 1000) -> str:
    """What was typed into a free field, no longer than there is room for."""
    return request.form.get(name, "").strip()[:longest]


def a_name(name: str) -> str:
    """What something is to be called; one that is too long is refused, not cut."""
    written = request.form.get(name, "").strip()
    if len(written) > LONGEST_NAME:
        words = N_("That name is too long. Write at most %(most)d letters.")
        raise Refused(words, field=name, most=LONGEST_NAME)
    return written


def a_day(name: str) -> date:
    """A day of the form; what is none is refused beside its field."""
    day = typed.day_of(request.values.get(name, ""))
    if day is None:
        raise Refused(N_("Write a day, like 10 March 2027."), field=name)
    _refuse_far(day, name)
    return day


def _refuse_far(day: date, name: str) -> None:
    if day.year not in YEARS:
        raise Refused(N_("That year is far away. Look at it once more."), field=name)


def a_start() -> tuple[datetime, str | None]:
    """The time that was picked, as the page offered it: an instant and a way of meeting."""
    given, _bar, mode = request.values.get("start", "").partition("|")
    try:
        instant = datetime.fromisoformat(given)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or instant.year not in YEARS:
        raise Refused(N_("Pick one of the times."), field="start")
    return instant, mode if mode in set(Mode) else None


def a_wall_time(name: str) -> datetime:
    """A day and a time of the form, as a clock on the wall says them."""
    wall = typed.wall_time_of(request.form.get(name, ""))
    if wall is None:
        raise Refused(N_("Write a day and a time, like 10 March 2027, 10:00 am."), field=name)
    _refuse_far(wall, name)
    return wall


def yes_or_no(name: str, ask: str = YES_OR_NO) -> bool:
    """Which of the two buttons was pressed. A no calls things off, so that it is never taken from
    a form that says neither."""
    said = request.form.get(name)
    if said not in {"yes", "no"}:
        raise Refused(ask, field=name)
    return said == "yes"


def one_of(choices: type[Choice], name: str, ask: str) -> Choice:
    """One of a closed list; anything else is refused with `ask`, which says what to do."""
    given = request.form.get(name, "")
    if given not in set(choices):
        raise Refused(ask, field=name)
    return choices(given)
