"""What is told of somebody whom a worker named; never to whoever is named, never why not."""

from datetime import datetime

from supervisor import messages
from supervisor.matches.match_messages import to_hub
from supervisor.models import Match, Nomination, Store


def made(store: Store, nomination: Nomination, now: datetime) -> None:
    """There is a name to look at; the name itself stays on the page."""
    facts = {"worker": nomination.entitlement.person.name, "nomination": nomination.ref}
    to_hub(store, _made(nomination), "nomination_made", facts, now)


def _made(nomination: Nomination) -> str:
    return f"nomination_made:{nomination.ref}"


def drop(store: Store, nomination: Nomination, now: datetime) -> None:
    """Nothing is to be looked at any more."""
    messages.drop(store, _made(nomination), now)


def can_be_chosen(store: Store, nomination: Nomination, match: Match, now: datetime) -> None:
    """The worker can choose whom they named."""
    _answered(store, nomination, f"offered:{match.ref}", "offered", now)


def not_yet(store: Store, nomination: Nomination, now: datetime) -> None:
    """The hub knows them now, and cannot offer them yet; said once."""
    _answered(store, nomination, "not_yet", "not_yet", now)


def not_now(store: Store, nomination: Nomination, now: datetime) -> None:
    """Nothing comes of it for now."""
    _answered(store, nomination, "not_now", "not_now", now)


def _answered(store: Store, nomination: Nomination, about: str, what: str, now: datetime) -> None:
    drop(store, nomination, now)
    entitlement = nomination.entitlement
    facts = {
        "what": what,
        "entitlement": entitlement.link,
        "person": entitlement.person.ref,
        "word": nomination.answer or "",
    }
    cause = f"nomination:{nomination.ref}:{about}"
    messages.tell(store, entitlement.person, cause, "nomination_answered", facts, now)
