"""Who may see what: the one place that says so.

`POLICY` is the table: for each record, the named predicate that turns a viewer into a condition
of SQL. A door looks a thing up through `visible`; what is not there is a 404, for a stranger
and for a wrong address alike. `MANAGER_COLUMNS` is all that a manager's page may hold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true

from supervisor.models import (
    Alert,
    Entitlement,
    Feed,
    Group,
    Job,
    Match,
    Meeting,
    Offering,
    Person,
    PersonHat,
    Proposal,
    Seat,
    Session,
    SignIn,
    Store,
)
from supervisor.rules.kinds import Hat, MatchState

__all__ = ["POLICY", "Viewer", "viewer_of", "visible"]

RUNNING = (MatchState.ACTIVE, MatchState.ENDED)


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks: their own id, the day, and the parts they play on that day."""

    person_id: int
    on: date
    coordinator: bool
    facilitator: bool
    manager: bool
    provider: bool
    worker: bool

    @property
    def roles(self) -> frozenset[str]:
        """The parts as words, for a door that needs one of them."""
        parts = ("coordinator", "facilitator", "manager", "provider", "worker")
        return frozenset(part for part in parts if getattr(self, part))


def viewer_of(store: Store, person: Person, on: date) -> Viewer:
    """The parts that a person plays on a day; asked anew on every request."""

    def has(condition: ColumnElement[bool]) -> bool:
        return bool(store.scalar(select(condition)))

    hats = set(store.scalars(select(PersonHat.hat).where(PersonHat.person_id == person.id)))
    return Viewer(
        person_id=person.id,
        on=on,
        coordinator=Hat.COORDINATOR in hats,
        facilitator=has(exists().where(Group.facilitator_id == person.id)),
        manager=has(exists().where(Job.manager_id == person.id, current_job(on))),
        provider=has(
            or_(
                exists().where(Offering.person_id == person.id),
                exists().where(Match.provider_id == person.id),
            )
        ),
        worker=has(exists().where(Entitlement.person_id == person.id)),
    )


def current_job(on: date) -> ColumnElement[bool]:
    """A job that is held on the day; an unknown start or end is open."""
    return and_(
        or_(Job.starts_on.is_(None), Job.starts_on <= on),
        or_(Job.ends_on.is_(None), Job.ends_on >= on),
    )


def anyone(_viewer: Viewer) -> ColumnElement[bool]:
    return true()


def nobody(_viewer: Viewer) -> ColumnElement[bool]:
    return false()


def own(column: Any) -> Callable[[Viewer], ColumnElement[bool]]:
    """Their own rows only, the hub included: nobody else's feed, nobody else's sign-in."""
    return lambda viewer: column == viewer.person_id


def hub(viewer: Viewer) -> ColumnElement[bool]:
    return true() if viewer.coordinator else false()


def hub_or(*others: Callable[[Viewer], ColumnElement[bool]]) -> Any:
    """The hub sees all; anyone else what one of the predicates gives them."""
    return lambda viewer: (
        true() if viewer.coordinator else or_(*(other(viewer) for other in others))
    )


def own_entitlement(viewer: Viewer) -> ColumnElement[bool]:
    return Entitlement.person_id == viewer.person_id


def entitlement_they_serve(viewer: Viewer) -> ColumnElement[bool]:
    """Entitlements of which they hold, held or cover a match that both accepted."""
    return exists().where(
        Match.entitlement_id == Entitlement.id,
        Match.provider_id == viewer.person_id,
        Match.state.in_(RUNNING),
    )


def of_own_entitlement(record: Any) -> Callable[[Viewer], ColumnElement[bool]]:
    return lambda viewer: exists().where(
        Entitlement.id == record.entitlement_id, Entitlement.person_id == viewer.person_id
    )


def person_they_serve(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(
        Entitlement.person_id == Person.id,
        Match.entitlement_id == Entitlement.id,
        Match.provider_id == viewer.person_id,
        Match.state.in_(RUNNING),
    )


def group_they_are_in(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(
        Seat.group_id == Group.id, Seat.person_id == viewer.person_id, Seat.left_on.is_(None)
    )


def meeting_they_are_in(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(
        Seat.group_id == Meeting.group_id,
        Seat.person_id == viewer.person_id,
        Seat.left_on.is_(None),
    )


def meeting_they_lead(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(Group.id == Meeting.group_id, Group.facilitator_id == viewer.person_id)


POLICY: dict[type, Callable[[Viewer], ColumnElement[bool]]] = {
    Alert: hub,
    Entitlement: hub_or(own_entitlement, entitlement_they_serve),
    Feed: own(Feed.person_id),
    Group: hub_or(own(Group.facilitator_id), group_they_are_in),
    Match: hub_or(own(Match.provider_id), of_own_entitlement(Match)),
    Meeting: hub_or(meeting_they_lead, meeting_they_are_in),
    Person: hub_or(own(Person.id), person_they_serve),
    Proposal: hub_or(own(Proposal.provider_id), of_own_entitlement(Proposal)),
    Session: hub_or(own(Session.provider_id), of_own_entitlement(Session)),
    SignIn: own(SignIn.person_id),
}


def visible(viewer: Viewer, record: type[Any]) -> Select[Any]:
    """The rows of a record that this viewer may see; a record without a policy is refused."""
    return select(record).where(POLICY[record](viewer))
