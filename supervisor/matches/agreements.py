"""The signed terms of a match. Each signs for themselves; the hub may sign for one of them.

The worker and the provider sign first, then the employer where it is a party. Whoever changes
the terms takes every signature away: what was signed is what holds.
"""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import and_, or_, select

from supervisor import access, audit, entitlements, messages
from supervisor.errors import NotFound, Refused
from supervisor.hours import ways
from supervisor.models import Agreement, Entitlement, Match, Person, Store
from supervisor.models.engine import read_again
from supervisor.rules.days import months_after
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import N_
from supervisor.settings import read, read_each
from supervisor.viewers import Viewer, acting_for, is_hub


@dataclass(frozen=True)
class AgreementSettings:
    """Months until the two look at the terms again: the first time, then each time after it.
    `cancellation_hours` is the notice that new terms ask for."""

    first_review_months: int = 6
    review_months: int = 12
    cancellation_hours: int = 24


class Party(StrEnum):
    """Who signs."""

    WORKER = "worker"
    PROVIDER = "provider"
    EMPLOYER = "employer"


@dataclass(frozen=True)
class Terms:
    """What the two settle between them. Only the worker decides what their manager sees."""

    mode: str | None
    cancellation_hours: int
    tikanga: str | None
    manager_sees_dates: bool
    manager_sees_kind: bool


def draft(store: Store, match: Match) -> Agreement:
    """The terms of a match, made with the hub's defaults where there are none yet.

    Opening and closing is for the two to choose: nothing is put in for them.
    """
    if match.agreement is None:
        hub, booking, fit = read_each(store, AgreementSettings, BookingSettings, FitSettings)
        usual = ways.modes(match.entitlement.person, match.provider, booking, fit)
        match.agreement = Agreement(
            mode=next(iter(usual), None), cancellation_hours=hub.cancellation_hours
        )
        store.flush()
    return match.agreement


def change(store: Store, match: Match, terms: Terms, by: Person, now: datetime) -> Agreement:
    """Other terms; who had signed signs again. The same terms again change nothing."""
    agreement = _held(store, match, now)
    behalf = _one_of_the_two(store, match, by)
    if by.id == match.provider_id:
        terms = _what_the_manager_sees_stays(terms, agreement)
    new = {
        name: value for name, value in asdict(terms).items() if getattr(agreement, name) != value
    }
    if not new:
        return agreement
    for name, value in new.items():
        setattr(agreement, name, value)
    _unsign(agreement)
    store.flush()
    audit.record(store, now, by, "change", "agreement", match.ref, behalf)
    _ask_who_is_next(store, match, by, now)
    return agreement


def _what_the_manager_sees_stays(terms: Terms, agreement: Agreement) -> Terms:
    return Terms(
        terms.mode,
        terms.cancellation_hours,
        terms.tikanga,
        agreement.manager_sees_dates,
        agreement.manager_sees_kind,
    )


def _unsign(agreement: Agreement) -> None:
    agreement.agreed_on = agreement.review_on = None
    for party in Party:
        setattr(agreement, f"{party}_signed_at", None)
        setattr(agreement, f"{party}_signed_by_id", None)


def forget_employer(store: Store, agreement: Agreement) -> None:
    """The worker has another employer: what the old one signed, and what its manager was to see,
    holds no more. Where the new one is a party too, it has yet to sign."""
    agreement.employer_signed_at = agreement.employer_signed_by_id = None
    agreement.manager_sees_dates = agreement.manager_sees_kind = False
    store.flush()
    if Party.EMPLOYER in parties(store, agreement):
        agreement.agreed_on = agreement.review_on = None
        store.flush()


def _one_of_the_two(store: Store, match: Match, by: Person) -> Person | None:
    """The provider for themselves; anyone else only as the worker or for them."""
    if by.id == match.provider_id:
        return None
    return acting_for(store, by, match.entitlement.person)


def _held(store: Store, match: Match, now: datetime) -> Agreement:
    """The terms as they are now, locked until the transaction ends, of a match that still runs."""
    store.flush()
    read_again(store, match)
    over = match.ends_on and match.ends_on < entitlements.day_of(store, match.entitlement, now)
    if match.state not in access.RUNNING or over:
        raise Refused(N_("This is over, so there is nothing to sign."))
    agreement = draft(store, match)
    read_again(store, agreement)
    return agreement


def seal(agreement: Agreement) -> str:
    """What the terms say, in short: another seal, other terms."""
    terms = [getattr(agreement, field.name) for field in fields(Terms)]
    return sha256(repr(terms).encode()).hexdigest()[:16]


def sign(
    store: Store, match: Match, party: Party, by: Person, now: datetime, seen: str | None = None
) -> Agreement:
    """Sign for one party; once all have signed the terms hold, until they are looked at again.

    `seen` is the seal of the terms that the signer has read: nobody signs others.
    """
    agreement = _held(store, match, now)
    if signed_at(agreement, party):
        return agreement
    if seen is not None and seen != seal(agreement):
        raise Refused(N_("This was changed after you opened it. Read it once more, then sign."))
    behalf = _signs_for(store, match, party, by, now)
    setattr(agreement, f"{party}_signed_at", now)
    setattr(agreement, f"{party}_signed_by_id", by.id)
    store.flush()
    if not unsigned(store, agreement):
        on = entitlements.day_of(store, match.entitlement, now)
        months = read(store, AgreementSettings).first_review_months
        agreement.agreed_on, agreement.review_on = on, months_after(on, months)
        store.flush()
    audit.record(store, now, by, f"sign_{party}", "agreement", match.ref, behalf)
    _ask_who_is_next(store, match, by, now)
    return agreement


