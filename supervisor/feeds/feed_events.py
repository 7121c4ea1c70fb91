"""Meetings as a calendar says them: the one way for feed, file and mail."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from calendars import recurrence
from calendars.event import Event
from supervisor.feeds.feed_pieces import Voice
from supervisor.models import Meeting, Series, Session, SessionSeries
from supervisor.rooms.room_hours import where_of
from supervisor.rules.kinds import FeedLevel, Mode
from supervisor.rules.rhythm import LAST, WEEKS, Rhythm, place
from supervisor.rules.words import N_, Words

PLAIN, BUSY, CALLED_OFF = N_("Meeting"), N_("Busy"), N_("Cancelled")
Say = Callable[[Words], str]
Record = Session | Meeting


def events_of(records: Sequence[Record], voice: Voice, say: Say) -> list[Event]:
    """One meeting by itself; those of a series as one event that repeats and what differs from
    it, unless no rule can say them."""
    events = [event_of(record, voice, say) for record in records]
    series = records[0].series
    if series is None or records[0].series_start is None:
        return events
    planned: dict[datetime, Event] = {}
    alone = []
    for record, event in zip(records, events, strict=True):
        if record.series_start is None or record.series_start in planned:
            alone.append(event)
        else:
            planned[record.series_start] = replace(event, uid=series.uid, sequence=series.sequence)
    made = recurrence.series(rule_of(series), series.zone, planned, _before(series))
    if not made:
        return events
    changed = max(made[0].changed_at, series.changed_at or made[0].changed_at)
    return [replace(made[0], changed_at=changed), *made[1:], *alone]


def event_of(record: Record, voice: Voice, say: Say) -> Event:
    """Title and place say as much as the owner wants anybody to read."""
    busy = voice.level == FeedLevel.BUSY
    return Event(
        uid=record.uid,
        sequence=record.sequence,
        changed_at=record.changed_at,
        starts=record.local_start,
        zone=record.zone,
        minutes=record.minutes,
        title=_title(record, voice, say),
        location="" if busy else _where(record, say),
        link="" if busy else _video(record),
        called_off=say(Words(CALLED_OFF)) if record.cancelled_at else "",
    )


def _title(record: Record, voice: Voice, say: Say) -> str:
    """In full it is the group, or the kind and the other of the two."""
    if voice.level != FeedLevel.FULL:
        return say(Words(BUSY if voice.level == FeedLevel.BUSY else PLAIN))
    if isinstance(record, Meeting):
        return record.group.name
    worker = record.entitlement.person
    other = record.provider if worker.id == voice.person_id else worker
    kind = say(Words(record.entitlement.kind.replace("_", " ").capitalize()))
    return say(Words(N_("%(kind)s with %(name)s"), {"kind": kind, "name": other.name}))


def _where(record: Record, say: Say) -> str:
    """A place only where they go there: a group on video may have one for its holidays."""
    if record.place and record.mode == Mode.IN_PERSON:
        return where_of(record)
    return say(Words(record.mode.replace("_", " ").capitalize()))


def _video(record: Record) -> str:
    """Nobody goes to a meeting that is off."""
    return (record.video or "") if isinstance(record, Session) and not record.cancelled_at else ""


def rule_of(series: SessionSeries | Series) -> recurrence.Rule:
    """The rhythm of a series as a calendar says it."""
    if isinstance(series, Series):
        return recurrence.Rule(weeks=series.every_weeks)
    rhythm = Rhythm(series.rhythm)
    if rhythm in WEEKS:
        return recurrence.Rule(weeks=WEEKS[rhythm])
    nth = place(series.first_start)
    return recurrence.Rule(nth=recurrence.LAST if nth == LAST else nth + 1)


def _before(series: SessionSeries | Series) -> str:
    """The UID of the series that it goes on from, at other times."""
    after = series.after if isinstance(series, SessionSeries) else None
    return after.uid if after else ""
