"""Somebody whom a worker knows and would like to meet: named, looked at by the hub, offered.

Nobody writes to whoever is named before the hub has said yes to it, and a worker chosen them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, or_, select, update
from sqlalchemy.orm import joinedload

from supervisor import audit
from supervisor.errors import Refused
from supervisor.fits import fits
from supervisor.matches import choices, match_offers
from supervisor.matches import nomination_messages as tell
from supervisor.models import Entitlement, Match, Nomination, Offering, Person, Store
from supervisor.models.engine import lock_people
from supervisor.rules.kinds import MATCHED_KINDS, MatchState, Reader
from supervisor.rules.names import Bearers, name_words
from supervisor.rules.words import N_, Words
from supervisor.settings import hub_today, read
from supervisor.viewers import acting_for

LONGEST = 200


@dataclass(frozen=True)
class NominationSettings:
    """Days for which it is kept how to reach somebody, and what was said of them, once the hub
    has said not now or the period is over."""

    contact_days: int = 30


@dataclass(frozen=True)
class Named:
    """What a worker writes of somebody: how to reach them and how they know each other, if they
    like."""

    name: str
    contact: str = ""
    word: str = ""


@dataclass(frozen=True)
class Seen:
    """A name as its worker sees it: the offer that they can choose, else why there is none."""

    nomination: Nomination
    offer: Match | None
    obstacles: list[Words]


def of(store: Store, person: Person) -> list[Nomination]:
    """Everybody whom this worker named, the newest first."""
    query = select(Nomination).join(Nomination.entitlement)
    query = query.where(Entitlement.person_id == person.id)
    return list(store.scalars(query.order_by(Nomination.asked_at.desc(), Nomination.id.desc())))


def seen_by_worker(store: Store, person: Person, on: date) -> list[Seen]:
    """The same with what came of it. Time, distance and language are said, and nothing else."""
    return [_seen(store, one, on) for one in of(store, person)]


def _seen(store: Store, nomination: Nomination, on: date) -> Seen:
    match = _match(store, nomination)
    if nomination.provider is None or match or nomination.entitlement.ends_on < on:
        return Seen(nomination, match, [])
    verdict = fits.explain(
        store, nomination.entitlement, nomination.provider, on, reader=Reader.WORKER
    )
    return Seen(nomination, None, verdict.obstacles)


def why_not(store: Store, nomination: Nomination, on: date) -> list[Words]:
    """What stands in the way of an offer, as the hub may read it; nothing where there is one."""
    if nomination.provider is None or _match(store, nomination):
        return []
    return fits.explain(store, nomination.entitlement, nomination.provider, on).obstacles


def _match(store: Store, nomination: Nomination) -> Match | None:
    """The offer or the match that came of it and is not over."""
    states = (MatchState.OFFERED, MatchState.ACTIVE)
    query = select(Match).where(
        Match.entitlement_id == nomination.entitlement_id,
        Match.provider_id == nomination.provider_id,
        Match.state.in_(states),
    )
    return store.scalars(query.order_by(Match.id.desc())).first()


def may_name_for(store: Store, person: Person, on: date) -> list[Entitlement]:
    """What they may name somebody for: all that is owed to them and matched."""
    query = select(Entitlement).where(
        Entitlement.person_id == person.id,
        Entitlement.kind.in_(MATCHED_KINDS),
        Entitlement.ends_on >= on,
    )
    return list(store.scalars(query.order_by(Entitlement.kind.desc(), Entitlement.starts_on)))


def nominate(
    store: Store, entitlement: Entitlement, named: Named, by: Person, now: datetime
) -> Nomination:
    """Name somebody to the hub; named twice while it is open is once, with the newer words."""
    behalf = acting_for(store, by, entitlement.person)
    lock_people(store, [entitlement.person_id])
    named = Named(*(" ".join(typed.split()) for typed in (named.name, named.contact, named.word)))
    _refuse(store, entitlement, named, now)
    made = _open_of_that_name(store, entitlement, named.name)
    if made is None:
        made = Nomination(entitlement=entitlement, name=named.name, asked_at=now, asked_by_id=by.id)
        store.add(made)
    made.contact, made.word = named.contact or made.contact, named.word or made.word
    store.flush()
    audit.record(store, now, by, "nominate", "nomination", made.ref, behalf)
    if behalf is None:
        tell.made(store, made, now)
    return made


def _refuse(store: Store, entitlement: Entitlement, named: Named, now: datetime) -> None:
    if not name_words(named.name) or len(named.name) > LONGEST:
        raise Refused(N_("Write a name, as it is usually spelt."), field="name")
    if name_words(named.name) == name_words(entitlement.person.name):
        raise Refused(N_("Write the name of somebody else."), field="name")
    if entitlement.kind not in MATCHED_KINDS or entitlement.ends_on < hub_today(store, now):
        raise Refused(N_("Say what you would like to meet them for."), field="entitlement")


def _open_of_that_name(store: Store, entitlement: Entitlement, name: str) -> Nomination | None:
    words = name_words(name)
    query = _open().where(Nomination.entitlement_id == entitlement.id)
    return next((one for one in store.scalars(query) if name_words(one.name) == words), None)


def _open() -> Select[Nomination]:
    return select(Nomination).where(Nomination.decided_at.is_(None))


def waiting(store: Store, on: date) -> list[Nomination]:
    """Names that the hub has not looked at yet, the oldest first."""
    query = (
        _open()
        .join(Nomination.entitlement)
        .where(Entitlement.ends_on >= on)
        .options(joinedload(Nomination.entitlement).joinedload(Entitlement.person))
    )
    return list(store.scalars(query.order_by(Nomination.asked_at, Nomination.id)))


def here_already(store: Store, nominations: Sequence[Nomination]) -> dict[int, list[Person]]:
    """By nomination, those of the same name, e-mail or phone whom the hub knows. Only for the
    hub's eyes: that somebody is known here is told to nobody who typed their name."""
    if not nominations:
        return {}
    everybody = store.execute(select(Person.id, Person.name, Person.email, Person.phone)).all()
    bearers = Bearers((one.id, one.name) for one in everybody)
    alike = {one.id: _alike(one, everybody, bearers) for one in nominations}
    return {number: _people(store, ids) for number, ids in alike.items()}


