"""A world with every kind of calendar in it, and what each of them should say."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from sqlalchemy import or_, select

from supervisor import clock
from supervisor.feeds import feed_choices, feeds
from supervisor.feeds.invited_records import SPEAKS
from supervisor.groups import groups
from supervisor.models import (
    Attendance,
    Entitlement,
    Group,
    Guest,
    Meeting,
    Person,
    Seat,
    Session,
    Store,
)
from supervisor.rules.kinds import FeedLevel, FeedPart, GroupKind, Mode
from supervisor.sessions import series, sessions
from tests.readers import SINCE, Read
from tests.test_series import asked
from tests.test_sessions import at

AUCKLAND, CHATHAM, SYDNEY = "Pacific/Auckland", "Pacific/Chatham", "Australia/Sydney"
WEDNESDAY = datetime.fromisoformat("2027-02-17T13:00")
HOURS_UNTIL = datetime(2025, 12, 1, tzinfo=UTC)
FOLLOWED = "feeds.fetch"
FEEDS = {f"feed {part} {level}" for part in FeedPart for level in FeedLevel}
LETTERS = SPEAKS
Record = Session | Meeting


def settled(store: Store, cast: SimpleNamespace, now: datetime) -> SimpleNamespace:
    """Ana meets Ben by himself and in a series, leads a group of his and has a seat in Dan's."""
    cast.entitlement.sessions = 12
    cast.ana.name, cast.ana.video = "Aroha; Rewi, \\Nā", "https://meet.example.org/ana?a=1,2;b"
    one = sessions.book(store, cast.entitlement, at(2, 19, 10), Mode.VIDEO, cast.cleo, now)
    some, _left = series.book(store, asked(cast, who="cleo"), now)
    circle = _group(store, "Circle; of, many", cast.ana, [cast.ben], now)
    dans = _group(store, "Hui ā marama", cast.dan, [cast.ana], now)
    store.commit()
    return SimpleNamespace(one=one, some=some, circle=circle, dans=dans, **vars(cast))


def _group(store: Store, name: str, leads: Person, seats: Sequence[Person], now: datetime) -> Group:
    group = Group(
        ref=name[:3].lower(), name=name, kind=GroupKind.CO_REFLECTION, facilitator=leads,
        mode=Mode.VIDEO, minimum=1, seats=[Seat(person=one) for one in seats],
    )  # fmt: skip
    store.add(group)
    store.flush()
    first = WEDNESDAY + timedelta(days=leads.ref == "dan")
    groups.meet(store, group, first, AUCKLAND, 2, 60, date(2027, 6, 30), now)
    return group


def meetings_of(store: Store, group: Group) -> list[Meeting]:
    """Those with a time, in their order."""
    query = select(Meeting).filter_by(group_id=group.id, needs_time=False)
    return list(store.scalars(query.order_by(Meeting.starts_at)))


def followed(store: Store, person: Person) -> dict[str, str]:
    """An address for each part of somebody's meetings."""
    return {
        choice.part: feeds.make_feed(store, person, "x", clock.now(), choice.code)
        for choice in feed_choices.choices(store, person)
        if choice.name.facts.get("name") != "Hui ā marama"
    }


def fetched(
    store: Store, person: Person, tokens: dict[str, str], client: FlaskClient
) -> Iterator[tuple[str, bytes]]:
    """Each of them as a program fetches it, at every level."""
    for level in FeedLevel:
        feeds.set_level(store, person, level, clock.now())
        store.commit()
        for part, token in tokens.items():
            yield f"feed {part} {level}", client.get(f"/feeds/{token}.ics").data


def truth(store: Store, person: Person, part: str, level: str, circle: Group) -> Read:
    """What a feed of theirs should say, asked of the records in another way than a feed does."""
    told = [*_sessions(store, person, part), *_meetings(store, person, part, circle)]
    return {said(one, title_of(one, person, level)) for one in told}


def said(one: Record, title: str) -> tuple[str, datetime, datetime, str, str]:
    """One meeting under the name of its series, where and when its record has it."""
    uid = one.series.uid if one.series and one.series_start else one.uid
    ends = one.starts_at + timedelta(minutes=one.minutes)
    off = one.cancelled_at is not None
    words = ("CANCELLED", f"Cancelled: {title}") if off else ("CONFIRMED", title)
    return (uid, one.starts_at, ends, *words)


def title_of(one: Record, person: Person, level: str) -> str:
    """As much as the owner lets it say."""
    if level != FeedLevel.FULL:
        return "Busy" if level == FeedLevel.BUSY else "Meeting"
    if isinstance(one, Meeting):
        return one.group.name
    mine = one.entitlement.person_id == person.id
    return f"Peer supervision with {(one.provider if mine else one.entitlement.person).name}"


def _sessions(store: Store, person: Person, part: str) -> list[Session]:
    sides: dict[str, Any] = {
        FeedPart.RECEIVING: Entitlement.person_id == person.id,
        FeedPart.GIVING: Session.provider_id == person.id,
    }
    mine = sides.get(part, or_(*sides.values()))
    return list(store.scalars(select(Session).join(Session.entitlement).where(mine))) * (
        part != FeedPart.GROUP
    )


def _meetings(store: Store, person: Person, part: str, circle: Group) -> list[Meeting]:
    no = select(Attendance.meeting_id).filter_by(person_id=person.id, coming=False)
    seated = Meeting.group_id.in_(select(Seat.group_id).filter_by(person_id=person.id))
    once = select(Guest.meeting_id).filter_by(person_id=person.id)
    seated = or_(seated, Meeting.id.in_(once))
    leads = or_(Group.facilitator_id == person.id, Meeting.leader_id == person.id)
    parts: dict[str, Any] = {
        FeedPart.RECEIVING: seated,
        FeedPart.GIVING: leads,
        FeedPart.GROUP: Meeting.group_id == circle.id,
    }
    query = select(Meeting).join(Meeting.group).where(parts.get(part, or_(seated, leads)))
    return list(store.scalars(query.where(~Meeting.needs_time, Meeting.id.not_in(no))))


def open_hours(person: Person) -> Read:
    """Each stretch of each day's hours, by the clock of their owner, up to a day."""
    zone = ZoneInfo(person.time_zone or AUCKLAND)
    days = [SINCE.date() + timedelta(days=n) for n in range(-1, 400)]
    found = set()
    for n, one in enumerate(person.windows):
        for day in (day for day in days if day.weekday() == one.weekday):
            midnight = datetime.combine(day, time())
            starts, ends = (
                (midnight + timedelta(minutes=minute)).replace(tzinfo=zone).astimezone(UTC)
                for minute in (one.starts_minute, one.ends_minute)
            )
            if SINCE <= starts <= HOURS_UNTIL:
                found.add((f"hours-{person.ref}-{n}", starts, ends, "CONFIRMED", "Open"))
    return found
