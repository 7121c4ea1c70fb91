"""What the coordinator sends by hand: times that suit a pair, and the question once more."""

from datetime import datetime

from sqlalchemy import select

from supervisor import audit, entitlements, messages
from supervisor.errors import Refused
from supervisor.matches.match_offers import has_its_turn
from supervisor.models import Entitlement, Match, Person, Session, Store
from supervisor.openings.times_to_offer import TIMES, times_to_offer
from supervisor.rules.kinds import MatchState, Side
from supervisor.rules.words import N_
from supervisor.zones import today


def offer_times(store: Store, entitlement: Entitlement, by: Person, now: datetime) -> list[Person]:
    """Send the next times that suit both to the worker and the provider."""
    on = entitlements.day_of(store, entitlement, now)
    provider = entitlements.serving(store, entitlement, on)
    found = times_to_offer(store, entitlement, now, TIMES)
    if provider is None or not found.times:
        raise Refused(N_("No time suits them both yet. Find cover, or look for somebody else."))
    pair = [entitlement.person, provider]
    times = [time.starts_at for time in found.times]
    told = []
    for person, other in zip(pair, reversed(pair), strict=True):
        facts = {
            "entitlement": entitlement.link,
            "other": other.name,
            "times": [at.isoformat() for at in times],
        }
        cause = f"times:{entitlement.ref}:{on}"
        if messages.tell(store, person, cause, "times", facts, now, urgent=True, until=max(times)):
            told.append(person)
    _refuse_again(told)
    audit.record(store, now, by, "offer_times", "entitlement", entitlement.link)
    return told


def _refuse_again(told: object) -> None:
    """The same press a second time writes nothing, and says so."""
    if not told:
        raise Refused(N_("Said already today. Once a day is enough."))


def remind_of_offer(store: Store, match: Match, by: Person, now: datetime) -> Person:
    """Bring an offer back to mind of whoever has the next word: the provider once they were
    chosen, else the worker. Once a day is enough."""
    waits = (Match.id == match.id, Match.state == MatchState.OFFERED, has_its_turn())
    if store.scalar(select(Match.id).where(*waits)) is None:
        raise Refused(N_("Nobody is asked about this any more."))
    worker = match.entitlement.person
    asked, other = (match.provider, worker) if match.worker_yes_at else (worker, match.provider)
    facts = {
        "entitlement": match.entitlement.link,
        "match": match.ref,
        "worker": asked is worker,
        "other": other.name,
    }
    cause = f"offer:{match.ref}:{entitlements.day_of(store, match.entitlement, now)}"
    letter = "offer_unanswered"
    until = match.lapses_at
    _refuse_again(messages.tell(store, asked, cause, letter, facts, now, urgent=True, until=until))
    audit.record(store, now, by, "remind", "match", match.ref, asked)
    return asked


def ask_again(store: Store, session: Session, by: Person, now: datetime) -> list[Person]:
    """Ask whoever has not said whether the session happened; nobody where both have."""
    said = {confirmation.side for confirmation in session.confirmations}
    people = {Side.WORKER: session.entitlement.person, Side.PROVIDER: session.provider}
    silent = [person for side, person in people.items() if side not in said]
    told = []
    for person in silent:
        other = next(p for p in people.values() if p is not person)
        facts = {
            "session": session.ref,
            "other": other.name,
            "starts": session.starts_at.isoformat(),
        }
        cause = f"asked:{session.ref}:{today(now, session.zone)}"
        if messages.tell(store, person, cause, "not_confirmed", facts, now, urgent=True):
            told.append(person)
    if silent:
        _refuse_again(told)
        audit.record(store, now, by, "ask_again", "session", session.ref)
    return told