def signed_at(agreement: Agreement, party: Party) -> datetime | None:
    """When this party signed."""
    at: datetime | None = getattr(agreement, f"{party}_signed_at")
    return at


def parties(store: Store, agreement: Agreement) -> list[Party]:
    """Who signs: the two, and the employer where it pays or its manager is to see more."""
    three_way = select(Agreement.match_id).where(
        Agreement.match_id == agreement.match_id, access.employer_signs()
    )
    employer = store.scalar(three_way) is not None
    return [party for party in Party if employer or party is not Party.EMPLOYER]


def unsigned(store: Store, agreement: Agreement) -> list[Party]:
    """Who has not signed yet."""
    return [party for party in parties(store, agreement) if not signed_at(agreement, party)]


def _signs_for(
    store: Store, match: Match, party: Party, by: Person, now: datetime
) -> Person | None:
    """None where they sign for themselves; the person for whom the hub signs."""
    if party is Party.EMPLOYER:
        _refuse_for_employer(store, match, by, now)
        return None
    person = match.provider if party is Party.PROVIDER else match.entitlement.person
    behalf = acting_for(store, by, person)
    if behalf:
        _refuse_both_sides(match, by)
    return behalf


def _refuse_for_employer(store: Store, match: Match, by: Person, now: datetime) -> None:
    """Only a manager of the job that answers for it, or the hub, once the two have signed."""
    assert match.agreement
    if unsigned(store, match.agreement) != [Party.EMPLOYER]:
        raise Refused(N_("The worker and the supervisor sign this first."))
    if by not in _managers(store, match, now):
        if not is_hub(store, by):
            raise NotFound(N_("That is not yours to sign."))
        _refuse_both_sides(match, by)


def _managers(store: Store, match: Match, now: datetime) -> list[Person]:
    on = entitlements.day_of(store, match.entitlement, now)
    return access.managers_of(store, match.entitlement, on, access.entitlement_of_their_team)


def _refuse_both_sides(match: Match, by: Person) -> None:
    """The hub's hand stands for one side at most; so does that of somebody who is in it."""
    agreement, worker, provider = match.agreement, match.entitlement.person_id, match.provider_id
    assert agreement
    hands = (agreement.worker_signed_by_id, worker), (agreement.provider_signed_by_id, provider)
    by_the_hub = any(hand not in {None, own} for hand, own in hands)
    if by_the_hub or by.id in {worker, provider}:
        raise Refused(N_("The hub signs for one side only. The other signs for themselves."))


def _ask_who_is_next(store: Store, match: Match, by: Person, now: datetime) -> None:
    """Ask whoever has not signed, once a day."""
    for party, person in to_ask(store, match, now):
        if person.id != by.id:
            _ask(store, match, party, person, now)


def to_ask(store: Store, match: Match, now: datetime) -> list[tuple[Party, Person]]:
    """Whoever has not signed, and for whom; the employer once the two have."""
    assert match.agreement
    left = unsigned(store, match.agreement)
    asked = [party for party in left if party is not Party.EMPLOYER or left == [party]]
    return [(party, person) for party in asked for person in _people(store, match, party, now)]


def _people(store: Store, match: Match, party: Party, now: datetime) -> list[Person]:
    if party is Party.EMPLOYER:
        return _managers(store, match, now)
    return [match.provider if party is Party.PROVIDER else match.entitlement.person]


def _ask(store: Store, match: Match, party: Party, person: Person, now: datetime) -> None:
    """An employer is told whose agreement it is, and never with whom."""
    other = match.entitlement.person if party is not Party.WORKER else match.provider
    facts = {"match": match.ref, "other": other.name, "employer": party is Party.EMPLOYER}
    cause = f"to_sign:{match.ref}:{party}:{now.date()}"
    messages.tell(store, person, cause, "agreement_to_sign", facts, now)


def review(store: Store, match: Match, by: Person, now: datetime) -> Agreement:
    """They have looked at the terms again and they still suit; the next time is later."""
    agreement = _held(store, match, now)
    behalf = _one_of_the_two(store, match, by)
    if agreement.agreed_on is None:
        raise Refused(N_("It is not signed by all yet."))
    on = entitlements.day_of(store, match.entitlement, now)
    agreement.review_on = months_after(on, read(store, AgreementSettings).review_months)
    store.flush()
    audit.record(store, now, by, "review", "agreement", match.ref, behalf)
    return agreement


def to_sign(store: Store, viewer: Viewer) -> list[Match]:
    """The running matches whose terms wait for this viewer, as one of the two or as a manager."""
    waits = or_(
        and_(Entitlement.person_id == viewer.person_id, Agreement.worker_signed_at.is_(None)),
        and_(Match.provider_id == viewer.person_id, Agreement.provider_signed_at.is_(None)),
        and_(access.agreement_for_their_employer(viewer), Agreement.employer_signed_at.is_(None)),
    )
    query = (
        select(Match)
        .join(Match.agreement)
        .join(Match.entitlement)
        .where(
            waits,
            Match.state.in_(access.RUNNING),
            or_(Match.ends_on.is_(None), Match.ends_on >= viewer.on),
        )
    )
    return list(store.scalars(query.order_by(Match.starts_on, Match.id)))
