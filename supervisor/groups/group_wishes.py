"""Who would like to be in a group: they say of which kind, and nothing else is needed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from supervisor import audit
from supervisor.access import current_job
from supervisor.errors import Refused
from supervisor.models import Forming, GroupWish, Job, Person, Store
from supervisor.models.engine import lock_people
from supervisor.rules.kinds import GroupKind, Mode, Role
from supervisor.rules.words import N_
from supervisor.settings import hub_today
from supervisor.viewers import acting_for

FOR_ALL = (GroupKind.CO_REFLECTION, GroupKind.LEARNING_SET)
"""Kinds that anybody may ask for."""


def kinds_for(store: Store, person: Person, now: datetime) -> list[GroupKind]:
    """What they may ask for: the network is one for consumer advisors."""
    network = [GroupKind.NETWORK] if is_advisor(store, person, now) else []
    return [*FOR_ALL, *network]


def is_advisor(store: Store, person: Person, now: datetime) -> bool:
    """Whether they have a job as a consumer advisor now."""
    on = hub_today(store, now)
    job = exists().where(
        Job.person_id == person.id, Job.role == Role.CONSUMER_ADVISOR, current_job(on)
    )
    return bool(store.scalar(select(job)))


def ask(
    store: Store, person: Person, kind: str, modes: Iterable[str], by: Person, now: datetime
) -> GroupWish:
    """They would like a group; said again it is the same wish, with other ways to meet, and their
    turn stays where it was."""
    if kind not in kinds_for(store, person, now):
        raise Refused(N_("Pick what kind of group you would like."), field="kind")
    behalf = acting_for(store, by, person)
    lock_people(store, [person.id])
    wish = _wish(store, person, kind, now)
    wish.modes = [mode for mode in Mode if mode in set(modes)]
    store.flush()
    audit.record(store, now, by, "ask", "group_wish", wish.ref, behalf)
    return wish


def _wish(store: Store, person: Person, kind: str, now: datetime) -> GroupWish:
    """The one of the kind; after they had a group it begins anew."""
    wish = store.scalar(select(GroupWish).filter_by(person_id=person.id, kind=kind))
    if wish is None:
        wish = GroupWish(person=person, kind=kind, asked_at=now)
        store.add(wish)
    if wish.ended_at:
        wish.asked_at, wish.ended_at = now, None
    return wish


def take_back(store: Store, wish: GroupWish, by: Person, now: datetime) -> None:
    """They would rather not; nobody asks why."""
    behalf = acting_for(store, by, wish.person)
    if wish.ended_at is None:
        store.delete(wish)
        store.flush()
        audit.record(store, now, by, "take_back", "group_wish", wish.ref, behalf)


def has_group(store: Store, people: Sequence[Person], kind: str, now: datetime) -> None:
    """What they asked for is there."""
    theirs = GroupWish.person_id.in_([person.id for person in people])
    for wish in store.scalars(open_wishes().where(GroupWish.kind == kind, theirs)):
        wish.ended_at = now
    store.flush()


def have_one(store: Store, refs: Iterable[str], now: datetime) -> None:
    """They have their group again: what they asked for is there."""
    for wish in store.scalars(open_wishes().where(GroupWish.ref.in_(list(refs)))):
        wish.ended_at = now


def again(store: Store, people: Iterable[int], kind: str) -> list[str]:
    """Their group has ended: who had asked for one asks again, and keeps their turn."""
    query = select(GroupWish).where(GroupWish.person_id.in_(list(people)), GroupWish.kind == kind)
    ended = list(store.scalars(query.where(GroupWish.ended_at.is_not(None))))
    for wish in ended:
        wish.ended_at = None
    store.flush()
    return [wish.ref for wish in ended]


def waiting(store: Store, kind: str, now: datetime) -> list[GroupWish]:
    """Who asked for a kind and has none yet, the longest first; who has left asks no more."""
    return list(store.scalars(open_wishes().where(GroupWish.kind == kind, _here(store, now))))


def _here(store: Store, now: datetime) -> ColumnElement[bool]:
    on = hub_today(store, now)
    return or_(Person.left_on.is_(None), Person.left_on >= on)


def not_looked_for(store: Store, now: datetime) -> int:
    """How many asked since groups of their kind were last looked for: the hub has not seen them."""
    query = select(Forming.kind, func.max(Forming.asked_at)).group_by(Forming.kind)
    latest = {row[0]: row[1] for row in store.execute(query)}
    some = store.scalars(open_wishes().where(_here(store, now)))
    return sum(w.kind not in latest or latest[w.kind] < w.asked_at for w in some)


def of_person(store: Store, person: Person) -> list[GroupWish]:
    """What somebody asked for and does not have yet."""
    return list(store.scalars(open_wishes().where(GroupWish.person_id == person.id)))


def open_wishes() -> Select[GroupWish]:
    """As a question: who asked and still waits, the longest first."""
    return (
        select(GroupWish)
        .join(GroupWish.person)
        .where(GroupWish.ended_at.is_(None))
        .options(joinedload(GroupWish.person).joinedload(Person.place))
        .order_by(GroupWish.asked_at, GroupWish.id)
    )
