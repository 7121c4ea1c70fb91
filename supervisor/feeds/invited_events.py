"""What somebody's calendar has by mail of each event, and what it should have."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import select

from calendars.event import Event
from supervisor.feeds import feed_entries
from supervisor.feeds.feed_editions import FeedSettings, edition
from supervisor.feeds.feed_events import Record, events_of
from supervisor.feeds.feed_pieces import Piece, Voice
from supervisor.models import (
    InvitationReply,
    InvitedEvent,
    Meeting,
    Person,
    Series,
    Session,
    SessionSeries,
    Store,
)
from supervisor.rooms.room_hours import where_of
from supervisor.rules.kinds import FeedLevel
from supervisor.settings import read


@dataclass(frozen=True)
class Wanted:
    """One event as its reader's own feed has it: what is on of it, each under its place in the
    rhythm, or under none where it is by itself. Empty: nothing of it is theirs any more."""

    uid: str
    on: dict[str, Record] = field(default_factory=dict)
    in_series: bool = False

    def ahead(self, now: datetime) -> dict[str, str]:
        """What a calendar shows of each that is not over."""
        return {slot: mark(one) for slot, one in self.on.items() if _ends_at(one) > now}


@dataclass(frozen=True)
class Known:
    """One meeting as a calendar has it."""

    starts: datetime
    zone: str
    minutes: int
    mark: str

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        starts = self.starts.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
        return starts + timedelta(minutes=self.minutes)


def _ends_at(record: Record) -> datetime:
    return record.starts_at + timedelta(minutes=record.minutes)


def mark(record: Record) -> str:
    """Changes with whatever a calendar shows of a meeting at the neutral level."""
    link = record.video if isinstance(record, Session) else None
    where = record.mode, where_of(record), link
    when = record.local_start.isoformat(), record.zone, record.minutes
    return sha256(repr((when, where)).encode()).hexdigest()[:16]


def voice_of(person: Person) -> Voice:
    """Whose calendar it is: neutral, whatever their feeds say."""
    return Voice(person.id, FeedLevel.NEUTRAL, person.locale)


def pieces_of(store: Store, person: Person, now: datetime) -> list[Piece]:
    """All that is theirs now."""
    return edition(store, voice_of(person), read(store, FeedSettings), now).pieces


def about(store: Store, pieces: Sequence[Piece], record: Record) -> Wanted:
    """The event of a meeting; with nothing on where they do not come to it."""
    series = record.series if record.series_start else None
    found = [w for p in pieces if _holds(p, record) for w in _in_piece(store, p)]
    alone = next((one for one in found if one.uid == record.uid), None)
    if series is None or alone:
        return alone or Wanted(record.uid)
    return next((one for one in found if one.uid == series.uid), Wanted(series.uid, in_series=True))


def _holds(piece: Piece, record: Record) -> bool:
    series = record.series.uid if record.series and record.series_start else None
    return any(
        one.uid == record.uid or (one.slot is not None and one.series_uid == series)
        for one in piece.entries
    )


def named(store: Store, pieces: Sequence[Piece], uid: str) -> Wanted:
    """The event of that name."""
    some = (p for p in pieces if any(uid in {one.uid, one.series_uid} for one in p.entries))
    found = (one for piece in some for one in _in_piece(store, piece))
    return next((one for one in found if one.uid == uid), Wanted(uid))


def all_of(store: Store, pieces: Sequence[Piece]) -> list[Wanted]:
    """Every event of theirs."""
    return [one for piece in pieces for one in _in_piece(store, piece)]


def _in_piece(store: Store, piece: Piece) -> list[Wanted]:
    """A rhythm, or each by itself where no rule can say it; what no place is left for as well."""
    on = [one for one in feed_entries.records_of(store, piece) if not one.cancelled_at]
    if not on:
        return []
    series = on[0].series
    repeats = events_of(on, Voice(0, FeedLevel.BUSY, ""), str)[0].repeats
    if series is None or repeats is None:
        return [Wanted(one.uid, {"": one}) for one in on]
    placed: dict[str, Record] = {}
    for one in on:
        placed.setdefault(one.series_start.isoformat() if one.series_start else "", one)
    alone = [one for one in on if one not in placed.values()]
    return [Wanted(series.uid, placed, in_series=True), *(Wanted(o.uid, {"": o}) for o in alone)]


def number_of(store: Store, uid: str) -> int:
    """The number that an event has now, whoever comes to it."""
    for record in (SessionSeries, Series, Session, Meeting):
        found = store.scalar(select(record.sequence).where(record.uid == uid))
        if found is not None:
            return found
    return 0


def known(store: Store, person: Person, uid: str) -> InvitedEvent | None:
    """What their calendar was sent of it."""
    return store.get(InvitedEvent, (person.id, uid))


def has_as_it_is(row: InvitedEvent, record: Record) -> bool:
    """Whether their calendar shows this meeting of the event as it is now."""
    in_series = record.series is not None and record.series.uid == row.uid
    slot = record.series_start.isoformat() if in_series and record.series_start else ""
    has = _read(row).get(slot)
    return has is not None and has.mark == mark(record)


def ahead(row: InvitedEvent | None, now: datetime) -> dict[str, Known]:
    """What their calendar has of it that is not over."""
    has = _read(row) if row else {}
    return {slot: one for slot, one in has.items() if one.ends_at > now}


def _read(row: InvitedEvent) -> dict[str, Known]:
    return {
        slot: Known(datetime.fromisoformat(starts), zone, minutes, said)
        for slot, (starts, zone, minutes, said) in row.has.items()
    }


@dataclass(frozen=True)
class Sent:
    """What a mail says of an event, to be kept once it has gone: what is on by it, what is not
    any more, and whether that is all of it."""

    uid: str
    sequence: int
    zone: str
    on: dict[str, Record]
    off: tuple[str, ...] = ()
    all_: bool = False
    in_series: bool = False


def note(store: Store, person_id: int, sent: Sent, at: datetime) -> None:
    """It has gone, as it was made at that moment."""
    row = store.get(InvitedEvent, (person_id, sent.uid))
    before = {} if sent.all_ or row is None else dict(row.has)
    has = {slot: value for slot, value in before.items() if slot not in sent.off}
    has |= {slot: _kept(record) for slot, record in sent.on.items()}
    if row is None:
        row = InvitedEvent(person_id=person_id, uid=sent.uid, sequence=0, whole=False)
        store.add(row)
    row.whole = sent.in_series if sent.all_ else row.whole
    row.has, row.zone = has, sent.zone
    row.sequence = max(row.sequence or 0, sent.sequence)
    row.looked_at = at
    row.until_at = max((one.ends_at for one in _read(row).values()), default=at)
    store.flush()


def _kept(record: Record) -> list[object]:
    return [record.local_start.isoformat(), record.zone, record.minutes, mark(record)]


def last_answer(store: Store, row: InvitedEvent, events: Sequence[Event]) -> str:
    """A yes or a maybe that they said of this event as it was told last, or of the one meeting of
    it that is told now."""
    alone = events[0].instance if len(events) == 1 else None
    at = alone.at.replace(tzinfo=ZoneInfo(alone.zone)).astimezone(UTC) if alone else None
    query = select(InvitationReply.partstat).where(
        InvitationReply.person_id == row.person_id,
        InvitationReply.uid == row.uid,
        InvitationReply.occurrence.in_(["", *([at.isoformat()] if at else [])]),
        InvitationReply.sequence >= row.sequence,
        InvitationReply.outcome == "noted",
    )
    said = store.scalar(query.order_by(InvitationReply.id.desc()).limit(1))
    return said if said in {"ACCEPTED", "TENTATIVE"} else ""


def answered_no(store: Store, person: Person, record: Record) -> None:
    """Their program said no for them, and does not show it any more."""
    names = {record.uid: ""}
    if record.series and record.series_start:
        names[record.series.uid] = record.series_start.isoformat()
    for uid, slot in names.items():
        row = known(store, person, uid)
        if row and slot in row.has:
            row.has = {at: value for at, value in row.has.items() if at != slot}
    store.flush()
