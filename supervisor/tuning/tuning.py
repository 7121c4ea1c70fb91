"""Every group of settings there is, and what may be typed into its form.

A new group is one name in `SECTIONS` and its words in `tuning_words.py`; its form is there at once.
"""

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from supervisor.alerts.alert_causes import AlertSettings
from supervisor.alerts.standing_checks import CheckSettings
from supervisor.busy.busy_sources import BusySettings
from supervisor.debriefs.debrief_people import DebriefSettings
from supervisor.ended import EndedSettings
from supervisor.feeds.feed_editions import FeedSettings
from supervisor.groups.collaboratives import CollaborativeSettings
from supervisor.groups.forming_settings import FormingSettings
from supervisor.groups.group_turns import RotaSettings
from supervisor.groups.groups import GroupSettings
from supervisor.identity import IdentitySettings
from supervisor.leave import LeaveSettings
from supervisor.matches.agreements import AgreementSettings
from supervisor.matches.choices import ChoiceSettings
from supervisor.matches.follow_ups import SearchSettings
from supervisor.matches.match_offers import MatchSettings
from supervisor.matches.nominations import NominationSettings
from supervisor.people import ListSettings
from supervisor.periods.renewals import RenewalSettings
from supervisor.privacy.erasures import PrivacySettings
from supervisor.pulse import PulseSettings
from supervisor.reach import MessageSettings
from supervisor.reports.reports import ReportSettings
from supervisor.room import RoomSettings
from supervisor.rules.assign_budget import AssignSettings
from supervisor.rules.card import CardSettings
from supervisor.rules.credit import CreditSettings
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.openings import BookingSettings
from supervisor.rules.pace import PaceSettings
from supervisor.rules.plan_values import PlanSettings
from supervisor.rules.prices import PriceSettings
from supervisor.rules.programme import WorkplaceSettings
from supervisor.rules.recruit_profiles import RecruitSettings
from supervisor.rules.swaps import SwapSettings
from supervisor.rules.words import N_, Words
from supervisor.sessions.delivery import DeliverySettings
from supervisor.sessions.first_meetings import FirstMeetingSettings
from supervisor.sessions.placing import JoinSettings
from supervisor.sessions.sooner import SoonerSettings
from supervisor.settings import HubSettings
from supervisor.sign_ins import SignInSettings
from supervisor.stand_ins import StandInSettings
from supervisor.throttle import ThrottleSettings
from supervisor.today.digests import DigestSettings
from supervisor.today.today import BoardSettings
from supervisor.trail.looks import LookSettings
from supervisor.trail.refusals import RefusalSettings
from supervisor.trail.trail_heads import TrailSettings
from supervisor.tuning.tuning_knobs import Knob
from supervisor.tuning.tuning_words import KNOBS
from supervisor.week import WeekSettings
from supervisor.what_if import WhatIfSettings
from supervisor.workbook.read import WorkbookSettings

SECTIONS: tuple[tuple[str, tuple[type[Any], ...]], ...] = (
    (
        N_("The hub and its people"),
        (HubSettings, BoardSettings, ListSettings, IdentitySettings, WorkplaceSettings),
    ),
    (
        N_("What is owed"),
        (PaceSettings, DeliverySettings, LeaveSettings, RenewalSettings, EndedSettings),
    ),
    (
        N_("Meetings"),
        (BookingSettings, JoinSettings, PlanSettings, SoonerSettings, WeekSettings),
    ),
    (
        N_("Who fits whom"),
        (FitSettings, AssignSettings, RoomSettings, SearchSettings, WhatIfSettings,
         RecruitSettings, SwapSettings),
    ),
    (
        N_("From an offer to an agreement"),
        (MatchSettings, ChoiceSettings, NominationSettings, FirstMeetingSettings,
         AgreementSettings),
    ),
    (
        N_("Groups"),
        (GroupSettings, FormingSettings, RotaSettings, CreditSettings, CollaborativeSettings),
    ),
    (
        N_("Who is told, and how"),
        (AlertSettings, StandInSettings, DigestSettings, MessageSettings, DebriefSettings,
         FeedSettings, BusySettings),
    ),
    (
        N_("Reports and proof"),
        (ReportSettings, CardSettings, PriceSettings, PrivacySettings, PulseSettings,
         TrailSettings, CheckSettings),
    ),
    (
        N_("Ways in"),
        (SignInSettings, ThrottleSettings, RefusalSettings, LookSettings, WorkbookSettings),
    ),
)  # fmt: skip
"""As they stand on the page, under a heading each."""
GROUPS: dict[str, type[Any]] = {
    group.__name__: group for _heading, groups in SECTIONS for group in groups
}


def knobs(group: type[Any]) -> dict[str, Knob]:
    """The settings of a group that the hub can change, in their order, each with its words."""
    words = KNOBS[group.__name__].knobs
    return {field.name: words[field.name] for field in fields(group) if field.name in words}


def changed(settings: Any) -> int:
    """How many of a group are not as they usually are."""
    usual = type(settings)()
    return sum(getattr(settings, n) != getattr(usual, n) for n in knobs(type(settings)))


def understood(now: Any, given: Mapping[str, str]) -> tuple[Any, dict[str, Words]]:
    """The group with what was typed, and what would be right for each that cannot be so."""
    values, wrong = {}, {}
    for name, knob in knobs(type(now)).items():
        value = _value(getattr(now, name), given.get(name, "").strip())
        if knob.allows(value):
            values[name] = value
        else:
            wrong[name] = _ask(knob, getattr(type(now)(), name))
    return (now if wrong else replace(now, **values)), wrong


def _value(now: Any, typed: str) -> Any:
    """What was typed, in the type that the setting has; None when it is no such thing."""
    if isinstance(now, bool):
        return bool(typed)
    if isinstance(now, str):
        return typed
    try:
        number = type(now)(typed)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _ask(knob: Knob, usual: Any) -> Words:
    if isinstance(usual, str):
        return Words(N_("Write it like this: %(usual)s"), {"usual": knob.example or usual})
    limits = {"least": f"{knob.least:g}", "most": f"{knob.most:g}"}
    return Words(N_("Write a number from %(least)s to %(most)s."), limits)
