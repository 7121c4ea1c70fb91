"""The rounds of a wish to talk: the next are asked, the hub is told, and in the end it closes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, or_, select, update

from supervisor import messages
from supervisor.debriefs import debrief_messages, debrief_people
from supervisor.debriefs.debrief_people import DebriefSettings
from supervisor.models import Commitment, Debrief, DebriefAsk, Store
from supervisor.models.engine import read_again, rows_changed
from supervisor.settings import read


def begin(store: Store, debrief: Debrief, now: datetime) -> None:
    """Ask the first; where the same people were asked often today, the hub looks first."""
    if debrief_people.often(store, debrief):
        _tell_hub(store, debrief, now)
        store.flush()
    else:
        ask_next(store, debrief, now)


def ask_next(store: Store, debrief: Debrief, now: datetime) -> None:
    """Ask as many as the hub has said; once there is nobody left, the hub is told at once."""
    settings = read(store, DebriefSettings)
    people = debrief_people.next_to_ask(store, debrief, now)[: settings.at_once]
    for person in people:
        debrief.asks.append(DebriefAsk(person=person, asked_at=now))
    store.flush()
    for one in debrief.asks[len(debrief.asks) - len(people) :]:
        debrief_messages.tell_asked(store, one, now)
    debrief.next_at = now + timedelta(minutes=settings.next_minutes) if people else None
    if not people:
        _tell_hub(store, debrief, now)
    store.flush()


def _tell_hub(store: Store, debrief: Debrief, now: datetime) -> None:
    if debrief.hub_told_at is None:
        debrief.hub_at, debrief.hub_told_at = None, now
        debrief_messages.tell_hub(store, debrief, now)


def free_time(store: Store, debrief: Debrief) -> None:
    """Nobody is in two places, so who and when find the one row of each."""
    store.execute(
        delete(Commitment).where(
            Commitment.person_id.in_(both(debrief)),
            Commitment.starts_at == debrief.starts_at,
            Commitment.session_id.is_(None),
            Commitment.meeting_id.is_(None),
        )
    )


def both(debrief: Debrief) -> list[int]:
    """The two whose time it takes."""
    return [one for one in (debrief.person_id, debrief.accepted_by_id) if one is not None]


def close(store: Store, debrief: Debrief, now: datetime) -> bool:
    """It is over, for whoever says so first; their time is free and the numbers are forgotten."""
    closed = rows_changed(
        store,
        update(Debrief)
        .where(Debrief.id == debrief.id, Debrief.ended_at.is_(None))
        .values(ended_at=now, next_at=None, hub_at=None),
    )
    store.refresh(debrief)
    if closed:
        messages.drop_earlier(store, debrief_messages.about(debrief), now)
        free_time(store, debrief)
        debrief.number = debrief.reach = None
        store.flush()
    return bool(closed)


def due(store: Store, now: datetime) -> Sequence[int]:
    """Those for which the next are to be asked, the hub told, or which close by themselves."""
    old = now - timedelta(hours=read(store, DebriefSettings).open_hours)
    late = or_(
        Debrief.next_at <= now,
        Debrief.hub_at <= now,
        func.coalesce(Debrief.starts_at, Debrief.asked_at) <= old,
    )
    query = select(Debrief.id).where(Debrief.ended_at.is_(None), late).order_by(Debrief.id)
    return store.scalars(query).all()


def move_on(store: Store, debrief_id: int, now: datetime) -> None:
    """Do what is due for one; a worker process that comes second finds nothing to do."""
    debrief = store.get_one(Debrief, debrief_id)
    read_again(store, debrief)
    old = now - timedelta(hours=read(store, DebriefSettings).open_hours)
    if debrief.ended_at is None and (debrief.starts_at or debrief.asked_at) <= old:
        close(store, debrief, now)
    elif debrief.ended_at is None and debrief.accepted_at is None:
        _go_on(store, debrief, now)
    store.flush()


def _go_on(store: Store, debrief: Debrief, now: datetime) -> None:
    hub, more = (at is not None and at <= now for at in (debrief.hub_at, debrief.next_at))
    if hub:
        _tell_hub(store, debrief, now)
    if more:
        ask_next(store, debrief, now)
    if hub or more:
        debrief_messages.tell_how_it_stands(store, debrief, now)


def ask_others(store: Store, now: datetime) -> None:
    """The hub has more people asked, for all that are open; it does not see for whom."""
    for debrief in store.scalars(_unanswered()).all():
        ask_next(store, debrief, now)
        debrief_messages.tell_how_it_stands(store, debrief, now)


def waiting(store: Store) -> int:
    """How many are open that nobody has taken yet: all that the hub sees."""
    return store.scalar(select(func.count()).select_from(_unanswered().subquery())) or 0


def _unanswered() -> Select[Debrief]:
    return select(Debrief).where(Debrief.ended_at.is_(None), Debrief.accepted_at.is_(None))


def of_hub(store: Store) -> Sequence[Debrief]:
    """Those that are open and for which the hub asked, on the phone."""
    query = select(Debrief).where(Debrief.ended_at.is_(None), Debrief.asked_by_id.is_not(None))
    return store.scalars(query.order_by(Debrief.asked_at)).all()


def forget(store: Store, now: datetime) -> None:
    """Who asked and who was asked is forgotten after a while; that somebody did stays."""
    before = now - timedelta(days=read(store, DebriefSettings).keep_days)
    old = select(Debrief).where(Debrief.ended_at < before, Debrief.person_id.is_not(None))
    for debrief in store.scalars(old).all():
        debrief.person_id = debrief.manager_id = debrief.accepted_by_id = None
        debrief.asked_by_id = None
        debrief.asks.clear()
    store.flush()
