"""What each setting is called on screen, and what it may be: one line for each."""

from supervisor.rules.regions import REGIONS
from supervisor.rules.words import N_
from supervisor.tuning.tuning_booking import OF_BOOKING
from supervisor.tuning.tuning_credit import OF_CREDIT
from supervisor.tuning.tuning_groups import OF_GROUPS
from supervisor.tuning.tuning_knobs import Knob, Panel, a_line, a_room, a_zone, an_address
from supervisor.tuning.tuning_reports import OF_REPORTS
from supervisor.tuning.tuning_told import TOLD

MORE = TOLD | OF_GROUPS | OF_CREDIT | OF_BOOKING | OF_REPORTS
KNOBS = MORE | {
    "HubSettings": Panel(
        N_("The hub"),
        {
            "name": Knob(N_("What the hub is called"), fits=a_line),
            "time_zone": Knob(N_("Time zone of whoever has none of their own"), fits=a_zone),
            "region": Knob(N_("Region whose public holidays count"), options=REGIONS),
            "phone": Knob(N_("Phone of the hub, shown on every page")),
            "mail_name": Knob(
                N_("Name that mail comes from: it shows on a locked phone"), fits=a_line
            ),
            "mail_from": Knob(
                N_("Address that mail comes from"), fits=an_address, example="hub@example.org"
            ),
            "cultural_inside_employer": Knob(N_("A cultural supervisor may share the employer")),
        },
    ),
    "BoardSettings": Panel(
        N_("Today"),
        {
            "times": Knob(N_("Times named on each row"), 1, 10),
            "rows": Knob(N_("Rows of a section that are shown at first"), 1, 200),
            "times_days": Knob(N_("Days for the pair to answer times that were sent"), 1, 60),
            "review_days": Knob(N_("Days before a review at which it shows"), 0, 366),
            "vetting_days": Knob(N_("Days before vetting ends at which it shows"), 0, 366),
            "unconfirmed_hours": Knob(N_("Hours after a meeting until it shows"), 0, 1000),
            "unconfirmed_days": Knob(N_("Days after which it no longer shows"), 1, 366),
        },
    ),
    "PaceSettings": Panel(
        N_("Pace"),
        {
            "behind_at": Knob(N_("Behind, from so many sessions short"), 0.5, 100),
            "slipping_at": Knob(N_("Slipping, from so many short with the booked ones"), 0.5, 100),
            "shortest_gap_days": Knob(N_("Shortest sensible days between two sessions"), 1, 366),
            "nothing_booked_share": Knob(
                N_("Nothing booked, after this share of a usual interval"), 0.1, 10
            ),
        },
    ),
    "JoinSettings": Panel(
        N_("On video and on the phone"),
        {
            "video": Knob(
                N_("Address of a pair’s video room; {room} becomes the pair’s own word"),
                fits=a_room,
                example="https://meet.example.org/{room}",
            ),
            "worker_rings": Knob(N_("On the phone the worker rings")),
        },
    ),
    "PlanSettings": Panel(
        N_("The year’s plan"),
        {
            "a_day": Knob(N_("Points for each day away from an even rhythm")),
            "another_weekday": Knob(N_("Points for another weekday than usual")),
            "an_hour": Knob(N_("Points for each hour away from the usual one")),
            "longest_days": Knob(N_("Days that one plan covers at most"), 31, 3000),
            "effort": Knob(
                N_("Groups looked at for a provider who is short of time"), 0, 1_000_000
            ),
        },
    ),
    "RenewalSettings": Panel(
        N_("Next periods"),
        {
            "shown_days": Knob(N_("Days before its end from which the next is shown"), 1, 366),
            "asked_days": Knob(N_("Days before its end from which it is on today’s list"), 1, 366),
        },
    ),
    "LeaveSettings": Panel(
        N_("Time away"),
        {"amend_after_weeks": Knob(N_("Weeks away after which the total is looked at"), 1, 104)},
    ),
    "EndedSettings": Panel(
        N_("Periods that ended short"),
        {"shown_days": Knob(N_("Days for which they still show"), 0, 366)},
    ),
    "DeliverySettings": Panel(
        N_("Did it happen?"),
        {"asked_for_days": Knob(N_("Days after a meeting for which both are asked"), 1, 366)},
    ),
    "FitSettings": Panel(
        N_("Who fits whom: points"),
        {
            "base": Knob(N_("Everybody who may be matched")),
            "choice_first": Knob(N_("The worker’s first choice")),
            "choice_step": Knob(N_("Less for each choice after it")),
            "near": Knob(N_("Lives near")),
            "culture": Knob(N_("A culture in common")),
            "language": Knob(N_("A language in common")),
            "gender": Knob(N_("The gender that is preferred")),
            "time_hour": Knob(N_("Each free hour in common")),
            "time_most": Knob(N_("At most for free hours")),
            "experience": Knob(N_("Mentoring: the best gap in years")),
            "experience_step": Knob(N_("Less for each year away from it")),
            "experience_best_years": Knob(N_("The best gap, in years"), 0, 50),
            "focus": Knob(N_("The same focus")),
            "practice": Knob(N_("The same way of working")),
            "youth": Knob(N_("Both young")),
            "rainbow": Knob(N_("Both rainbow")),
            "continuity": Knob(N_("Supports them now")),
            "waiting_most": Knob(N_("At most for days of waiting")),
            "sole_peer": Knob(N_("The only peer in a team")),
            "new_starter": Knob(N_("New in the job")),
            "new_starter_days": Knob(N_("New, for so many days")),
            "load": Knob(N_("Less for a provider who is nearly full")),
            "doubled": Knob(N_("What matters most counts so many times"), 1, 10),
            "mentoring_years": Knob(N_("A mentor has so many years more"), 0, 50),
            "travel_km": Knob(N_("Travel in km where nobody said"), 0, 2000),
            "away_days": Knob(N_("Away so many days: not suggested"), 0, 366),
            "declined_days": Knob(N_("After a no: not suggested for so many days"), 0, 366),
            "common_language": Knob(N_("The language that everybody speaks")),
            "one_hat": Knob(N_("A provider holds one kind only with one worker")),
        },
    ),
    "AssignSettings": Panel(
        N_("Matching everybody at once"),
        {
            "seconds": Knob(N_("Seconds that it may look"), 1, 3600),
            "exact_needs": Knob(N_("Solved exactly, up to so many needs"), 0, 2000),
            "bundle_cells": Knob(N_("Proof: size of a provider’s table at most"), 0, 10**9),
            "bundles": Knob(N_("Proof: so many ways to fill a year at most"), 0, 100_000),
            "rounds": Knob(N_("Rounds in which prices settle, for large hubs"), 1, 500),
            "near_needs": Knob(N_("Needs of a neighbourhood, at first"), 10, 1000),
            "near_nodes": Knob(N_("Work spent on a neighbourhood"), 1, 10_000),
        },
    ),
    "SearchSettings": Panel(
        N_("Looking for the best for everybody"),
        {
            "seconds": Knob(N_("Seconds to look at most"), 1, 3600),
            "hours": Knob(N_("Hours for which what was found can be sent"), 1, 1000),
        },
    ),
    "WhatIfSettings": Panel(
        N_("What a change would do"),
        {"seconds": Knob(N_("Seconds to look at most, for each of the two answers"), 1, 60)},
    ),
    "RecruitSettings": Panel(
        N_("Whom to look for next"),
        {
            "people": Knob(N_("People whom somebody new is supposed to take"), 1, 100),
            "beyond_region": Knob(N_("They meet people of other regions too, by video and phone")),
            "seconds": Knob(N_("Seconds that the page may look"), 1, 600),
            "rows": Knob(N_("Rows that the page shows"), 1, 500),
        },
    ),
    "RoomSettings": Panel(
        N_("Capacity"),
        {
            "months": Knob(N_("Months that the page looks ahead"), 1, 24),
            "least": Knob(N_("A number that tells who people are is hidden below"), 1, 100),
            "rows": Knob(N_("Rows of a table that the page shows at once"), 5, 500),
        },
    ),
    "MatchSettings": Panel(
        N_("Offers"),
        {
            "answer_days": Knob(N_("Days to choose, then days to say yes"), 1, 366),
            "choices": Knob(N_("People that a worker can choose from"), 1, 10),
        },
    ),
    "ChoiceSettings": Panel(
        N_("Choices by hand"),
        {"open_list": Knob(N_("Workers may read who supervises here, to put them in order"))},
    ),
    "NominationSettings": Panel(
        N_("Somebody whom a worker knows"),
        {"contact_days": Knob(N_("Days that it is kept how to reach them, once decided"), 0, 366)},
    ),
    "FirstMeetingSettings": Panel(
        N_("First meetings"),
        {"first_meeting": Knob(N_("A new pair meets once before it counts"))},
    ),
    "WorkplaceSettings": Panel(
        N_("Workplaces"),
        {
            "catch_up_days": Knob(N_("Most days from one 1:1 to the next"), 7, 366),
            "compulsory_days": Knob(N_("Days a week from which the programme is compulsory"), 0, 7),
        },
    ),
    "SoonerSettings": Panel(
        N_("Earlier times that come free"),
        {
            "asked": Knob(N_("Workers asked about one time"), 1, 20),
            "days": Knob(N_("Days earlier that it has to be"), 0, 60),
            "hours": Knob(N_("Hours to say yes"), 1, 336),
        },
    ),
    "SwapSettings": Panel(
        N_("Swapping who is tuakana"),
        {
            "answer_days": Knob(N_("Days for the other one to say yes"), 1, 366),
            "remind_days": Knob(N_("Days until they are reminded"), 1, 366),
            "again_days": Knob(N_("Days until the same one may ask again"), 0, 366),
        },
    ),
    "AgreementSettings": Panel(
        N_("Agreements"),
        {
            "first_review_months": Knob(N_("Months until the first review"), 1, 60),
            "review_months": Knob(N_("Months between later reviews"), 1, 60),
            "cancellation_hours": Knob(N_("Hours of notice that a new agreement asks for"), 0, 168),
        },
    ),
    "FeedSettings": Panel(
        N_("Calendars"),
        {
            "back_days": Knob(N_("Days that past meetings stay"), 0, 4000),
            "tombstone_days": Knob(N_("Days that a called-off meeting stays"), 1, 366),
            "refresh_hours": Knob(N_("Hours after which a calendar looks again"), 1, 168),
            "note_minutes": Knob(N_("Minutes between two notes of a look"), 1, 1440),
            "quiet_days": Knob(N_("Days of silence until its owner is told"), 1, 366),
        },
    ),
    "IdentitySettings": Panel(
        N_("Who people are"),
        {"keep_days": Knob(N_("Days that it is kept without its owner’s yes"), 1, 90)},
    ),
    "ListSettings": Panel(
        N_("Lists of people"),
        {"rows": Knob(N_("Names on one page"), 10, 500)},
    ),
    "ReportSettings": Panel(
        N_("Reports"),
        {"rows": Knob(N_("Rows of a report on one page"), 5, 500)},
    ),
    "TrailSettings": Panel(
        N_("The proof of the record"),
        {"mail_days": Knob(N_("Days until its mark is mailed again"), 1, 31)},
    ),
    "CheckSettings": Panel(
        N_("The check at night"),
        {"hour": Knob(N_("Hour from which on all is worked out anew"), 0, 23)},
    ),
    "SignInSettings": Panel(
        N_("Signing in"),
        {
            "link_minutes": Knob(N_("Minutes that a link works"), 2, 10_080),
            "idle_days": Knob(N_("Days until an unused device is signed out"), 1, 366),
            "longest_days": Knob(N_("Days until any device is signed out"), 1, 366),
            "address_days": Knob(N_("Days in which a new email address can be confirmed"), 1, 60),
            "seen_every_minutes": Knob(N_("Minutes between two notes of a visit"), 1, 1440),
        },
    ),
    "RefusalSettings": Panel(
        N_("Asked for what is not theirs"),
        {"most_an_hour": Knob(N_("Most things noted of one person in an hour"), 1, 1000)},
    ),
    "LookSettings": Panel(
        N_("Who looked at whose page"),
        {"keep_days": Knob(N_("Days that it is kept for its owner to read"), 30, 3660)},
    ),
    "ThrottleSettings": Panel(
        N_("Too many tries"),
        {
            "minutes": Knob(N_("Tries are counted over so many minutes"), 1, 1440),
            "per_mailbox": Knob(N_("Most links for one mailbox"), 1, 100),
            "per_address": Knob(N_("Most links from one network"), 1, 10_000),
            "keep_days": Knob(N_("Days that tries are kept"), 1, 90),
        },
    ),
    "WeekSettings": Panel(
        N_("A provider’s week"),
        {"days": Knob(N_("Days that it looks ahead"), 1, 60)},
    ),
    "WorkbookSettings": Panel(
        N_("Bringing in a workbook"),
        {
            "megabytes": Knob(N_("Largest file, in megabytes"), 1, 1000),
            "unpacked_megabytes": Knob(N_("Largest when unpacked, in megabytes"), 1, 4000),
            "rows": Knob(N_("Most rows of a sheet"), 1, 10_000_000),
            "columns": Knob(N_("Most columns of a sheet"), 1, 1000),
            "characters": Knob(N_("Most characters of a cell"), 1, 1_000_000),
        },
    ),
}