def _alike(nomination: Nomination, everybody: Sequence[Any], bearers: Bearers) -> set[int]:
    given = _plain(nomination.contact)
    reached = {
        one.id for one in everybody if given and given in {_plain(one.email), _plain(one.phone)}
    }
    return (bearers.of(nomination.name) | reached) - {nomination.entitlement.person_id}


def _plain(contact: str | None) -> str:
    """An address without capitals, a number without what is between its figures."""
    typed = (contact or "").casefold()
    return typed.strip() if "@" in typed else "".join(c for c in typed if c.isdigit())


def _people(store: Store, ids: set[int]) -> list[Person]:
    query = select(Person).where(Person.id.in_(ids)).order_by(Person.name, Person.id)
    return list(store.scalars(query)) if ids else []


def accept(
    store: Store, nomination: Nomination, provider: Person, by: Person, now: datetime
) -> Words | None:
    """The hub's yes: this provider is whom they mean. They come first in the worker's order and
    are offered, if the rules of a match allow it; else the words say why not.

    Pressed again it offers again: much can change in the meantime.
    """
    _settle(store, nomination, provider, by, now)
    choices.put_first(store, nomination.entitlement.person, provider)
    audit.record(store, now, by, "accept", "nomination", nomination.ref)
    try:
        match = match_offers.put_forward(store, nomination.entitlement, provider, now, by)
    except Refused as refusal:
        tell.not_yet(store, nomination, now)
        return Words(refusal.words, refusal.facts)
    tell.can_be_chosen(store, nomination, match, now)
    return None


def _settle(
    store: Store, nomination: Nomination, provider: Person, by: Person, now: datetime
) -> None:
    """How to reach them now stands with the person themselves, and nowhere else."""
    _now(store, nomination)
    if nomination.decided_at and nomination.provider_id != provider.id:
        raise Refused(N_("That was already decided."))
    if provider.id == nomination.entitlement.person_id:
        raise Refused(N_("Choose somebody else than the worker."), field="who")
    if not _offers(store, provider, nomination.entitlement.kind):
        raise Refused(N_("%(name)s does not give this support yet."), name=provider.name)
    if nomination.decided_at is None:
        nomination.provider, nomination.contact = provider, None
        nomination.decided_at, nomination.decided_by_id = now, by.id
    store.flush()


def _now(store: Store, nomination: Nomination) -> None:
    """As it is at this moment; nobody else decides it until the transaction ends."""
    store.flush()
    lock_people(store, [nomination.entitlement.person_id])
    store.refresh(nomination)


def _offers(store: Store, person: Person, kind: str) -> bool:
    query = select(Offering.id).where(Offering.person_id == person.id, Offering.kind == kind)
    return store.scalar(query) is not None


def not_now(store: Store, nomination: Nomination, answer: str, by: Person, now: datetime) -> None:
    """The hub's no for now. The worker is told in plain words, never why."""
    _now(store, nomination)
    if nomination.decided_at:
        raise Refused(N_("That was already decided."))
    nomination.decided_at, nomination.decided_by_id = now, by.id
    nomination.answer = " ".join(answer.split()) or None
    audit.record(store, now, by, "decline", "nomination", nomination.ref)
    store.flush()
    tell.not_now(store, nomination, now)


def take_back(store: Store, nomination: Nomination, by: Person, now: datetime) -> None:
    """As if the name had not been said: all of it is gone. What came of it already stays."""
    behalf = acting_for(store, by, nomination.entitlement.person)
    _now(store, nomination)
    if nomination.decided_at:
        raise Refused(N_("That was already decided."))
    audit.record(store, now, by, "take_back", "nomination", nomination.ref, behalf)
    tell.drop(store, nomination, now)
    store.delete(nomination)
    store.flush()


def forget_contacts(store: Store, now: datetime) -> None:
    """Delete how to reach those who were named, and what was said of them, once it is of no use."""
    before = now - timedelta(days=read(store, NominationSettings).contact_days)
    over = exists().where(
        Entitlement.id == Nomination.entitlement_id, Entitlement.ends_on < before.date()
    )
    useless = or_(Nomination.decided_at < before, over)
    store.execute(update(Nomination).where(useless).values(contact=None, word=None))
