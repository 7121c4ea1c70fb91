"""The hub has groups formed of those who asked: looked for by a worker process, read, then made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from supervisor import audit, claims
from supervisor.errors import Refused
from supervisor.groups import (
    forming_facts,
    forming_times,
    group_messages,
    group_wishes,
    groups,
    seats,
)
from supervisor.groups.forming_settings import FormingSettings
from supervisor.models import (
    Forming,
    Group,
    GroupWish,
    MeetingRoom,
    Person,
    Place,
    Seat,
    Series,
    Store,
)
from supervisor.models.engine import read_again
from supervisor.rules.grouping import Grouped, Made, Question
from supervisor.rules.grouping_whole import why_left
from supervisor.rules.kinds import GroupKind
from supervisor.rules.ties import Ties, may_sit_with
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, hub_today, read
from supervisor.zones import today


@dataclass(frozen=True)
class Proposed:
    """A group of the answer, as it would be made: `first` is its first meeting, as wall time.
    Who would not fit any more is left out; with too few left, or its room taken, it is `off`."""

    number: int
    leader: Person
    people: list[Person]
    mode: str
    place: Place | None
    first: datetime
    off: bool
    room: MeetingRoom | None = None

    @property
    def towns(self) -> list[str]:
        """Where its people live."""
        return sorted({one.place.name for one in self.people if one.place})


def ask(store: Store, kind: GroupKind, by: Person, now: datetime) -> Forming:
    """Have groups looked for; the same, while it is looked for, is one."""
    same = select(Forming).where(Forming.kind == kind, Forming.done_at.is_(None))
    forming = store.scalar(same)
    if forming is None:
        seconds = read(store, FormingSettings).seconds
        forming = Forming(kind=kind, seconds=seconds, asked_at=now, asked_by_id=by.id)
        store.add(forming)
        store.flush()
        audit.record(store, now, by, "ask", "forming", forming.ref)
    return forming


def latest(store: Store, now: datetime) -> Forming | None:
    """The newest, as long as what it found can be used."""
    since = now - timedelta(hours=read(store, FormingSettings).hours)
    query = select(Forming).where(Forming.asked_at > since, Forming.made_at.is_(None))
    return store.scalar(query.order_by(Forming.id.desc()).limit(1))


def claim(store: Store, now: datetime) -> Forming | None:
    """The oldest that nobody looks for now, for this process alone until its time is over."""
    open_ = select(Forming).where(Forming.done_at.is_(None), claims.free(Forming, now))
    found = store.scalars(open_.order_by(Forming.id))
    return next((one for one in found if claims.take(store, one, now)), None)


def question(store: Store, forming: Forming, now: datetime) -> Question:
    """What is asked of the records."""
    return forming_facts.question(store, forming.kind, now)


def note(store: Store, forming_id: int, placed: int, most: int) -> None:
    """How far it has come, for whoever looks at the page."""
    this = update(Forming).where(Forming.id == forming_id)
    store.execute(this.values(placed=placed, most=most))


def finish(
    store: Store, forming_id: int, asked: Question, found: Grouped | None, now: datetime
) -> None:
    """Keep the answer; None says that there is none, because something broke."""
    forming = store.get_one(Forming, forming_id)
    forming.done_at = now
    if found is not None:
        note(store, forming_id, found.placed, found.most)
        forming.people = len(asked.people)
        refs = {record: _refs(store, record) for record in (Person, Place, MeetingRoom)}
        forming.rows = [_row(made, refs) for made in found.groups]
        left = why_left(asked, found.groups)
        forming.left_out = [[refs[Person][one], words.text] for one, words in left.items()]
    store.flush()


Refs = Mapping[Any, Mapping[int, str]]
"""The refs of records by their ids, of each kind."""


def _refs(store: Store, record: Any) -> dict[int, str]:
    return {one: ref for one, ref in store.execute(select(record.id, record.ref))}  # noqa: C416


def _row(made: Made, refs: Refs) -> dict[str, Any]:
    slot = made.slot
    return {
        "leader": refs[Person][made.leader],
        "people": [refs[Person][one] for one in made.people],
        "start": slot.start,
        "mode": slot.mode.value,
        "place": refs[Place][slot.site] if slot.site is not None else None,
        "room": refs[MeetingRoom][slot.room] if slot.room is not None else None,
    }


def proposed(store: Store, forming: Forming, now: datetime) -> list[Proposed]:
    """The groups that would be made now: whoever found one since, or may not sit there any more,
    is left out."""
    wishes = {one.person.ref: one for one in group_wishes.waiting(store, forming.kind, now)}
    tied = seats.ties(store, hub_today(store, now))
    made = [_proposed(store, n, row, wishes, tied, now) for n, row in enumerate(forming.rows or ())]
    return sorted((one for one in made if one), key=lambda one: (one.off, one.first, one.number))


def _proposed(
    store: Store, n: int, row: dict[str, Any], wishes: Mapping[str, GroupWish], tied: Ties[int],
    now: datetime,
) -> Proposed | None:  # fmt: skip
    leader = store.scalar(select(Person).filter_by(ref=row["leader"]))
    if leader is None or leader.left_on:
        return None
    wanted = [wishes[ref].person for ref in row["people"] if ref in wishes]
    people = _fitting(leader, wanted, tied)
    place = store.scalar(select(Place).filter_by(ref=row["place"])) if row["place"] else None
    first = forming_times.first(store, row["start"], place, now)
    room = _room(store, row)
    off = len(people) < read(store, FormingSettings).least
    gone = room is not None and not forming_times.is_free(store, room, row["start"], now)
    return Proposed(n, leader, people, row["mode"], place, first, off or gone, room)


def _room(store: Store, row: dict[str, Any]) -> MeetingRoom | None:
    """The room that was found; what was looked for before there were rooms has none."""
    ref = row.get("room")
    return store.scalar(select(MeetingRoom).filter_by(ref=ref)) if ref else None


def _fitting(leader: Person, wanted: Sequence[Person], tied: Ties[int]) -> list[Person]:
    inside: list[Person] = []
    for person in wanted:
        others = {leader.id, *(one.id for one in inside)}
        if person.id != leader.id and may_sit_with(person.id, others, tied):
            inside.append(person)
    return sorted(inside, key=lambda one: one.name)


def left_out(store: Store, forming: Forming, now: datetime) -> list[tuple[Person, str]]:
    """Who would have no group, and why: the words are a key of the catalogue."""
    waiting = {one.person.ref: one.person for one in group_wishes.waiting(store, forming.kind, now)}
    rows = forming.left_out or ()
    return [(waiting[ref], words) for ref, words in rows if ref in waiting]


def make(
    store: Store, forming: Forming, names: Mapping[int, str], by: Person, now: datetime
) -> list[Group]:
    """Make the groups, each with its seats and its rhythm, and tell everybody; once."""
    read_again(store, forming)
    _refuse_to_make(store, forming, now)
    forming.made_at = now
    made = [
        _make(store, forming, one, names[one.number], by, now)
        for one in proposed(store, forming, now)
        if not one.off and names.get(one.number)
    ]
    if not made:
        raise Refused(N_("None of these groups can be made any more. Look again first."))
    audit.record(store, now, by, "make", "forming", forming.ref)
    return made


def _refuse_to_make(store: Store, forming: Forming, now: datetime) -> None:
    if forming.done_at is None or forming.rows is None:
        raise Refused(N_("There is nothing to make yet."))
    if forming.made_at:
        raise Refused(N_("These groups have been made."))
    if now - forming.done_at > timedelta(hours=read(store, FormingSettings).hours):
        raise Refused(N_("This is too old. Look again first."))


def _make(
    store: Store, forming: Forming, one: Proposed, name: str, by: Person, now: datetime
) -> Group:
    settings, zone = read(store, FormingSettings), read(store, HubSettings).time_zone
    group = Group(
        name=name, kind=forming.kind, facilitator=one.leader, place=one.place, mode=one.mode,
        minimum=settings.least, maximum=max(settings.cap, len(one.people)),
        seats=_seats(one.people, today(now, zone)),
    )  # fmt: skip
    store.add(group)
    store.flush()
    groups.refuse(group, one.first, zone)
    rhythm = Series(
        group=group, first_start=one.first, zone=zone, every_weeks=settings.every_weeks,
        minutes=settings.minutes,
    )  # fmt: skip
    groups.begin(store, rhythm, now, one.room)
    group_wishes.has_group(store, one.people, forming.kind, now)
    group_messages.formed(store, group, one.first, by, now)
    audit.record(store, now, by, "form", "group", group.ref)
    return group


def _seats(people: Iterable[Person], on: date) -> list[Seat]:
    return [Seat(person=person, joined_on=on) for person in people]
