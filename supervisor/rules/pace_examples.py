"""Examples of how pace is counted, each with the sum that somebody can do with a pencil."""

from dataclasses import dataclass, replace
from datetime import date

from supervisor.rules import pace
from supervisor.rules.kinds import Standing
from supervisor.rules.pace_facts import Facts, PaceSettings
from supervisor.rules.words import N_


@dataclass(frozen=True)
class Example:
    """What happened, the rule in a sentence, the sum, and what follows for a day."""

    title: str
    rule: str
    sum: str
    facts: Facts
    on: date

    @property
    def expected(self) -> float:
        """Sessions expected by that day."""
        return float(pace.expected(self.facts, self.on))

    @property
    def held(self) -> int:
        """Sessions held by that day."""
        return self.facts.held_by(self.on)

    def standing(self, settings: PaceSettings) -> Standing:
        """Where that stands."""
        return pace.standing(self.facts, self.on, settings)


YEAR = Facts(
    starts_on=date(2027, 1, 1),
    ends_on=date(2027, 12, 31),
    sessions=10,
    matched=((date(2027, 1, 1), None),),
    held=(date(2027, 1, 15), date(2027, 2, 12), date(2027, 3, 12)),
)
EXAMPLES = (
    Example(
        N_("A usual year: ten from January to December"),
        N_("The number spreads evenly over the days. The first and the last day count."),
        "10 × 120 ÷ 365",
        YEAR,
        date(2027, 4, 30),
    ),
    Example(
        N_("Time away in April and May"),
        N_("61 days away come out of the days that have passed, and out of the days in all."),
        "10 × (166 − 61) ÷ (365 − 61)",
        replace(YEAR, leave=((date(2027, 4, 1), date(2027, 6, 1)),)),
        date(2027, 6, 15),
    ),
    Example(
        N_("Half a year: five from July to December"),
        N_("The number is as it is written down. Nothing is worked out from hours of work."),
        "5 × 77 ÷ 184",
        replace(YEAR, starts_on=date(2027, 7, 1), sessions=5, held=(date(2027, 8, 4),)),
        date(2027, 9, 15),
    ),
    Example(
        N_("Six and not ten, from 1 June on"),
        N_("What was expected until 31 May stays. The rest spreads over the days that are left."),
        "10 × 151 ÷ 365 + (6 − 4.14) × 92 ÷ 214",
        replace(YEAR, totals=((date(2027, 6, 1), 6),)),
        date(2027, 8, 31),
    ),
    Example(
        N_("Another supervisor: one until March, the next from May on"),
        N_("The year goes on as it was. The weeks between the two are no time away."),
        "10 × 120 ÷ 365",
        replace(YEAR, matched=((date(2027, 1, 1), date(2027, 3, 31)), (date(2027, 5, 1), None))),
        date(2027, 4, 30),
    ),
    Example(
        N_("The same, with somebody who covers in April"),
        N_("Whoever covers counts as somebody to meet."),
        "10 × 120 ÷ 365",
        replace(
            YEAR,
            matched=(
                (date(2027, 1, 1), date(2027, 3, 31)),
                (date(2027, 4, 1), date(2027, 4, 30)),
                (date(2027, 5, 1), None),
            ),
        ),
        date(2027, 4, 30),
    ),
    Example(
        N_("More time: until 31 March 2028"),
        N_("The number stays, and spreads over the longer time from the first day on."),
        "10 × 319 ÷ 456",
        replace(YEAR, ends_on=date(2028, 3, 31)),
        date(2027, 11, 15),
    ),
    Example(
        N_("The next year, after one with three of ten"),
        N_("It begins anew. What was missing stays in the year before, and is reported there."),
        "10 × 40 ÷ 366",
        replace(YEAR, starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31), held=()),
        date(2028, 2, 9),
    ),
    Example(
        N_("Leaves on 14 May"),
        N_("The last day ends the period: the number spreads over the days until then."),
        "10 × 120 ÷ 134",
        replace(YEAR, ends_on=date(2027, 5, 14)),
        date(2027, 4, 30),
    ),
)
