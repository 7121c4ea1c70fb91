"""The whole check, and keeping when it was made and what it found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from supervisor.models import Person, Store, TrailCheck
from supervisor.rules import chain
from supervisor.rules.words import Words
from supervisor.trail import trail_rows, trail_standing, trail_walk


@dataclass(frozen=True)
class Checked:
    """How many links there are, the last of them, how many rows wait for one, what is not right."""

    seq: int
    mac: str
    waiting: int
    found: list[Words]
    count: int

    @property
    def head(self) -> str:
        """The head as it is mailed."""
        return chain.said_head(self.seq, self.mac)


def check(store: Store, key: str, heads: Iterable[tuple[int, str]] = ()) -> Checked:
    """Go through all of it. It only reads."""
    walked = trail_walk.walk(store, key)
    more = [
        *trail_walk.against(store, heads, walked.seq),
        *trail_walk.signed_heads(store, key, walked.seq),
        *trail_standing.differs(store),
    ]
    named = [*walked.found, *more]
    return Checked(
        walked.seq,
        walked.mac,
        trail_rows.count_waiting(store),
        named[: trail_walk.NAMED],
        walked.count + len(more),
    )


def keep(store: Store, checked: Checked, by: Person | None, now: datetime) -> TrailCheck:
    """Write down that it was made; `by` is None where the worker process made it."""
    kept = TrailCheck(
        at=now, by_id=by.id if by else None, seq=checked.seq, mac=checked.mac,
        waiting=checked.waiting, found=checked.count,
        named=[[words.text, words.facts] for words in checked.found],
    )  # fmt: skip
    store.add(kept)
    store.flush()
    return kept


def last(store: Store) -> TrailCheck | None:
    """The last one that was made."""
    return store.scalar(select(TrailCheck).order_by(TrailCheck.id.desc()).limit(1))


def named(kept: TrailCheck) -> list[Words]:
    """What it found, as sentences."""
    return [Words(text, facts) for text, facts in kept.named]


def head_of(kept: TrailCheck) -> str:
    """The mark as it was then."""
    return chain.said_head(kept.seq, kept.mac)
