"""Who may see what: the one place that says so.

`POLICY` is the table: for each record, the named predicate that turns a viewer into a condition
of SQL. A door looks a thing up through `visible`; what is not there is a 404, for a stranger
and for a wrong address alike. `MANAGER_COLUMNS` is all that a manager's page may hold.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    exists,
    false,
    or_,
    select,
    true,
)

from supervisor.answering import funded_or_first, no_employer_pays, paid_job, pays
from supervisor.models import (
    Agreement,
    Alert,
    BusySource,
    Conflict,
    Debrief,
    DebriefAsk,
    Entitlement,
    Erasure,
    Feed,
    Forming,
    Group,
    GroupWish,
    Guest,
    InvitationReply,
    Job,
    Match,
    MatchSearch,
    Meeting,
    MeetingRoom,
    Message,
    Nomination,
    Override,
    Person,
    Proposal,
    Question,
    Seat,
    Session,
    SignIn,
    SoonerOffer,
    Store,
    Swap,
)
from supervisor.rules.kinds import Kind, MatchState, Role
from supervisor.viewers import Viewer, current_job, leads_in_turn, manager_viewer, viewer_of

__all__ = [
    "MANAGER_COLUMNS", "POLICY", "RUNNING", "THREE_WAY_KINDS", "Viewer", "current_job",
    "employer_signed", "employer_signs", "entitlement_of_their_team", "managers_of",
    "team_entitlements", "viewer_of", "visible",
]  # fmt: skip

RUNNING = (MatchState.ACTIVE, MatchState.ENDED)
Predicate = Callable[[Viewer], ColumnElement[bool]]


def own(column: Any) -> Predicate:
    """Their own rows only, the hub included: nobody else's feed, nobody else's sign-in."""
    return lambda viewer: column == viewer.person_id


def hub(viewer: Viewer) -> ColumnElement[bool]:
    return true() if viewer.coordinator else false()


def message_of_the_hub(viewer: Viewer) -> ColumnElement[bool]:
    """What is private is between its reader and the machine."""
    return and_(hub(viewer), Message.private.is_(False))


def hub_or(*others: Predicate) -> Any:
    """The hub sees all; anyone else what one of the predicates gives them."""
    return lambda viewer: or_(hub(viewer), *(other(viewer) for other in others))


def own_entitlement(viewer: Viewer) -> ColumnElement[bool]:
    return Entitlement.person_id == viewer.person_id


def entitlement_they_serve(viewer: Viewer) -> ColumnElement[bool]:
    """Entitlements of which they hold or cover a match that both accepted and that is not over:
    whoever comes after them is none of their business."""
    return exists().where(
        Match.entitlement_id == Entitlement.id,
        Match.provider_id == viewer.person_id,
        _not_over(viewer.on),
    )


def _not_over(on: date) -> ColumnElement[bool]:
    return and_(Match.state.in_(RUNNING), or_(Match.ends_on.is_(None), Match.ends_on >= on))


def match_they_were_asked_for(viewer: Viewer) -> ColumnElement[bool]:
    """A provider learns of an offer once the worker has chosen them, and not before."""
    return and_(
        Match.provider_id == viewer.person_id,
        or_(Match.worker_yes_at.is_not(None), Match.state.in_(RUNNING)),
    )


def of_own_entitlement(record: Any) -> Predicate:
    return lambda viewer: exists().where(
        Entitlement.id == record.entitlement_id, Entitlement.person_id == viewer.person_id
    )


def person_they_serve(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(
        Entitlement.person_id == Person.id,
        Match.entitlement_id == Entitlement.id,
        Match.provider_id == viewer.person_id,
        _not_over(viewer.on),
    )


def group_they_are_in(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(
        Seat.group_id == Group.id, Seat.person_id == viewer.person_id, Seat.left_on.is_(None)
    )


def meeting_they_are_in(viewer: Viewer) -> ColumnElement[bool]:
    theirs = Seat.person_id == viewer.person_id, Seat.left_on.is_(None)
    return exists().where(Seat.group_id == Meeting.group_id, *theirs)


def meeting_they_visit(viewer: Viewer) -> ColumnElement[bool]:
    """One to which they come once."""
    return exists().where(Guest.meeting_id == Meeting.id, Guest.person_id == viewer.person_id)


def group_they_lead(viewer: Viewer) -> ColumnElement[bool]:
    """As its facilitator, or in turn with them; a member who leads sees no more than before."""
    return or_(Group.facilitator_id == viewer.person_id, leads_in_turn(viewer.person_id))


def meeting_they_lead(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(Group.id == Meeting.group_id, group_they_lead(viewer))


MANAGER_COLUMNS = ("person", "kind", "contracted", "expected", "delivered", "standing", "doing")
THREE_WAY_KINDS = (Kind.CULTURAL_SUPERVISION, Kind.MENTORING)


def team_entitlements(viewer: Viewer) -> ColumnElement[bool]:
    """Entitlements whose manager's columns this manager may see.

    Cultural supervision and mentoring only once the employer has signed that the kind be
    seen; a debrief never.
    """
    return and_(
        entitlement_of_their_team(viewer),
        or_(Entitlement.kind.not_in(THREE_WAY_KINDS), _employer_signed_for_kind(viewer.on)),
        Entitlement.kind != Kind.DEBRIEF,
    )


def entitlement_of_their_team(viewer: Viewer) -> ColumnElement[bool]:
    """Of a worker whom they manage in the paid job of the day that answers for it: the job that
    pays, else the funded one, else the first."""
    return exists().where(
        Job.person_id == Entitlement.person_id,
        Job.manager_id == viewer.person_id,
        paid_job(viewer.on, Job),
        or_(pays(viewer.on), and_(no_employer_pays(), funded_or_first(viewer.on))),
    )


def managers_of(
    store: Store, entitlement: Entitlement, on: date, may: Predicate = team_entitlements
) -> list[Person]:
    """The managers here on the day who may know where it stands, or whom `may` lets in, by id."""
    managers = select(Job.manager_id).where(Job.person_id == entitlement.person_id)
    here = or_(Person.left_on.is_(None), Person.left_on >= on)
    people = store.scalars(select(Person).where(Person.id.in_(managers), here).order_by(Person.id))
    this = Entitlement.id == entitlement.id
    return [
        person
        for person in people.all()
        if store.scalar(select(exists().where(this, may(manager_viewer(person.id, on)))))
    ]


def _employer_signed_for_kind(on: date) -> ColumnElement[bool]:
    agreed = employer_signed(Agreement.manager_sees_kind, on)
    return exists().where(Match.entitlement_id == Entitlement.id, agreed)


def employer_signed(term: SQLColumnExpression[bool], on: date) -> ColumnElement[bool]:
    """A match that runs on the day, whose agreement gives the manager more and is signed by the
    employer too."""
    return and_(
        Match.state.in_(RUNNING),
        Match.starts_on <= on,
        or_(Match.ends_on.is_(None), Match.ends_on >= on),
        Agreement.match_id == Match.id,
        term,
        Agreement.employer_signed_at.is_not(None),
    )


def employer_signs() -> ColumnElement[bool]:
    """The employer is a party too: it pays, or its manager is to see the kind or the dates."""
    return or_(
        Agreement.manager_sees_kind,
        Agreement.manager_sees_dates,
        _their_match(Entitlement.id == Match.entitlement_id, ~no_employer_pays()),
    )


def _their_match(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The match of an agreement, as a question that stands alone in whatever query asks it."""
    return exists().where(Match.id == Agreement.match_id, *conditions).correlate(Agreement)


