"""Records: tables and constraints, nothing else."""

from supervisor.models.alerts import Alert, AlertEvent, JobTick, Message
from supervisor.models.base import Base, Store, new_ref, spelt
from supervisor.models.busy import BusySource, BusySpan
from supervisor.models.calendar_answers import InvitationReply, InvitedEvent
from supervisor.models.commitments import Commitment
from supervisor.models.debriefs import Debrief, DebriefAsk
from supervisor.models.departures import Departure
from supervisor.models.entitlements import (
    Amendment,
    Choice,
    Conflict,
    Entitlement,
    Extension,
    Flip,
)
from supervisor.models.erasures import Erased, Erasure, LegalHold
from supervisor.models.group_endings import GroupEnding
from supervisor.models.group_terms import GroupTerms, GroupYes
from supervisor.models.group_wishes import Forming, GroupWish
from supervisor.models.groups import (
    Attendance,
    Group,
    Guest,
    Leader,
    Meeting,
    PassedOn,
    Seat,
    Series,
)
from supervisor.models.imports import Imported
from supervisor.models.inlets import Inlet
from supervisor.models.job_changes import JobChange
from supervisor.models.kept_feeds import KeptFeed
from supervisor.models.match_searches import MatchSearch
from supervisor.models.matches import Agreement, Match, Override
from supervisor.models.meeting_rooms import MeetingRoom, RoomUse
from supervisor.models.open_days import DayHours, OpenedDay, OwnBooking, Visit
from supervisor.models.organisations import Organisation, Place
from supervisor.models.people import (
    Identity,
    Job,
    Leave,
    ManagerChange,
    Person,
    PersonHat,
    Share,
    Trait,
    Window,
    Word,
)
from supervisor.models.providers import Offering, Provider
from supervisor.models.publications import Publication
from supervisor.models.pulse import PulseAsk, PulseCount, PulseQuarter, PulseSaid
from supervisor.models.questions import Question
from supervisor.models.recruit_searches import RecruitSearch
from supervisor.models.report_orders import ReportOrder
from supervisor.models.sessions import Confirmation, Proposal, Session, SessionSeries
from supervisor.models.sooner import FreedTime, SoonerOffer, SoonerWish
from supervisor.models.swaps import Swap
from supervisor.models.text_replies import TextReply
from supervisor.models.touched import LookedAt, Reader, Touched
from supervisor.models.trail import (
    DeliveryEvent,
    StandingCheck,
    TrailCheck,
    TrailHead,
    TrailLink,
)
from supervisor.models.trust import (
    Attempt,
    Audit,
    CreditRule,
    Feed,
    Fragment,
    Look,
    NewEmail,
    PriceRule,
    Setting,
    SignIn,
    SignInLink,
)
from supervisor.models.wishes import ChoicesBefore, Nomination
from supervisor.models.workplace import Buddy, CatchUp, ProgrammeStep

__all__ = [
    "Agreement",
    "Alert",
    "AlertEvent",
    "Amendment",
    "Attempt",
    "Attendance",
    "Audit",
    "Base",
    "Buddy",
    "BusySource",
    "BusySpan",
    "CatchUp",
    "Choice",
    "ChoicesBefore",
    "Commitment",
    "Confirmation",
    "Conflict",
    "CreditRule",
    "DayHours",
    "Debrief",
    "DebriefAsk",
    "DeliveryEvent",
    "Departure",
    "Entitlement",
    "Erased",
    "Erasure",
    "Extension",
    "Feed",
    "Flip",
    "Forming",
    "Fragment",
    "FreedTime",
    "Group",
    "GroupEnding",
    "GroupTerms",
    "GroupWish",
    "GroupYes",
    "Guest",
    "Identity",
    "Imported",
    "Inlet",
    "InvitationReply",
    "InvitedEvent",
    "Job",
    "JobChange",
    "JobTick",
    "KeptFeed",
    "Leader",
    "Leave",
    "LegalHold",
    "Look",
    "LookedAt",
    "ManagerChange",
    "Match",
    "MatchSearch",
    "Meeting",
    "MeetingRoom",
    "Message",
    "NewEmail",
    "Nomination",
    "Offering",
    "OpenedDay",
    "Organisation",
    "Override",
    "OwnBooking",
    "PassedOn",
    "Person",
    "PersonHat",
    "Place",
    "PriceRule",
    "ProgrammeStep",
    "Proposal",
    "Provider",
    "Publication",
    "PulseAsk",
    "PulseCount",
    "PulseQuarter",
    "PulseSaid",
    "Question",
    "Reader",
    "RecruitSearch",
    "ReportOrder",
    "RoomUse",
    "Seat",
    "Series",
    "Session",
    "SessionSeries",
    "Setting",
    "Share",
    "SignIn",
    "SignInLink",
    "SoonerOffer",
    "SoonerWish",
    "StandingCheck",
    "Store",
    "Swap",
    "TextReply",
    "Touched",
    "TrailCheck",
    "TrailHead",
    "TrailLink",
    "Trait",
    "Visit",
    "Window",
    "Word",
    "new_ref",
    "spelt",
]
