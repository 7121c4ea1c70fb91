"""Two groups of a kind become one: who moves, what stands against it, and the move itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import select

from supervisor import audit
from supervisor.errors import Refused
from supervisor.groups import (
    group_ending_messages,
    group_endings,
    group_messages,
    group_times,
    group_turns,
    seats,
)
from supervisor.groups.forming_settings import FormingSettings
from supervisor.models import Group, GroupEnding, Person, Seat, Store
from supervisor.models.engine import read_again
from supervisor.rules.ties import Ties, may_sit_with
from supervisor.rules.words import N_, Words
from supervisor.settings import hub_today, read

APART = Words(N_("Not available: not everybody can be in one group with everybody."))


@dataclass(frozen=True)
class Merger:
    """What joining a group to another would mean. `moves` would have a seat there, `waits` wait
    there; `together` is how many would have a seat. `against` says why it can not be."""

    group: Group
    into: Group
    moves: list[Person]
    waits: list[Person]
    together: int
    against: Words | None


def sisters(store: Store, group: Group) -> list[Group]:
    """The other groups of its kind that go on, by name."""
    query = select(Group).where(
        Group.kind == group.kind, Group.closed_at.is_(None), Group.id != group.id
    )
    return list(store.scalars(query.order_by(Group.name, Group.id)))


def previews(store: Store, group: Group, now: datetime) -> list[Merger]:
    """Each of them with what it would mean."""
    on = hub_today(store, now)
    tied, cap = seats.ties(store, on), read(store, FormingSettings).cap
    return [_preview(group, into, on, tied, cap) for into in sisters(store, group)]


def preview(store: Store, group: Group, into: Group, now: datetime) -> Merger:
    """One of them."""
    on = hub_today(store, now)
    return _preview(group, into, on, seats.ties(store, on), read(store, FormingSettings).cap)


def _preview(group: Group, into: Group, on: date, tied: Ties[int], cap: int) -> Merger:
    there = {seat.person_id for seat in group_times.seated(into, on)} | group_turns.ids(into)
    held = [seat for seat in group.seats if seat.left_on is None and seat.person_id not in there]
    moves = [seat.person for seat in held if not seat.waiting]
    known = {seat.person_id for seat in into.seats if seat.left_on is None}
    waits = [seat.person for seat in held if seat.waiting and seat.person_id not in known]
    together = len(group_times.seated(into, on)) + len(moves)
    return Merger(
        group, into, _by_name(moves), _by_name(waits), together,
        _against(moves, there, together, max(into.maximum, cap), tied),
    )  # fmt: skip


def _by_name(people: Sequence[Person]) -> list[Person]:
    return sorted(people, key=lambda person: person.name)


def _against(
    moves: Sequence[Person], there: set[int], together: int, most: int, tied: Ties[int]
) -> Words | None:
    """Who is in one of them already is left alone: only new neighbours are looked at."""
    if together > most:
        facts = {"together": together, "most": most}
        return Words(N_("Together they are %(together)d, and a group holds %(most)d."), facts)
    if not all(may_sit_with(person.id, there, tied) for person in moves):
        return APART
    return None


def merge(store: Store, group: Group, into: Group, by: Person, now: datetime) -> GroupEnding:
    """The first ends, and its people are in the second, at whose hour they meet from now on. Who
    waited goes on waiting there. Who came to which meeting stays written with each group."""
    _hold(store, group, into)
    group_times.make_room(store, [group, into], now)
    found = preview(store, group, into, now)
    _refuse(found)
    waited = {seat.person_id: seat.joined_on for seat in group.seats}
    ahead = group_times.ahead(store, group, now)
    ending = group_endings.end(store, group, into, by, now)
    on = hub_today(store, now)
    into.maximum = max(into.maximum, found.together)
    moved = [_sit(store, into, one, on, waiting=False) for one in found.moves]
    moved += [_sit(store, into, one, waited[one.id] or on, waiting=True) for one in found.waits]
    ending.kept = ending.kept | {"moved": moved}
    store.flush()
    store.expire(into, ["seats"])
    each = [group_times.take_ahead(store, into, person, now) for person in found.moves]
    group_messages.rooms_given(store, dict.fromkeys(chain(*each)), by, now, found.moves)
    group_ending_messages.merged(store, ending, found.moves, found.waits, ahead, by, now)
    audit.record(store, now, by, "merge", "group", group.ref)
    return ending


def _hold(store: Store, *both: Group) -> None:
    """Both rows and their seats, the smaller id first: two who merge crosswise wait in turn."""
    store.flush()
    for group in sorted(both, key=lambda one: one.id):
        read_again(store, group)
        store.refresh(group, ["seats"])


def _refuse(found: Merger) -> None:
    if found.group.id == found.into.id or found.group.kind != found.into.kind:
        raise Refused(N_("Only two groups of one kind can be joined."))
    if found.into.closed_at:
        raise Refused(N_("This group is closed."))
    if found.against:
        raise Refused(found.against.text, **found.against.facts)


def _sit(
    store: Store, into: Group, person: Person, since: date, *, waiting: bool
) -> dict[str, Any]:
    """Their seat there, the one of before where they had one; what it was, for a way back."""
    same = select(Seat).where(Seat.group_id == into.id, Seat.person_id == person.id)
    seat = store.scalar(same)
    if seat is None:
        seat = Seat(group=into, person=person, joined_on=since, waiting=waiting)
        store.add(seat)
        store.flush()
        return {"seat": seat.id, "new": True}
    days = {"joined": _iso(seat.joined_on), "left": _iso(seat.left_on)}
    before = {"seat": seat.id, "new": False, "waiting": seat.waiting, **days}
    seat.waiting, seat.joined_on, seat.left_on = waiting, since, None
    return before


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def part(store: Store, ending: GroupEnding, by: Person, now: datetime) -> None:
    """The way back: their seats in the other group are as they were, then the first goes on."""
    if group_endings.can_be_undone(store, ending, now) and ending.into:
        group_times.make_room(store, [ending.group, ending.into], now)
        for was in ending.kept.get("moved", ()):
            _unsit(store, ending.into, was, now)
        store.flush()
        store.expire(ending.into, ["seats"])
    group_endings.reopen(store, ending, by, now)


def _unsit(store: Store, into: Group, was: dict[str, Any], now: datetime) -> None:
    seat = store.get_one(Seat, was["seat"])
    group_times.free_ahead(store, into, seat.person, now)
    if was["new"]:
        store.delete(seat)
        return
    seat.waiting = was["waiting"]
    seat.joined_on = date.fromisoformat(was["joined"]) if was["joined"] else None
    seat.left_on = date.fromisoformat(was["left"]) if was["left"] else None
