"""What people are told of a move: its day, and what it changes for them. No kind, no reason."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from supervisor import messages
from supervisor.models import JobChange, Message, Person, Store


def changed(
    store: Store,
    change: JobChange,
    gone: Sequence[Person],
    joins: Sequence[Person],
    now: datetime,
) -> None:
    """The worker reads where and from when; a manager whether they see them from then on."""
    starts = change.first_on.isoformat()
    facts = {"employer": change.new.organisation.name, "starts": starts}
    messages.tell(store, change.person, _cause(change), "employer_changed", facts, now)
    for some, on_page in ((gone, False), (joins, True)):
        for manager in some:
            told = {"worker": change.person.name, "starts": starts, "joins": on_page}
            messages.tell(store, manager, _cause(change), "team_changed", told, now)


def _cause(change: JobChange) -> str:
    return f"employer:{change.ref}"


def taken_back(store: Store, change: JobChange, now: datetime) -> None:
    """Whoever has read it already reads that it stays as it was."""
    query = select(Message).where(Message.cause == _cause(change), Message.sent_at.is_not(None))
    sent = store.scalars(query).all()
    messages.drop(store, _cause(change), now)
    for person in {message.recipient for message in sent}:
        own = person.id == change.person_id
        facts = {"worker": "" if own else change.person.name}
        cause = f"{_cause(change)}:off"
        messages.tell(store, person, cause, "employer_stays", facts, now)
