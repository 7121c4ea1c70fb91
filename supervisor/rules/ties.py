"""Ties that keep two people out of one group: a line of managers, a declared conflict."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Generic

from supervisor.rules.fit_values import Id, line_above


@dataclass(frozen=True)
class Ties(Generic[Id]):
    """What holds on a day. `managers` has each worker's over all their jobs, `against` each
    conflict as who declared it and with whom, `against_employers` those with an organisation,
    and `employers` where people work."""

    managers: Mapping[Id, Set[Id]]
    against: Set[tuple[Id, Id]]
    against_employers: Set[tuple[Id, Id]]
    employers: Mapping[Id, Set[Id]]


def may_sit_with(person: Id, others: Iterable[Id], ties: Ties[Id]) -> bool:
    """Whether a person may be in a group with these others, whoever of them declared what."""
    above = line_above(person, ties.managers)
    return not any(_apart(person, other, above, ties) for other in others)


def _apart(one: Id, other: Id, above: Set[Id], ties: Ties[Id]) -> bool:
    return (
        other in above
        or one in line_above(other, ties.managers)
        or _against(one, other, ties)
        or _against(other, one, ties)
    )


def _against(one: Id, other: Id, ties: Ties[Id]) -> bool:
    """A conflict with an organisation is one with everybody who works there."""
    employers = ties.employers.get(other, ())
    return (one, other) in ties.against or any(
        (one, employer) in ties.against_employers for employer in employers
    )
