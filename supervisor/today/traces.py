"""What was done already about what needs somebody, and whether it now only waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from supervisor.models import Alert, AlertEvent, Entitlement, Match, Message, Session, Store
from supervisor.rules.kinds import MatchState
from supervisor.rules.pace import Position


@dataclass(frozen=True)
class Trace:
    """What was pressed about one entitlement: the last day booked, when times were sent, who is
    asked, and until when it was put off. `times_wait` while their answer is still awaited."""

    booked_last: date | None = None
    times_sent: datetime | None = None
    times_wait: bool = False
    asked: Match | None = None
    put_off: datetime | None = None

    @property
    def waits(self) -> bool:
        """Somebody else has the next word, or its day has not come."""
        return bool(self.times_wait or self.asked or self.put_off)


def waits(position: Position, trace: Trace) -> bool:
    """It needs nobody until a day: enough is booked, or what was pressed is not answered yet."""
    return position.catching_up or trace.waits


def traces(
    store: Store,
    owed: Iterable[Entitlement],
    positions: Mapping[int, Position],
    now: datetime,
    times_days: int,
) -> dict[int, Trace]:
    """Of each; how many questions are asked does not grow with their number."""
    ids = {one.link: one.id for one in owed}
    booked, sent = _booked(store, ids.values(), now), _sent(store, ids, now, times_days)
    stands = {id_: positions[id_].standing for id_ in ids.values()}
    asked, put_off = _asked(store, ids.values()), _put_off(store, stands, now)
    return {id_: _trace(id_, booked, sent, asked, put_off) for id_ in ids.values()}


def _trace(id_: int, booked: Any, sent: Any, asked: Any, put_off: Any) -> Trace:
    """Times wait no longer once something was booked after they went."""
    ahead, booked_at = booked.get(id_, (None, None))
    times = sent.get(id_)
    answered = bool(times and booked_at and booked_at > times)
    return Trace(ahead, times, bool(times) and not answered, asked.get(id_), put_off.get(id_))


def _booked(
    store: Store, ids: Iterable[int], now: datetime
) -> dict[int, tuple[date, datetime | None]]:
    """The last day booked, and when something was booked last."""
    query = (
        select(Session.entitlement_id, func.max(Session.local_start), func.max(Session.booked_at))
        .where(
            Session.entitlement_id.in_(list(ids)),
            Session.starts_at > now,
            Session.cancelled_at.is_(None),
            Session.counts,
        )
        .group_by(Session.entitlement_id)
    )
    return {id_: (last.date(), booked_at) for id_, last, booked_at in store.execute(query)}


def _sent(store: Store, ids: dict[str, int], now: datetime, times_days: int) -> dict[int, datetime]:
    """When times were sent last, while one of them is still to come."""
    query = select(Message.facts, Message.written_at).where(
        Message.template == "times",
        Message.written_at > now - timedelta(days=times_days),
        Message.until_at > now,
    )
    sent: dict[int, datetime] = {}
    for facts, at in store.execute(query.order_by(Message.written_at)):
        if facts.get("entitlement") in ids:
            sent[ids[facts["entitlement"]]] = at
    return sent


def _asked(store: Store, ids: Iterable[int]) -> dict[int, Match]:
    """The open offer of each; whoever has been chosen comes before who can be."""
    query = (
        select(Match)
        .where(Match.entitlement_id.in_(list(ids)), Match.state == MatchState.OFFERED)
        .options(joinedload(Match.provider))
        .order_by(Match.worker_yes_at.is_not(None), Match.id.desc())
    )
    return {match.entitlement_id: match for match in store.scalars(query)}


def _put_off(store: Store, stands: Mapping[int, str], now: datetime) -> dict[int, datetime]:
    """Until when somebody put it off, where that is still to come. An alert about anything but
    where the entitlement stands says nothing of its row."""
    query = (
        select(Alert.entitlement_id, Alert.name, func.max(AlertEvent.until))
        .join(AlertEvent, AlertEvent.alert_id == Alert.id)
        .where(
            Alert.entitlement_id.in_(list(stands)),
            Alert.ended_at.is_(None),
            AlertEvent.what == "snoozed",
            AlertEvent.until > now,
        )
        .group_by(Alert.entitlement_id, Alert.name)
    )
    found = store.execute(query)
    return {id_: until for id_, name, until in found if id_ and until and stands[id_] == name}
