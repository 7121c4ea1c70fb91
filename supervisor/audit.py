"""The audit trail: who did what to which record, for whom. Ids only, never words."""

from datetime import datetime

from supervisor.models import Audit, Person, Store


def record(
    store: Store,
    now: datetime,
    by: Person | None,
    verb: str,
    noun: str,
    ref: str,
    on_behalf_of: Person | None = None,
) -> None:
    """Add a row; `by` is None where the hub's own jobs act."""
    store.add(
        Audit(
            at=now,
            by_id=by.id if by else None,
            for_id=on_behalf_of.id if on_behalf_of else None,
            verb=verb,
            noun=noun,
            noun_ref=ref,
        )
    )


def of(person: Person) -> str:
    """Somebody as the record knows them: the hub's own id of them may be a name, and would stay
    when they are erased."""
    return str(person.id)
