"""Whom to ask when somebody wants to talk soon, and which lines answer day and night."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from supervisor.rules.fit import asked
from supervisor.rules.fit_columns import Day, Table
from supervisor.rules.fit_rules import RULES
from supervisor.rules.fit_values import Need, Party, Provider
from supervisor.rules.kinds import Kind

ANYBODY = {
    "offer", "vetted", "here", "another", "external", "chain", "clinical", "conflict", "language",
}  # fmt: skip
CHOSEN = {"here", "another", "conflict"}
"""Of the rules of a match, those that hold for whoever is asked, and for whom they chose
themselves. An exception from one was made for a match, and not for this."""


class Whom(StrEnum):
    """Whom somebody would like to talk to."""

    SUPERVISOR = "supervisor"
    ANOTHER = "another"
    MANAGER = "manager"


def may_be_asked(
    worker: Party, providers: Sequence[Provider], day: Day, names: set[str]
) -> list[int]:
    """The ids of those whom the named rules let pass."""
    if not providers:
        return []
    table = Table([Need(worker, Kind.PEER_SUPERVISION)], providers, day)
    pairs = asked(table, 0, np.arange(len(providers)))
    for rule in RULES:
        if rule.name in names and len(pairs):
            pairs = pairs.where(rule.holds(pairs))
    return [providers[row].party.id for row in pairs.providers.tolist()]


def is_night(hour: int, begins: int, ends: int) -> bool:
    """Whether an hour of the wall clock lies in the night, which may go over midnight."""
    if begins <= ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends


@dataclass(frozen=True)
class Lines:
    """Free lines of a country: one to talk, day or night, and one for when there is danger."""

    talk: str
    danger: str
    text: bool = True

    @property
    def number(self) -> str:
        """The first as a phone wants it."""
        return self.talk.replace(" ", "")


LINES = {"NZ": Lines("1737", "111"), "AU": Lines("13 11 14", "000", text=False)}


def lines_of(region: str) -> Lines:
    """Those of the country of a region, an Australian one being written like `AU-TAS`."""
    return LINES.get(region.rpartition("-")[0], LINES["NZ"])


def is_at(email: str, domains: str) -> bool:
    """Whether an address is at one of the domains of a list, or below it."""
    host = email.rpartition("@")[2].lower()
    given = domains.lower().replace(",", " ").split()
    return any(host == one or host.endswith(f".{one}") for one in given)
