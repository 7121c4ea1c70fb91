"""What lies ahead: what is booked, what a pair's own record makes likely, and how sure that is."""

from datetime import date
from fractions import Fraction
from math import ceil

from supervisor.rules.days import DAY, present, present_on
from supervisor.rules.pace_facts import Facts


def forecast(facts: Facts, on: date) -> float:
    """Held, booked, and what the pair's own record makes likely after the last booked day.

    The record is sessions held per day since the match began, with one session at the usual
    interval assumed before any evidence; so a new pair is trusted, and a silent one is not.
    """
    held, ahead = facts.held_by(on), ahead_inside(facts, on)
    open_days = present(_horizon(facts, on) + DAY, facts.ends_on, facts.away)
    likely = held + len(ahead) + _rate(facts, on) * open_days
    return min(float(max(facts.contracted(on), held)), round(float(likely), 2))


def forecast_on(facts: Facts, on: date) -> date | None:
    """The day on which the forecast reaches what is contracted; None when it does not."""
    done = (day for day in (*facts.held, *facts.credited) if day <= on)
    sure = sorted([*done, *ahead_inside(facts, on)])
    contracted, rate = facts.contracted(on), _rate(facts, on)
    if 0 < contracted <= len(sure):
        return sure[contracted - 1]
    if not rate:
        return None
    needed = ceil((contracted - len(sure)) / rate)
    return present_on(_horizon(facts, on), needed, facts.ends_on, facts.away)


def ahead_inside(facts: Facts, on: date) -> list[date]:
    """Booked and inside the period."""
    return [day for day in facts.ahead(on) if day <= facts.ends_on]


def _horizon(facts: Facts, on: date) -> date:
    """The last day of which something is known: today, or the last booked day."""
    return max([on, facts.starts_on - DAY, *ahead_inside(facts, on)])


def _rate(facts: Facts, on: date) -> Fraction:
    """Sessions a day; none without a provider."""
    held, days = _record(facts, on) or (0, Fraction(1))
    return held / days


def _record(facts: Facts, on: date) -> tuple[int, Fraction] | None:
    """Sessions held, and in how many days, with one at the usual interval before any evidence;
    None without a provider."""
    interval, began = facts.interval(on), facts.match_began(on)
    if interval is None or began is None:
        return None
    began = max(began, facts.starts_on)
    held = sum(began <= day <= on for day in facts.held)
    return held + 1, present(began, on, facts.away) + interval


def chance_short(facts: Facts, on: date) -> float:
    """How likely it is that fewer are held in the end than contracted.

    What is booked is held; after that a pair meets at a rate that its own record tells the better
    the longer it is (a gamma distribution), and by chance (Poisson): the sum is a negative
    binomial distribution. Its mean is the `forecast`.
    """
    missing = facts.contracted(on) - facts.held_by(on) - len(ahead_inside(facts, on))
    record = _record(facts, on)
    if missing <= 0 or record is None:
        return float(missing > 0)
    open_days = present(_horizon(facts, on) + DAY, facts.ends_on, facts.away)
    return _fewer(missing, record[0], float(record[1] / (record[1] + open_days)))


def _fewer(number: int, successes: int, stays: float) -> float:
    """How likely a negative binomial number is below another one."""
    term, below = stays**successes, 0.0
    for n in range(number):
        below += term
        term *= (successes + n) / (n + 1) * (1 - stays)
    return min(1.0, below)
