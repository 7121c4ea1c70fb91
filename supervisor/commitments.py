"""The hours that two people have given away: taken together, or the time has gone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import Select, delete, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from supervisor.errors import Refused
from supervisor.models import Commitment, Entitlement, Person, Session, Store
from supervisor.models.engine import lock_people
from supervisor.openings.openings import Opening, openings
from supervisor.rooms import room_hours
from supervisor.rooms.room_hours import NoRoom
from supervisor.rules.words import N_
from supervisor.zones import today

GONE = N_("That time has just gone.")
OTHERS = 3


class TimeGone(Refused):
    """Somebody else took it a moment ago, or no room is free; `others` are the next times that
    suit both, looked for when they are asked for: nobody need wait for that to book. `busy` are
    the people who have something else then, to tell each of their own alone."""

    def __init__(
        self,
        find: Callable[[], list[Opening]],
        why: NoRoom | None = None,
        busy: frozenset[int] = frozenset(),
    ) -> None:
        self._find, self.no_room, self.busy = find, why is not None, busy
        words, facts = (why.words, why.facts) if why else (GONE, {})
        super().__init__(words, field="start", **facts)

    @cached_property
    def others(self) -> list[Opening]:
        return self._find()


def hold(store: Store, worker_id: int, provider_id: int, now: datetime) -> None:
    """Nobody else changes these two calendars until the transaction ends; what was kept for
    an offer that has lapsed is free again."""
    people = (worker_id, provider_id)
    lock_people(store, people)
    store.execute(
        delete(Commitment).where(Commitment.person_id.in_(people), Commitment.lapses_at <= now)
    )


@contextmanager
def taking(store: Store, session: Session, starts_at: datetime, now: datetime) -> Iterator[None]:
    """Take both calendars and a room, or say that the time has gone and what is free instead."""
    entitlement, provider = session.entitlement, session.provider
    moving, zone_name = session if session.id else None, session.zone
    try:
        with store.begin_nested():
            yield
    except (IntegrityError, NoRoom) as clash:
        if not isinstance(clash, NoRoom) and "commitment_overlap" not in str(clash.orig):
            raise
        near = today(starts_at, zone_name)

        def others() -> list[Opening]:
            args = store, entitlement, now, OTHERS, provider
            return openings(*args, moving=moving, near=near).times

        no_room = clash if isinstance(clash, NoRoom) else None
        raise TimeGone(others, no_room, _busy(store, session, starts_at, now)) from clash


def refuse_taken(store: Store, session: Session, now: datetime) -> None:
    """Refuse an hour in which either has something else already, or no room is free."""
    if _busy(store, session, session.starts_at, now):
        raise Refused(N_("One of you has something else then."), field="start")
    room_hours.refuse_none(store, session)


def _busy(store: Store, session: Session, starts_at: datetime, now: datetime) -> frozenset[int]:
    """Who of the two has something else then."""
    people = session.entitlement.person_id, session.provider_id
    other = select(Commitment.person_id).where(
        Commitment.person_id.in_(people),
        Commitment.starts_at < starts_at + timedelta(minutes=session.minutes),
        Commitment.ends_at > starts_at,
        Commitment.session_id.is_distinct_from(session.id or 0),
        or_(Commitment.lapses_at.is_(None), Commitment.lapses_at > now),
    )
    return frozenset(store.scalars(other))


def commit_both(store: Store, session: Session) -> None:
    """Take both people's time, and a room where they meet in one."""
    ends = session.starts_at + timedelta(minutes=session.minutes)
    taken = {"starts_at": session.starts_at, "ends_at": ends, "session_id": session.id}
    people = session.entitlement.person_id, session.provider_id
    store.execute(insert(Commitment), [taken | {"person_id": one} for one in people])
    room_hours.give(store, session)


def booked_with(person: Person) -> Select[Session]:
    """What is booked of somebody on either side, soonest first, with the two people."""
    return (
        select(Session)
        .join(Session.entitlement)
        .where(
            or_(Session.provider_id == person.id, Entitlement.person_id == person.id),
            Session.outcome.is_(None),
            Session.cancelled_at.is_(None),
        )
        .options(
            joinedload(Session.provider),
            joinedload(Session.entitlement).joinedload(Entitlement.person),
        )
        .order_by(Session.starts_at)
    )


def not_over(now: datetime) -> Select[int | None]:
    """The sessions that are going on or still to come."""
    return select(Commitment.session_id).where(
        Commitment.session_id.is_not(None), Commitment.ends_at > now
    )


def free(store: Store, session: Session) -> None:
    """Give back both people's time, and the room."""
    room_hours.give_back(store, session)
    store.execute(delete(Commitment).where(Commitment.session_id == session.id))
