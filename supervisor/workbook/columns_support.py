"""Columns of support that land in several rows: a session's wall time, both answers, the terms."""

from datetime import datetime, time
from typing import Any

from supervisor.models import Agreement, Confirmation, Match, Session
from supervisor.rules.kinds import Answer, Outcome, Side
from supervisor.sessions import delivery
from supervisor.workbook.book import Book
from supervisor.workbook.cells import DAY, INSTANT, one_of, one_of_words
from supervisor.workbook.columns import Column
from supervisor.zones import to_utc, zone

USUAL_ANSWER = {
    Outcome.HELD: Answer.HELD,
    Outcome.CANCELLED_BY_WORKER: Answer.WORKER_AWAY,
    Outcome.CANCELLED_BY_PROVIDER: Answer.PROVIDER_AWAY,
    Outcome.DID_NOT_HAPPEN: Answer.ANOTHER_DAY,
}
MORNING = time(9)
WITHDRAWN = "withdrawn"
CANCELLED = (Outcome.CANCELLED_BY_WORKER, Outcome.CANCELLED_BY_PROVIDER)


def local_start(name: str) -> Column:
    """A session's instant; it is exported as the wall time of its zone with the offset."""
    return Column(
        name,
        INSTANT,
        get=lambda session, _book: session.starts_at,
        put=lambda session, value, _book: setattr(session, "starts_at", value),
        show=lambda session, _book: session.starts_at.astimezone(zone(session.zone)),
        required=True,
    )


def outcome(name: str) -> Column:
    """What became of a session. Withdrawn is said apart, for the register does not count it."""

    def get(session: Session, _book: Book) -> Any:
        return WITHDRAWN if delivery.withdrawn(session) else session.outcome

    def put(session: Session, value: str, book: Book) -> None:
        if value == WITHDRAWN:
            session.outcome = Outcome.DID_NOT_HAPPEN
            session.cancelled_at = session.cancelled_at or min(session.starts_at, book.now)
        else:
            session.outcome = value
            session.cancelled_at = session.cancelled_at if value in CANCELLED else None

    return Column(name, one_of_words([*map(str, Outcome), WITHDRAWN]), get, put)


def confirmed_at(side: Side) -> Column:
    """When a side said what became of a session."""

    def get(session: Session, _book: Book) -> Any:
        said = _said(session, side)
        return said and said.said_at

    def show(session: Session, _book: Book) -> Any:
        said = _said(session, side)
        return said and said.said_at.astimezone(zone(session.zone))

    def put(session: Session, value: datetime, _book: Book) -> None:
        _say(session, side).said_at = value

    return Column(f"{side}_confirmed_at", INSTANT, get, put, show=show)


def answer(side: Side) -> Column:
    """What that side said; without this column it is what the outcome says."""

    def get(session: Session, _book: Book) -> Any:
        said = _said(session, side)
        return said and said.answer

    def put(session: Session, value: str, _book: Book) -> None:
        if (said := _said(session, side)) is not None:
            said.answer = value

    return Column(f"{side}_answer", one_of(Answer), get, put)


def _said(session: Session, side: Side) -> Confirmation | None:
    return next((c for c in session.confirmations if c.side == side), None)


def _say(session: Session, side: Side) -> Confirmation:
    said = _said(session, side)
    if said is None:
        usual = USUAL_ANSWER.get(Outcome(session.outcome)) if session.outcome else None
        said = Confirmation(side=side, answer=usual or Answer.HELD)
        session.confirmations.append(said)
    return said


def agreement(name: str) -> Column:
    """A day of the signed terms; with the day on which both agreed, both have signed."""

    def put(match: Match, value: Any, book: Book) -> None:
        if match.agreement is None:
            match.agreement = Agreement()
        setattr(match.agreement, name, value)
        if name == "agreed_on":
            signed = to_utc(datetime.combine(value, MORNING), book.zone)
            match.agreement.worker_signed_at = signed
            match.agreement.provider_signed_at = signed

    return Column(name, DAY, lambda match, _book: getattr(match.agreement, name, None), put)
