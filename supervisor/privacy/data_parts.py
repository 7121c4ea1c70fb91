"""Everything that is held about somebody: a line for each table, with whose each row is.

A new table needs a line here, in `PARTS` or in `LEFT_OUT` with the reason: a test fails until it
has one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from supervisor.models import (
    Agreement,
    Alert,
    Amendment,
    Attendance,
    Audit,
    Buddy,
    BusySource,
    BusySpan,
    CatchUp,
    Choice,
    Commitment,
    Confirmation,
    Conflict,
    DayHours,
    Debrief,
    DebriefAsk,
    DeliveryEvent,
    Departure,
    Entitlement,
    Erasure,
    Extension,
    Feed,
    Flip,
    FreedTime,
    GroupWish,
    GroupYes,
    Guest,
    Identity,
    InvitationReply,
    InvitedEvent,
    Job,
    JobChange,
    Leader,
    Leave,
    LegalHold,
    Look,
    ManagerChange,
    Match,
    Message,
    NewEmail,
    Nomination,
    Offering,
    OpenedDay,
    Override,
    OwnBooking,
    PassedOn,
    Person,
    PersonHat,
    ProgrammeStep,
    Proposal,
    Provider,
    PulseAsk,
    Question,
    ReportOrder,
    Seat,
    Session,
    Share,
    SignIn,
    SignInLink,
    SoonerOffer,
    SoonerWish,
    Swap,
    TextReply,
    Trait,
    Visit,
    Window,
)
from supervisor.rules.kinds import MatchState
from supervisor.rules.words import N_

Whose = Callable[[int], ColumnElement[bool]]


@dataclass(frozen=True)
class Part:
    """The rows of one table that are about somebody; an `apart` one is taken out by a choice of
    its own, since somebody may be made to show their copy."""

    record: type[Any]
    title: str
    whose: Whose
    apart: bool = False


def _own(column: Any) -> Whose:
    return lambda me: column == me


def _owed(column: Any) -> Whose:
    return lambda me: column.in_(select(Entitlement.id).where(Entitlement.person_id == me))


def _job(column: Any) -> Whose:
    return lambda me: column.in_(select(Job.id).where(Job.person_id == me))


def _match(me: int) -> ColumnElement[bool]:
    """Those that were agreed on, and offers that they can see; what became of any other is not
    told to either side."""
    agreed = Match.state.in_((MatchState.ACTIVE, MatchState.ENDED))
    offered = Match.state == MatchState.OFFERED
    asked = and_(Match.provider_id == me, or_(agreed, offered & Match.worker_yes_at.is_not(None)))
    return or_(asked, _owed(Match.entitlement_id)(me) & or_(agreed, offered))


def _session(me: int) -> ColumnElement[bool]:
    return or_(Session.provider_id == me, _owed(Session.entitlement_id)(me))


def _of(column: Any, record: Any, whose: Whose) -> Whose:
    return lambda me: column.in_(select(record.id).where(whose(me)))


def _said(me: int) -> ColumnElement[bool]:
    mine = DeliveryEvent.noun_id.in_(select(Session.id).where(_session(me)))
    said = (DeliveryEvent.noun == "session") & (DeliveryEvent.what != "owed")
    return or_(DeliveryEvent.person_id == me, said & mine)


def _did(me: int) -> ColumnElement[bool]:
    return or_(Audit.by_id == me, Audit.for_id == me)


def _alert(me: int) -> ColumnElement[bool]:
    return or_(_owed(Alert.entitlement_id)(me), _job(Alert.job_id)(me), Alert.person_id == me)


_SAID_OF = _of(Confirmation.session_id, Session, _session)
_WISHED = _of(SoonerWish.session_id, Session, _owed(Session.entitlement_id))
_SOONER = _of(SoonerOffer.session_id, Session, _owed(Session.entitlement_id))
PARTS: tuple[Part, ...] = (
    Part(Person, N_("Who I am here, and how I am reached"), _own(Person.id)),
    Part(NewEmail, N_("My new address, not confirmed yet"), _own(NewEmail.person_id)),
    Part(PersonHat, N_("What I may do here"), _own(PersonHat.person_id)),
    Part(Trait, N_("Words about me, and what I would like"), _own(Trait.person_id)),
    Part(Identity, N_("Who I am"), _own(Identity.person_id)),
    Part(Share, N_("What of it I share"), _own(Share.person_id)),
    Part(Job, N_("My jobs"), _own(Job.person_id)),
    Part(JobChange, N_("Changes of job"), _own(JobChange.person_id)),
    Part(ManagerChange, N_("Changes of manager"), _job(ManagerChange.job_id)),
    Part(CatchUp, N_("1:1s with my manager"), _job(CatchUp.job_id)),
    Part(Buddy, N_("My buddy at work"), _job(Buddy.job_id)),
    Part(ProgrammeStep, N_("First steps at work"), _job(ProgrammeStep.job_id)),
    Part(Window, N_("My open hours"), _own(Window.person_id)),
    Part(DayHours, N_("Hours of single days"), _own(DayHours.person_id)),
    Part(Visit, N_("Days at other places"), _own(Visit.person_id)),
    Part(OpenedDay, N_("Holidays on which I work"), _own(OpenedDay.person_id)),
    Part(OwnBooking, N_("How I want to be booked"), _own(OwnBooking.person_id)),
    Part(BusySource, N_("Calendars that say when I am busy"), _own(BusySource.person_id)),
    Part(BusySpan, N_("When they say so"), _own(BusySpan.person_id)),
    Part(Commitment, N_("Times that are taken"), _own(Commitment.person_id)),
    Part(Leave, N_("My time away"), _own(Leave.person_id)),
    Part(Departure, N_("My last day"), _own(Departure.person_id)),
    Part(Choice, N_("Whom I would like to meet"), _own(Choice.person_id)),
    Part(Nomination, N_("People I named"), _owed(Nomination.entitlement_id)),
    Part(Entitlement, N_("What I am owed"), _own(Entitlement.person_id)),
    Part(Amendment, N_("Changes of the total"), _owed(Amendment.entitlement_id)),
    Part(Extension, N_("Later last days"), _owed(Extension.entitlement_id)),
    Part(Flip, N_("Where it stood"), _owed(Flip.entitlement_id)),
    Part(Match, N_("Whom I meet, and who was offered"), _match),
    Part(Agreement, N_("What we agreed on"), _of(Agreement.match_id, Match, _match)),
    Part(Swap, N_("Changing places"), _of(Swap.match_id, Match, _match)),
    Part(Override, N_("Exceptions from a rule"), _owed(Override.entitlement_id)),
    Part(Proposal, N_("Times that were proposed"), _owed(Proposal.entitlement_id)),
    Part(Session, N_("My meetings"), _session),
    Part(Confirmation, N_("Who said that they happened"), _SAID_OF),
    Part(DeliveryEvent, N_("All that was ever said of it"), _said),
    Part(SoonerWish, N_("Meetings that I would like sooner"), _WISHED),
    Part(SoonerOffer, N_("Earlier times"), _SOONER),
    Part(Seat, N_("My groups"), _own(Seat.person_id)),
    Part(Attendance, N_("Meetings of my groups"), _own(Attendance.person_id)),
    Part(Guest, N_("Groups that I visited"), _own(Guest.person_id)),
    Part(Leader, N_("Groups that I lead in turn"), _own(Leader.person_id)),
    Part(PassedOn, N_("Turns that I passed on"), _own(PassedOn.person_id)),
    Part(GroupYes, N_("Group agreements that I read"), _own(GroupYes.person_id)),
    Part(GroupWish, N_("Groups that I would like"), _own(GroupWish.person_id)),
    Part(Provider, N_("What I give in a year"), _own(Provider.person_id)),
    Part(Offering, N_("Support that I give"), _own(Offering.person_id)),
    Part(FreedTime, N_("Times of mine that came free"), _own(FreedTime.provider_id)),
    Part(Alert, N_("What the hub was shown"), _alert),
    Part(Question, N_("What I asked about my team"), _own(Question.manager_id)),
    Part(
        Message, N_("Messages to me"),
        lambda me: and_(Message.recipient_id == me, Message.private.is_(False)),
    ),
    Part(InvitationReply, N_("What my calendar answered"), _own(InvitationReply.person_id)),
    Part(InvitedEvent, N_("What my calendar has by email"), _own(InvitedEvent.person_id)),
    Part(TextReply, N_("Texts that I wrote back"), _own(TextReply.person_id)),
    Part(ReportOrder, N_("Reports that I am told of"), _own(ReportOrder.person_id)),
    Part(Feed, N_("My calendar addresses"), _own(Feed.person_id)),
    Part(SignIn, N_("Where I signed in"), _own(SignIn.person_id)),
    Part(SignInLink, N_("Links that signed me in"), _own(SignInLink.person_id)),
    Part(Look, N_("That the hub or my manager looked at what is mine"), _own(Look.of_id)),
    Part(PulseAsk, N_("Whether I am asked three questions"), _own(PulseAsk.person_id)),
    Part(Erasure, N_("That I asked to be erased"), _own(Erasure.person_id)),
    Part(LegalHold, N_("That all must be kept"), _own(LegalHold.person_id)),
    Part(Audit, N_("What I did, and what was done for me"), _did),
    Part(Debrief, N_("When I needed to talk"), _own(Debrief.person_id), apart=True),
    Part(
        DebriefAsk, N_("When somebody needed to talk with me"), _own(DebriefAsk.person_id),
        apart=True,
    ),
    Part(Conflict, N_("People I would rather not meet"), _own(Conflict.person_id), apart=True),
    Part(
        Message, N_("Private messages"),
        lambda me: and_(Message.recipient_id == me, Message.private), apart=True,
    ),
)  # fmt: skip
_NOBODYS = "it is about nobody in particular"
_COUNTS = "it holds counts of many people"
_PROOF = "it proves the record, and holds numbers alone"
_SEARCH = "it holds what was worked out for everybody at once, and goes"
LEFT_OUT = {
    **dict.fromkeys(
        (
            "attempt", "credit_rule", "group", "group_ending", "group_terms", "inlet", "job_tick",
            "meeting", "meeting_room", "offering_culture", "organisation", "place", "price_rule",
            "room_use", "series", "session_series", "setting", "word",
        ),
        _NOBODYS,
    ),
    **dict.fromkeys(("publication", "pulse_count", "pulse_quarter"), _COUNTS),
    **dict.fromkeys(("trail_link", "trail_head", "trail_check", "standing_check"), _PROOF),
    **dict.fromkeys(("forming", "match_search", "recruit_search"), _SEARCH),
    "alert_event": "the hub's notes may name others; the hub reads them out",
    "choices_before": "the order before the last change, kept for one undo",
    "erased": "marks of people who are not here any more",
    "fragment": "copies of calendar entries, made anew at any time",
    "kept_feed": "copies of whole calendars, made anew at any time",
    "imported": "fingerprints of what a file said, without its words",
    "looked_at": "when the machine looked at everybody last",
    "pulse_said": "nobody can tell whose an answer is",
    "touched": "whom the machine looks at again, without why",
}  # fmt: skip
"""Tables that no copy holds, and why."""