def agreement_of_their_match(viewer: Viewer) -> ColumnElement[bool]:
    return _their_match(or_(match_they_were_asked_for(viewer), of_own_entitlement(Match)(viewer)))


def agreement_for_their_employer(viewer: Viewer) -> ColumnElement[bool]:
    """A manager is shown the terms to sign once the worker and the provider have signed them,
    for as long as the match runs."""
    return and_(
        employer_signs(),
        Agreement.worker_signed_at.is_not(None),
        Agreement.provider_signed_at.is_not(None),
        _their_match(
            Match.state.in_(RUNNING),
            or_(Match.ends_on.is_(None), Match.ends_on >= viewer.on),
            Entitlement.id == Match.entitlement_id,
            entitlement_of_their_team(viewer),
        ),
    )


def offer_of_own_session(viewer: Viewer) -> ColumnElement[bool]:
    """For its worker; whom they meet does not learn that they would like it sooner."""
    theirs = of_own_entitlement(Session)(viewer)
    return exists().where(Session.id == SoonerOffer.session_id, theirs).correlate(SoonerOffer)


def job_of_their_team(viewer: Viewer) -> ColumnElement[bool]:
    """For the manager of it now; a volunteer has no manager's view."""
    return and_(
        Job.manager_id == viewer.person_id, current_job(viewer.on), Job.role != Role.VOLUNTEER
    )


def swap_of_their_match(viewer: Viewer) -> ColumnElement[bool]:
    """For the two of it alone, whichever way round they meet now."""
    theirs = or_(Match.provider_id == viewer.person_id, of_own_entitlement(Match)(viewer))
    return exists().where(Match.id == Swap.match_id, theirs).correlate(Swap)


POLICY: dict[type, Predicate] = {
    **dict.fromkeys((Alert, Forming, InvitationReply, MatchSearch, MeetingRoom, Question), hub),
    Agreement: hub_or(agreement_of_their_match, agreement_for_their_employer),
    BusySource: own(BusySource.person_id),
    Conflict: own(Conflict.person_id),
    Debrief: own(Debrief.person_id),
    DebriefAsk: own(DebriefAsk.person_id),
    Entitlement: hub_or(own_entitlement, entitlement_they_serve),
    Erasure: hub_or(own(Erasure.second_id)),
    Feed: own(Feed.person_id),
    Job: hub_or(own(Job.person_id), job_of_their_team),
    Group: hub_or(group_they_lead, group_they_are_in),
    GroupWish: hub_or(own(GroupWish.person_id)),
    Match: hub_or(match_they_were_asked_for, of_own_entitlement(Match)),
    Meeting: hub_or(meeting_they_lead, meeting_they_are_in, meeting_they_visit),
    Message: message_of_the_hub,
    Nomination: hub_or(of_own_entitlement(Nomination)),
    Override: hub_or(own(Override.second_id)),
    Person: hub_or(own(Person.id), person_they_serve),
    Proposal: hub_or(own(Proposal.provider_id), of_own_entitlement(Proposal)),
    Session: hub_or(own(Session.provider_id), of_own_entitlement(Session)),
    SignIn: own(SignIn.person_id),
    SoonerOffer: hub_or(offer_of_own_session),
    Swap: hub_or(swap_of_their_match),
}


def visible(viewer: Viewer, record: type[Any]) -> Select[Any]:
    """The rows of a record that this viewer may see; a record without a policy is refused."""
    return select(record).where(POLICY[record](viewer))
