"""A move to another employer as a value, and what it would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from supervisor.employers.employer_terms import Term, Then
from supervisor.models import Entitlement, Job, Match, Organisation, Person, Session
from supervisor.rules.days import DAY
from supervisor.rules.kinds import Role
from supervisor.rules.words import Words

Seen = tuple[str | None, list[Person]]
"""Who pays for an entitlement, and whose managers see it."""


@dataclass(frozen=True)
class Wanted:
    """Which job ends, the new one and its first day, and what becomes of what the old one pays,
    by the link of each entitlement."""

    old: Job
    organisation: Organisation
    manager: Person | None
    role: Role
    first: date
    terms: Mapping[str, Term]

    @property
    def last(self) -> date:
        """The last day in the old job."""
        return self.first - DAY


@dataclass(frozen=True)
class Line:
    """One entitlement: what becomes of it, whom they meet, which of these matches end and what
    stands against them with the new job, who fits then, and which meetings stay or go. Who pays
    and whose managers see it, before and after."""

    entitlement: Entitlement
    then: Then | None
    match: Match | None
    ends: list[Match]
    against: list[Words]
    instead: list[Person]
    stays: list[Session]
    off: list[Session]
    paid: tuple[str | None, str | None] = (None, None)
    managers: tuple[list[Person], list[Person]] = ([], [])


@dataclass(frozen=True)
class Plan:
    """What would happen; `offers` are open, and may not be once they work there."""

    wanted: Wanted
    lines: list[Line]
    offers: list[Match]

    @property
    def seen(self) -> str:
        """What somebody has read who has read this plan: another one reads otherwise."""
        manager = self.wanted.manager.ref if self.wanted.manager else ""
        parts: list[object] = [self.wanted.first, self.wanted.old.ref]
        parts += [self.wanted.organisation.ref, manager]
        parts += sorted(one.ref for one in self.offers)
        for line in self.lines:
            term = self.wanted.terms.get(line.entitlement.link)
            parts += [line.entitlement.ref, line.then, term and term.sessions, bool(line.against)]
            parts += sorted(one.ref for one in line.off)
        return " ".join(map(str, parts))
