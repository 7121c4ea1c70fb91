"""Every place in the database that names a person by number, and what erasing does there.

A new column with somebody in it needs a line here: a test fails until it has one.
"""

from enum import StrEnum
from typing import Any

from supervisor.models import (
    Agreement,
    Alert,
    AlertEvent,
    Amendment,
    Attendance,
    Audit,
    BusySource,
    BusySpan,
    Choice,
    ChoicesBefore,
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
    Forming,
    Fragment,
    FreedTime,
    Group,
    GroupEnding,
    GroupWish,
    GroupYes,
    Guest,
    Identity,
    InvitationReply,
    InvitedEvent,
    Job,
    JobChange,
    KeptFeed,
    Leader,
    Leave,
    LegalHold,
    Look,
    ManagerChange,
    Match,
    MatchSearch,
    Meeting,
    Message,
    NewEmail,
    Nomination,
    Offering,
    OpenedDay,
    Override,
    OwnBooking,
    PassedOn,
    PersonHat,
    ProgrammeStep,
    Proposal,
    Provider,
    PulseAsk,
    Question,
    RecruitSearch,
    ReportOrder,
    Seat,
    Session,
    Share,
    SignIn,
    SignInLink,
    Swap,
    TextReply,
    Touched,
    TrailCheck,
    Trait,
    Visit,
    Window,
)
from supervisor.models.workplace import CatchUp


class Fate(StrEnum):
    """What becomes of a row with somebody's number: it goes, it stays with a number that nobody
    can name any more, or it stays without."""

    GOES = "goes"
    STAYS = "stays"
    WITHOUT = "without"


FATES: dict[Any, Fate] = {
    **dict.fromkeys(
        (
            Share.person_id, Identity.person_id, Trait.person_id, PersonHat.person_id,
            Window.person_id, DayHours.person_id, Visit.person_id, OpenedDay.person_id,
            OwnBooking.person_id, Choice.person_id, Choice.provider_id, ChoicesBefore.person_id,
            Conflict.person_id, Conflict.other_person_id, KeptFeed.person_id, Feed.person_id,
            Fragment.viewer_id,
            SignIn.person_id, SignInLink.person_id, GroupWish.person_id, GroupYes.person_id,
            Leader.person_id, PassedOn.person_id, DebriefAsk.person_id, PulseAsk.person_id,
            Proposal.provider_id, FreedTime.provider_id, Commitment.person_id, JobChange.person_id,
            ReportOrder.person_id, BusySpan.person_id, BusySource.person_id, TextReply.person_id,
            InvitationReply.person_id, InvitedEvent.person_id, Job.person_id, Look.of_id,
            NewEmail.person_id, Touched.person_id,
        ),
        Fate.GOES,
    ),
    **dict.fromkeys(
        (
            Debrief.person_id, Debrief.manager_id, Debrief.accepted_by_id, Job.manager_id,
            ManagerChange.manager_id, Group.facilitator_id, MatchSearch.away_id,
        ),
        Fate.WITHOUT,
    ),
    **dict.fromkeys(
        (
            Agreement.employer_signed_by_id, Agreement.provider_signed_by_id,
            Agreement.worker_signed_by_id, Alert.person_id, AlertEvent.person_id, AlertEvent.to_id,
            Amendment.made_by_id, Attendance.marked_by_id, Attendance.person_id, Audit.by_id,
            Audit.for_id, CatchUp.noted_by_id, Confirmation.by_id, Debrief.asked_by_id,
            DeliveryEvent.by_id, DeliveryEvent.person_id, Departure.noted_by_id,
            Departure.person_id, Entitlement.person_id, Erasure.asked_by_id, Erasure.person_id,
            Extension.made_by_id, Erasure.put_by_id, Erasure.second_id, Forming.asked_by_id,
            GroupEnding.ended_by_id,
            Guest.person_id, JobChange.noted_by_id, Leave.person_id, LegalHold.noted_by_id,
            LegalHold.person_id, ManagerChange.decided_by_id, Match.closed_by_id,
            Match.provider_id, MatchSearch.asked_by_id, Meeting.leader_id, Message.recipient_id,
            Nomination.asked_by_id, Nomination.decided_by_id, Nomination.provider_id,
            Offering.person_id, Override.asked_by_id, Override.ended_by_id, Override.provider_id,
            Override.second_id, ProgrammeStep.noted_by_id, Provider.person_id,
            Question.answered_by_id, Question.manager_id, RecruitSearch.asked_by_id,
            Seat.person_id, Session.booked_by_id, Session.cancelled_by_id, Session.provider_id,
            Swap.asked_by_id, Swap.closed_by_id, Swap.done_by_id, Swap.typed_by_id,
            Look.by_id, TrailCheck.by_id, InvitationReply.settled_by_id,
        ),
        Fate.STAYS,
    ),
}  # fmt: skip
"""What goes stands in the order in which it goes: what leans on another row before that row."""
