"""What people are told as a match goes its way. Nothing says why, nor which kind of support."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from supervisor import messages
from supervisor.models import Entitlement, Match, Message, Person, Session, Store
from supervisor.rules.kinds import MatchState
from supervisor.stand_ins import readers


def offered(store: Store, entitlement: Entitlement, now: datetime) -> None:
    """There are people to choose from; once a day, however many are offered. What is offered
    after one of them came to nothing is told anew, in place of what was not yet sent."""
    about = f"match_offered:{entitlement.ref}:{now.date()}"
    cause, facts = f"{about}:{_answered(store, entitlement)}", {"entitlement": entitlement.link}
    messages.tell(store, entitlement.person, cause, "match_offered", facts, now)
    messages.drop_earlier(store, about, now, but=cause)


def _answered(store: Store, entitlement: Entitlement) -> int:
    """How many of its offers are open no more: it grows with every answer."""
    theirs = Match.entitlement_id == entitlement.id, Match.state != MatchState.OFFERED
    return store.scalar(select(func.count(Match.id)).where(*theirs)) or 0


def asked(store: Store, match: Match, now: datetime) -> None:
    """Somebody chose them."""
    facts = {"match": match.ref, "other": match.entitlement.person.name, "cover": match.cover}
    messages.tell(store, match.provider, _asked(match), "match_asked", facts, now)


def _asked(match: Match) -> str:
    return f"match_asked:{match.ref}"


def agreed(store: Store, match: Match, gone: Sequence[Session], now: datetime) -> None:
    """Both have said yes. The worker reads which times with somebody else are called off."""
    worker = match.entitlement.person
    for person, other in _pair(match):
        facts = {
            "match": match.ref,
            "entitlement": match.entitlement.link,
            "other": other.name,
            "starts": _iso(match.starts_on),
            "ends": _iso(match.ends_on),
            "gone": _times(gone) if person is worker else [],
        }
        messages.tell(store, person, f"match_agreed:{match.ref}", "match_agreed", facts, now)


def not_to_be(store: Store, match: Match, whose: Person | None, now: datetime) -> None:
    """Tell all but the one whose no it was, in the same words whether it was declined, ran out
    or was taken back by the hub."""
    if whose is None or whose.id != match.entitlement.person_id:
        facts = {"entitlement": match.entitlement.link, "other": match.provider.name}
        cause = f"match_not_available:{match.ref}"
        messages.tell(store, match.entitlement.person, cause, "match_not_available", facts, now)
    if whose is None or whose.id != match.provider_id:
        need_not_answer(store, match, now)


def need_not_answer(store: Store, match: Match, now: datetime) -> None:
    """Take the question back; who has read it already is told that it needs no answer."""
    read = store.scalar(
        select(Message.id).where(Message.cause == _asked(match), Message.sent_at.is_not(None))
    )
    messages.drop(store, _asked(match), now)
    if read is not None:
        cause = f"match_closed:{match.ref}"
        facts = {"other": match.entitlement.person.name}
        messages.tell(store, match.provider, cause, "match_closed", facts, now)


def ended(
    store: Store,
    match: Match,
    ends_on: date,
    gone: Sequence[Session],
    but: Person,
    now: datetime,
) -> None:
    """When it ends and which times are called off, to the two but the one who knows already."""
    for person, other in _pair(match):
        if person.id != but.id:
            facts = {
                "other": other.name,
                "ends": ends_on.isoformat(),
                "gone": _times(gone),
                "worker": person.id == match.entitlement.person_id,
            }
            cause = f"match_ended:{match.ref}:{ends_on}"
            messages.tell(store, person, cause, "match_ended", facts, now, urgent=True)


def _times(sessions: Sequence[Session]) -> list[str]:
    return [session.local_start.isoformat() for session in sessions]


def hub_of_ending(store: Store, match: Match, ends_on: date, now: datetime) -> None:
    """The hub looks for somebody else at once."""
    facts = {"provider": match.provider.name, "ends": ends_on.isoformat()}
    cause = f"match_ended_hub:{match.ref}:{ends_on}"
    to_hub(store, cause, "match_ended_hub", facts | _whose(match.entitlement), now)


def choices_wanted(store: Store, entitlement: Entitlement, word: str, now: datetime) -> None:
    """Nobody is left to choose. `word` is what the worker likes to say to the hub, if anything;
    it is put on one line, since a letter takes a blank line for a new paragraph."""
    cause = f"choices_wanted:{entitlement.ref}:{now.isoformat()}"
    facts = _whose(entitlement) | {"word": " ".join(word.split())}
    to_hub(store, cause, "choices_wanted", facts, now)


def to_hub(store: Store, cause: str, template: str, facts: dict[str, Any], now: datetime) -> None:
    """The same to everybody who coordinates."""
    for person in readers(store, now):
        messages.tell(store, person, cause, template, facts, now)


def _whose(entitlement: Entitlement) -> dict[str, Any]:
    person = entitlement.person
    return {"worker": person.name, "person": person.ref, "entitlement": entitlement.link}


def _pair(match: Match) -> tuple[tuple[Person, Person], tuple[Person, Person]]:
    worker, provider = match.entitlement.person, match.provider
    return (worker, provider), (provider, worker)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
