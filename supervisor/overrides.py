"""An exception from a rule for one pair: asked by one named person, agreed to by another, with a
reason and a last day. It holds from the second yes on, and never lets a conflict pass."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from supervisor import audit, messages
from supervisor.access import current_job
from supervisor.errors import NotFound, Refused
from supervisor.models import (
    Entitlement,
    Job,
    Organisation,
    Override,
    Person,
    PersonHat,
    Store,
)
from supervisor.models.engine import read_again
from supervisor.rules.fit_rules import Rule, that_may_be_set_aside
from supervisor.rules.kinds import Hat, Kind, Role
from supervisor.rules.words import N_
from supervisor.settings import hub_today
from supervisor.viewers import is_hub

LONGEST = 500
NOT_OPEN = N_("This has been answered, or taken back.")
WAITING, AGREED, REFUSED = N_("Waiting for an answer"), N_("Agreed"), N_("Not agreed")
ENDED, OVER = N_("Taken back"), N_("Its last day is over")


@dataclass(frozen=True)
class Asked:
    """What somebody asks for: which rules do not count, why, until when, and who is to agree."""

    rules: Sequence[str]
    reason: str
    until: date
    second: Person | None


def rules_of(entitlement: Entitlement) -> list[Rule]:
    """The rules from which an exception can be made, whatever stands between two."""
    return that_may_be_set_aside(Kind(entitlement.kind))


def seconds(
    store: Store, entitlement: Entitlement, provider: Person, by: Person, on: date
) -> list[Person]:
    """Who may agree: another coordinator, or a manager at the hub. Nobody who asks, nobody whom
    it is about, and no manager of the worker."""
    managers = select(Job.manager_id).where(current_job(on))
    of_worker = set(store.scalars(managers.where(Job.person_id == entitlement.person_id)))
    parties: set[int | None] = {by.id, entitlement.person_id, provider.id}
    return of_the_hub(store, (parties | of_worker) - {None}, on)


def of_the_hub(store: Store, but: Collection[int | None], on: date) -> list[Person]:
    """Coordinators and managers of the hub on a day, but for some."""
    found = store.scalars(
        select(Person)
        .where(
            or_(Person.id.in_(_coordinators()), Person.id.in_(_managers(on))),
            Person.id.not_in(but),
            or_(Person.left_on.is_(None), Person.left_on >= on),
        )
        .order_by(Person.name, Person.id)
    )
    return list(found)


def _coordinators() -> Any:
    return select(PersonHat.person_id).where(PersonHat.hat == Hat.COORDINATOR)


def _managers(on: date) -> Any:
    """Those who lead at the hub itself, and whoever a coordinator answers to there; their
    manager at another employer has no say here."""
    at_hub = Job.organisation.has(Organisation.kind == "hub"), current_job(on)
    leads = select(Job.person_id).where(Job.role == Role.MANAGER, *at_hub)
    above = select(Job.manager_id).where(
        Job.person_id.in_(_coordinators()), Job.manager_id.is_not(None), *at_hub
    )
    return leads.union(above)


def ask(
    store: Store,
    entitlement: Entitlement,
    provider: Person,
    asked: Asked,
    by: Person,
    now: datetime,
) -> Override:
    """Ask for an exception; it holds for nobody until the second person has said yes."""
    on = hub_today(store, now)
    reason = " ".join(asked.reason.split())
    _refuse_incomplete(entitlement, asked, reason, on)
    if asked.second not in seconds(store, entitlement, provider, by, on):
        raise Refused(N_("Choose who is asked to agree."), field="second")
    if _waits(store, entitlement, provider):
        raise Refused(N_("An exception for these two waits for an answer already."))
    made = Override(
        entitlement=entitlement, provider=provider, rules=list(asked.rules), reason=reason,
        until=asked.until, asked_by=by, asked_at=now, second=asked.second,
    )  # fmt: skip
    store.add(made)
    store.flush()
    audit.record(store, now, by, "ask", "override", made.ref)
    facts = {"override": made.ref, "by": by.name}
    messages.tell(store, made.second, _cause(made), "override_asked", facts, now)
    return made


def _refuse_incomplete(entitlement: Entitlement, asked: Asked, reason: str, on: date) -> None:
    known = {rule.name for rule in rules_of(entitlement)}
    if not asked.rules or not set(asked.rules) <= known:
        raise Refused(N_("Tick what may be set aside."), field="rules")
    if not reason or len(reason) > LONGEST:
        raise Refused(N_("Say why, in a sentence or two."), field="reason")
    if not on <= asked.until <= entitlement.ends_on:
        raise Refused(
            N_("Choose a day from %(first)s to %(last)s."),
            field="until", first=on, last=entitlement.ends_on,
        )  # fmt: skip


def _waits(store: Store, entitlement: Entitlement, provider: Person) -> bool:
    return any(
        one.agreed is None and one.ended_at is None for one in of_pair(store, entitlement, provider)
    )


def of_pair(store: Store, entitlement: Entitlement, provider: Person) -> list[Override]:
    """The exceptions that were asked for between the two, the newest first."""
    query = select(Override).where(
        Override.entitlement_id == entitlement.id, Override.provider_id == provider.id
    )
    people = joinedload(Override.asked_by), joinedload(Override.second)
    return list(store.scalars(query.options(*people).order_by(Override.id.desc())))


def newest_first(store: Store) -> list[Override]:
    """Every exception that was asked for, whoever it is for."""
    pair = joinedload(Override.entitlement).joinedload(Entitlement.person)
    query = select(Override).options(pair, joinedload(Override.provider))
    return list(store.scalars(query.order_by(Override.id.desc())))


def _cause(override: Override) -> str:
    return f"override_asked:{override.ref}"


def answer(store: Store, override: Override, *, agreed: bool, by: Person, now: datetime) -> None:
    """The yes or no of the second person, and of nobody else; said twice is once."""
    _fresh(store, override)
    if by.id != override.second_id:
        raise NotFound(N_("That is not yours to answer."))
    if override.answered_at and override.agreed == agreed and not override.ended_at:
        return
    _refuse_late(store, override, by, now)
    override.agreed, override.answered_at = agreed, now
    store.flush()
    audit.record(store, now, by, "agree" if agreed else "refuse", "override", override.ref)
    messages.drop(store, _cause(override), now)
    facts = {"override": override.ref, "second": by.name, "agreed": agreed}
    cause = f"override_answered:{override.ref}"
    messages.tell(store, override.asked_by, cause, "override_answered", facts, now)


def _fresh(store: Store, override: Override) -> None:
    """The row as it is now, held until the transaction ends."""
    store.flush()
    read_again(store, override)


def _refuse_late(store: Store, override: Override, by: Person, now: datetime) -> None:
    """What has been closed meanwhile, or somebody who may not agree any more."""
    on = hub_today(store, now)
    if override.answered_at or override.ended_at or override.until < on:
        raise Refused(NOT_OPEN)
    may = seconds(store, override.entitlement, override.provider, override.asked_by, on)
    if by not in may:
        raise Refused(N_("You cannot agree to this any more. The hub can ask somebody else."))


def end(store: Store, override: Override, by: Person, now: datetime) -> None:
    """Take it back, asked or agreed: from now on the rules count again."""
    _fresh(store, override)
    if by.id != override.second_id and not is_hub(store, by):
        raise NotFound(N_("That is not yours to answer."))
    if override.ended_at:
        return
    override.ended_at, override.ended_by_id = now, by.id
    messages.drop(store, _cause(override), now)
    audit.record(store, now, by, "end", "override", override.ref)
    store.flush()


def state(override: Override, on: date) -> str:
    """How it stands on the day, in a word or two."""
    if override.ended_at:
        return ENDED
    if override.agreed is False:
        return REFUSED
    if override.until < on:
        return OVER
    return AGREED if override.agreed else WAITING
