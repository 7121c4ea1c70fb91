"""Whether answers, outcomes and marks stand as the record of delivery last has them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from supervisor.models import Attendance, Confirmation, DeliveryEvent, Session, Store
from supervisor.rules.words import N_, Words

Key = tuple[str, int, str, Any]
ANSWER = N_("An answer about session %(noun)d is not as the record of delivery has it.")
OUTCOME = N_("What became of session %(noun)d is not as the record of delivery has it.")
MARK = N_("Who came to meeting %(noun)d is not as the record of delivery has it.")
OWED = N_("Whose session %(noun)d was is not as the record of delivery has it.")
TOLD = {"answer": ANSWER, "outcome": OUTCOME, "mark": MARK, "owed": OWED}


def differs(store: Store) -> Iterator[Words]:
    """Each that was changed past the database's own triggers."""
    last, now = _last(store), _now(store)
    for key in sorted({*last, *now}, key=repr):
        if last.get(key) != now.get(key):
            yield Words(TOLD[key[2]], {"noun": key[1]})


def _last(store: Store) -> dict[Key, tuple[Any, ...]]:
    event = DeliveryEvent
    columns = (
        event.noun, event.noun_id, event.what, event.side, event.person_id,
        event.value, event.by_id, event.at, event.starts_at, event.minutes,
    )  # fmt: skip
    last: dict[Key, tuple[Any, ...]] = {}
    for noun, number, what, side, person, value, *rest in store.execute(
        select(*columns).order_by(event.id)
    ):
        key = (noun, number, what, side or person)
        if value is None:
            last.pop(key, None)
            if what == "outcome":
                last.pop((noun, number, "owed", None), None)
        else:
            last[key] = (value, *rest)
    return last


def _now(store: Store) -> dict[Key, tuple[Any, ...]]:
    return {**_answers(store), **_outcomes(store), **_owed(store), **_marks(store)}


def _answers(store: Store) -> dict[Key, tuple[Any, ...]]:
    said = Confirmation
    rows = store.execute(select(said.session_id, said.side, said.answer, said.by_id, said.said_at))
    return {
        ("session", number, "answer", side): (answer, by, at, None, None)
        for number, side, answer, by, at in rows
    }


def _outcomes(store: Store) -> dict[Key, tuple[Any, ...]]:
    columns = (
        Session.id, Session.outcome, Session.cancelled_by_id, Session.cancelled_at,
        Session.starts_at, Session.minutes,
    )  # fmt: skip
    rows = store.execute(select(*columns).where(Session.outcome.is_not(None)))
    return {("session", number, "outcome", None): tuple(rest) for number, *rest in rows}


def _owed(store: Store) -> dict[Key, tuple[Any, ...]]:
    columns = (Session.id, Session.entitlement_id, Session.provider_id, Session.counts)
    rows = store.execute(select(*columns).where(Session.outcome.is_not(None)))
    return {
        ("session", number, "owed", None): (f"{owed}/{by}/{counts:d}", None, None, None, None)
        for number, owed, by, counts in rows
    }


def _marks(store: Store) -> dict[Key, tuple[Any, ...]]:
    columns = (
        Attendance.meeting_id, Attendance.person_id, Attendance.came, Attendance.marked_by_id,
        Attendance.marked_at,
    )  # fmt: skip
    rows = store.execute(select(*columns).where(Attendance.came.is_not(None)))
    words = {True: "came", False: "did_not_come"}
    return {
        ("meeting", number, "mark", person): (words[bool(came)], by, at, None, None)
        for number, person, came, by, at in rows
    }
