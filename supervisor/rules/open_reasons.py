"""Why somebody has no opening on a day, and for which day."""

from datetime import date

from supervisor.rules.days import DAY, is_away
from supervisor.rules.open_days import meetings_on, minutes_on, monday
from supervisor.rules.open_values import Hours, Way
from supervisor.rules.openings import instant
from supervisor.rules.words import N_, Words

HAS_LEFT = N_("Has left.")
AWAY = N_("Away until %(day)s.")
CLOSED = N_("Closed for this day.")
NO_HOURS = N_("No hours on this weekday.")
FULL_ONE = N_("Full: 1 meeting that day.")
FULL_DAY = N_("Full: %(number)d meetings that day.")
FULL_WEEK = N_("Full: %(number)d meetings that week.")
TAKEN = N_("Every hour is taken. Meetings that day: %(number)d.")
TAKEN_ELSEWHERE = N_("Every hour is taken.")
SHORT = N_("No hour is long enough.")


def why_nothing(hours: Hours, day: date, ways: list[Way], holiday: Words | None) -> Words:
    """The first that applies; `holiday` is what the day is called where it is closed for one."""
    if is_away(day, hours.leave):
        back = next(back for first, back in hours.leave if first <= day < back)
        return Words(HAS_LEFT) if back == date.max else Words(AWAY, {"day": back})
    if day in hours.full_days:
        return _full(hours, day)
    if any(minutes_on(hours, day, way) for way in ways):
        number = meetings_on(hours.busy, hours.zone)[day]
        none = Words(TAKEN_ELSEWHERE if _is_busy(hours, day) else SHORT)
        return Words(TAKEN, {"number": number}) if number else none
    if day in hours.closed and holiday:
        return holiday
    return Words(CLOSED if _is_shut(hours, day) else NO_HOURS)


def _full(hours: Hours, day: date) -> Words:
    """By itself, or because its week is: then all of its days are full."""
    days, first = meetings_on(hours.busy, hours.zone), monday(day)
    week = [first + DAY * n for n in range(7)]
    if days[day] and not all(one in hours.full_days for one in week):
        return Words(FULL_ONE) if days[day] == 1 else Words(FULL_DAY, {"number": days[day]})
    return Words(FULL_WEEK, {"number": sum(days[one] for one in week)})


def _is_busy(hours: Hours, day: date) -> bool:
    """Whether their own calendar takes some of the day."""
    begins, ends = (instant(one, 0, hours.zone) for one in (day, day + DAY))
    return any(starts < ends and until > begins for starts, until in hours.elsewhere)


def _is_shut(hours: Hours, day: date) -> bool:
    """Whether something that would be open is closed for this one day."""
    return any(one.on == day and not one.opens for one in hours.one_offs)
