"""Whenever somebody chooses or says no, the rest is solved again: that is noted here."""

from dataclasses import dataclass
from datetime import datetime

from supervisor.models import MatchSearch, Store
from supervisor.settings import read


@dataclass(frozen=True)
class SearchSettings:
    """Seconds for which the best answer is looked for at most, and hours for which what was
    found may be sent: after that too much may have changed."""

    seconds: int = 60
    hours: int = 24


def wanted(store: Store, now: datetime) -> None:
    """Leave word that the rest is to be solved again.

    Each leaves a row of its own, and whoever looks takes all that wait as one: so nobody who
    chooses waits for somebody else who does, and no change comes too late to be seen.
    """
    seconds = read(store, SearchSettings).seconds
    store.add(MatchSearch(follows=True, seconds=seconds, asked_at=now))
    store.flush()
