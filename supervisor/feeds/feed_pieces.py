"""What of a feed is rendered and kept as one: an entry by itself, or all that shows of a series."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from supervisor.rules.kinds import FeedPart

Key = tuple[str, int, datetime, bool]


@dataclass(frozen=True)
class Voice:
    """Whose feed it is, how much it says, in which language, and which of their meetings."""

    person_id: int
    level: str
    locale: str
    part: str = FeedPart.ALL
    group_id: int | None = None

    @property
    def manner(self) -> str:
        """All of it but who as one text, by which renderings are kept."""
        part = "" if self.part == FeedPart.ALL else f" {self.part} {self.group_id or ''}"
        return f"{self.level} {self.locale}{part}"


class Entry(NamedTuple):
    """One meeting at its present revision, and which one of its series it is."""

    what: str
    id: int
    uid: str
    sequence: int
    changed_at: datetime
    cancelled_at: datetime | None
    zone: str
    starts_at: datetime
    slot: datetime | None = None
    series_uid: str | None = None
    series_sequence: int | None = None
    series_zone: str | None = None

    @property
    def key(self) -> Key:
        """What a kept rendering is found by, for one viewer and level."""
        return self.uid, self.sequence, self.changed_at, self.cancelled_at is not None


@dataclass(frozen=True)
class Piece:
    """Entries that stand together under one UID, in the order of their starts."""

    entries: tuple[Entry, ...]

    @property
    def in_series(self) -> bool:
        """Whether it is a series, of however many meetings."""
        return _series(self.entries[0]) is not None

    @cached_property
    def key(self) -> Key:
        """For a series it says, too, which of its meetings show: leaving one out changes it."""
        first = self.entries[0]
        if not self.in_series:
            return first.key
        digest = hashlib.sha256()
        for entry in self.entries:
            digest.update(said(entry.key))
        shows = f"{first.series_uid} {digest.hexdigest()[:16]}"
        return shows, first.series_sequence or 0, self.changed_at, False

    @property
    def changed_at(self) -> datetime:
        """When the last of it changed."""
        return max(entry.changed_at for entry in self.entries)

    @property
    def zones(self) -> set[str]:
        """The zones that its text names."""
        return {zone for e in self.entries for zone in (e.zone, e.series_zone) if zone}


def said(key: Key) -> bytes:
    """A key as octets, to be hashed."""
    uid, sequence, changed_at, cancelled = key
    return f"|{uid}|{sequence}|{changed_at.isoformat()}|{cancelled}".encode()


def in_pieces(entries: Iterable[Entry]) -> list[Piece]:
    """Series together, all else by itself, by their first starts."""
    together: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: (one.starts_at, one.uid)):
        together[_series(entry) or entry.uid].append(entry)
    return [Piece(tuple(some)) for some in together.values()]


def _series(entry: Entry) -> str | None:
    """One without a place in the rhythm of its series is by itself."""
    return entry.series_uid if entry.slot else None
