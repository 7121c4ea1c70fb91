"""Every letter with invented facts: what the hub looks at, and what the tests read."""

from datetime import date, datetime
from typing import Any

from supervisor.reports.report_team import TeamRow
from supervisor.rules.kinds import Kind, Standing
from supervisor.rules.words import Words

TIMES = ["2027-05-03T22:00:00+00:00", "2027-05-05T01:30:00+00:00"]
PACE = {
    "held": 1, "contracted": 10, "expected": 3.29, "booked": 0, "catching_up": False,
    "times": TIMES, "reasons": [], "entitlement": "ben-2027", "other": "Ana Rewi", "worker": True,
}  # fmt: skip
SESSION = {
    "session": "s1", "entitlement": "ben-2027", "other": "Ana Rewi", "by": "", "mine": False,
    "starts": TIMES[0], "minutes": 60, "mode": "video", "times": TIMES,
    "video": "https://meet.example.org/ana", "calls": False, "number": "", "where": "",
}  # fmt: skip
NO_TIME = {"times": [], "reasons": [Words("%(name)s is away until %(day)s.",
                                          {"name": "Ana", "day": date(2027, 6, 1)})]}  # fmt: skip
PROVIDER = {"worker": False, "other": "Ben Harris"}
ROW = TeamRow("Ben Harris", Kind.CULTURAL_SUPERVISION, 10, 3.29, 1, Standing.BEHIND,
              Words("The hub offers the two of them times to catch up, or cover."))  # fmt: skip
HUB = {
    "alert": "a1", "says": Words("%(worker)s and %(provider)s have nothing booked.",
                                 {"worker": "Ben Harris", "provider": "Ana Rewi"}),
    "stands_for": "", "since": datetime.fromisoformat(TIMES[0]), **{k: PACE[k] for k in
                                                 ("held", "contracted", "expected", "booked")},
}  # fmt: skip
ENDED = {"other": "Ana Rewi", "ends": "2027-05-31", "gone": TIMES, "worker": True}
OFFER = {"entitlement": "ben-2027", "match": "ben-ana", "worker": True, "other": "Ben Harris"}
AGREED = {
    "match": "ben-ana", "entitlement": "ben-2027", "other": "Ana Rewi", "starts": "2027-05-31",
    "ends": "", "worker": True, "cover": False, "gone": [],
}  # fmt: skip
SWAPPED = {
    "match": "ben-ana", "other": "Ana Rewi", "starts": "2027-05-31", "kept": [], "gone": [],
    "times": [],
}  # fmt: skip
CIRCLE = {
    "group": "circle", "name": "Circle", "meeting": "m1", "starts": TIMES[0], "minutes": 75,
    "mode": "video", "where": "",
}  # fmt: skip
JOINED = {"name": "Circle", "group": "coast", "into": "Coast", "people": 2, "starts": TIMES[:1]}
FORMED = {k: CIRCLE[k] for k in ("group", "name", "starts", "minutes", "mode")} | {
    "every": 2, "people": 6, "by": "Ana Rewi",
}  # fmt: skip
REPLY = {"session": "s1", "other": "Ana Rewi", "starts": TIMES[0]}
WHOSE = {"worker": "Ben Harris", "person": "ben", "entitlement": "ben-2027"}
TALK = {"talk": "t1"}
UNREAD = {
    "host": "outlook.office.com",
    "trouble": Words(
        "The calendar wants a sign-in. Make its private address anew and paste that one."
    ),
}
STANDS = {
    "night": True,
    "free": False,
    "chosen": False,
    "asked": 3,
    "more": TIMES[0],
    "hub_told": False,
}
NAMED = {"entitlement": "ben-2027", "person": "ben", "word": ""}
SAMPLES: list[tuple[str, dict[str, Any]]] = [
    ("new_address", {"new_address": "ben@example.org", "url": "https://hub.example.org/email/x"}),
    ("address_changed", {"old_address": "ben@example.org"}),
    ("agreement_to_sign", {"match": "ben-ana", "other": "Ana Rewi", "employer": False}),
    ("agreement_to_sign", {"match": "ben-ana", "other": "Ben Harris", "employer": True}),
    ("alert_hub", HUB),
    ("alert_hub", {k: HUB[k] for k in ("alert", "says", "since")} | {"stands_for": "Cleo Martin"}),
    ("busy_unread", UNREAD | {"read": datetime.fromisoformat(TIMES[0])}),
    ("busy_unread", UNREAD | {"read": None}),
    ("busy_clash", {"session": "s1", "other": "Ana Rewi", "starts": TIMES[0], "times": TIMES}),
    ("busy_clash", {"session": "s1", "other": "Ana Rewi", "starts": TIMES[0], "times": []}),
    ("calendar_entry", {"session": "s1", "meeting": "", "starts": TIMES[0], "gone": False}),
    ("calendar_entry", {"session": "s1", "meeting": "", "starts": TIMES[0], "gone": True}),
    ("vetting_ends", {"until": date(2027, 7, 1)}),
    ("calendar_unread", {"calendar": "iPhone", "looked": datetime.fromisoformat(TIMES[0])}),
    ("review_due", OFFER | {"due": date(2027, 7, 1)}),
    ("report_ready", {"report": "team", "days": {}}),
    ("report_ready", {"report": "card", "days": {"since": "2027-01-01", "until": "2027-03-31"}}),
    ("digest_hub", {"says": [HUB["says"]], "count": 1, "more": 0}),
    ("digest_hub", {"says": [HUB["says"]] * 2, "count": 4, "more": 2}),
    ("digest_manager", {"rows": [ROW], "fine": 0, "on": date(2027, 4, 30)}),
    ("digest_manager", {"rows": [ROW], "fine": 3, "on": date(2027, 4, 30)}),
    ("alert_stand_in", HUB | {"names": "Cleo Martin"}),
    ("alert_handed", HUB | {"by": "Cleo Martin", "note": "Ana likes mornings."}),
    ("alert_handed", HUB | {"by": "Cleo Martin", "note": ""}),
    ("alert_manager", {"row": ROW, "on": date(2027, 4, 30)}),
    ("employer_changed", {"employer": "Harbour House", "starts": "2027-03-01"}),
    ("employer_stays", {"worker": ""}),
    ("employer_stays", {"worker": "Ben Harris"}),
    (
        "plan_proposed",
        {"entitlement": "ben-2027", "other": "Ana Rewi", "times": ["2027-03-01T10:00:00+13:00"]},
    ),
    ("team_changed", {"worker": "Ben Harris", "starts": "2027-03-01", "joins": True}),
    ("team_changed", {"worker": "Ben Harris", "starts": "2027-03-01", "joins": False}),
    ("amended", {"sessions": 8, "starts": "2027-05-31"}),
    ("behind", PACE),
    ("behind", PACE | PROVIDER),
    ("behind", PACE | NO_TIME),
    ("behind", PACE | {"catching_up": True}),
    ("booked", SESSION | {"mine": True}),
    ("booked", SESSION | {"by": "Cleo Martin"}),
    ("booked", SESSION),
    ("booked", SESSION | {"video": ""}),
    ("booked", SESSION | {"video": "", "calls": True}),
    ("booked", SESSION | {"mode": "phone", "video": "", "number": "021 555 0102"}),
    ("booked", SESSION | {"mode": "phone", "video": "", "calls": True}),
    ("booked", SESSION | {"mode": "in_person", "video": ""}),
    ("booked", SESSION | {"mode": "in_person", "video": "", "where": "Waitaki House, room 2"}),
    ("meeting_room", SESSION | {"group": "", "where": "Waitaki House, room 2", "has_room": True}),
    ("meeting_room", SESSION | {"group": "", "where": "Waitaki House", "has_room": False}),
    ("meeting_room", CIRCLE | {"where": "Oamaru, room 2", "has_room": True, "times": TIMES}),
    ("cancelled", SESSION),
    ("cancelled", SESSION | {"times": []}),
    ("catch_up_due", {"job": "j1", "other": "Mere Parata", "last": "2027-01-05"}),
    ("check_numbers", {"manager": "Mere Parata"}),
    (
        "trail_head",
        {"head": "1204:0123456789abcdef0123456789abcdef", "links": 1204, "at": TIMES[0]},
    ),
    ("extended", {"ends": "2028-03-31"}),
    ("renewed", {"sessions": 10, "starts": "2028-01-01", "ends": "2028-12-31"}),
    ("trail_changed", {}),
    ("number_checked", {"about": "Ben Harris", "right": True, "word": "One came in later."}),
    ("number_checked", {"about": "", "right": False, "word": ""}),
    ("choices_wanted", WHOSE | {"word": ""}),
    ("choices_wanted", WHOSE | {"word": "Somebody in Oamaru, please."}),
    ("identity_question", {"until": TIMES[0]}),
    ("pulse", {}),
    ("erasure_asked", {"erasure": "e1", "by": "Cleo Martin"}),
    (
        "leave_long",
        {"worker": "Ben Harris", "person": "ben", "starts": "2027-05-31", "ends": "2027-09-01"},
    ),
    ("group_closed", {"name": "Circle", "gone": TIMES[:1], "person": "ben", "leads": False}),
    ("group_closed", {"name": "Circle", "gone": [], "person": "ana", "leads": True}),
    ("group_formed", FORMED | {"leads": False}),
    ("group_formed", FORMED | {"leads": True, "every": 4}),
    ("group_goes_on", {"name": "Circle", "group": "circle"}),
    *(("group_merged", JOINED | {"whose": who}) for who in ("moves", "waits", "leads", "theirs")),
    ("group_merged", JOINED | {"whose": "moves", "starts": [], "to_read": True}),
    ("group_news", {"group": "circle", "name": "Circle"}),
    ("group_terms", {"group": "circle", "name": "Circle"}),
    ("group_short", CIRCLE | {"yes": 1, "needed": 3}),
    ("limit_lowered", {"provider": "Ana Rewi", "person": "ana"}),
    ("match_agreed", AGREED),
    ("match_agreed", AGREED | {"ends": "2027-06-30", "gone": TIMES}),
    ("match_asked", {"match": "ben-ana", "other": "Ben Harris", "cover": False}),
    ("match_asked", {"match": "ben-ana", "other": "Ben Harris", "cover": True}),
    ("match_closed", {"other": "Ben Harris"}),
    ("match_ended", ENDED),
    ("match_ended", ENDED | PROVIDER | {"gone": []}),
    ("match_ended_hub", WHOSE | {"provider": "Ana Rewi", "ends": "2027-05-31"}),
    ("match_not_available", {"entitlement": "ben-2027", "other": "Ana Rewi"}),
    ("match_offered", {"entitlement": "ben-2027"}),
    ("meeting_asked", CIRCLE),
    ("meeting_called_off", CIRCLE),
    ("meeting_joined", CIRCLE | {"other": "Coast", "before": TIMES[1], "comes": True}),
    ("meeting_joined", CIRCLE | {"other": "Coast", "before": TIMES[1], "comes": False}),
    ("meeting_shared", CIRCLE | {"other": "Coast", "people": 2}),
    ("meeting_moved", CIRCLE | {"before": TIMES[1]}),
    ("meeting_on", CIRCLE | {"after_all": False}),
    ("meeting_on", CIRCLE | {"after_all": True}),
    ("moved", SESSION | {"before": TIMES[1], "mine": True}),
    ("moved", SESSION | {"before": TIMES[1], "by": "Cleo Martin"}),
    ("moved", SESSION | {"before": TIMES[1]}),
    ("nomination_answered", NAMED | {"what": "not_now"}),
    ("nomination_answered", NAMED | {"what": "not_now", "word": "We look near Oamaru next."}),
    ("nomination_answered", NAMED | {"what": "not_yet"}),
    ("nomination_answered", NAMED | {"what": "offered"}),
    ("nomination_made", {"worker": "Ben Harris", "nomination": "n1"}),
    ("not_confirmed", {"session": "s1", "other": "Ana Rewi", "starts": TIMES[0]}),
    ("nothing_booked", PACE),
    ("nothing_booked", PACE | PROVIDER),
    ("nothing_booked", PACE | NO_TIME),
    ("offer_unanswered", OFFER),
    ("offer_unanswered", OFFER | {"worker": False}),
    ("override_answered", {"override": "x1", "second": "Mere Parata", "agreed": True}),
    ("override_answered", {"override": "x1", "second": "Mere Parata", "agreed": False}),
    ("override_asked", {"override": "x1", "by": "Cleo Martin"}),
    ("plan_kept", SESSION | {"mine": True}),
    ("plan_kept", SESSION | {"by": "Cleo Martin"}),
    ("plan_kept", SESSION),
    ("plan_kept", SESSION | {"apart": True}),
    ("plan_kept", SESSION | {"rooms": ["Waitaki House, room 2"] + [""] * (len(TIMES) - 1)}),
    ("reply_taken", REPLY | {"held": True, "next": ""}),
    ("reply_taken", REPLY | {"held": False, "next": TIMES[1]}),
    ("reply_which", REPLY),
    ("seat_ended", {"group": "circle", "name": "Circle"}),
    ("group_lead", {"group": "circle", "name": "Circle"}),
    ("turns", {"group": "circle", "name": "Circle", "turns": TIMES}),
    ("turns", {"group": "circle", "name": "Circle", "turns": []}),
    ("turns", {"group": "circle", "name": "Circle", "turns": TIMES, "rooms": ["Oamaru, hall"] * 9}),
    ("group_formed", FORMED | {"leads": False, "mode": "in_person", "where": "Oamaru, hall"}),
    ("turn_yours", CIRCLE | {"soon": True}),
    ("turn_yours", CIRCLE | {"soon": False}),
    ("turn_over", CIRCLE),
    ("turn_open", CIRCLE),
    ("seat_offered", {"group": "circle", "name": "Circle"}),
    ("seat_wanted", {"group": "circle", "name": "Circle", "free": 0}),
    ("seat_wanted", {"group": "circle", "name": "Circle", "free": 2}),
    ("series_cancelled", SESSION | {"off": TIMES}),
    ("series_cancelled", SESSION | {"off": TIMES, "times": []}),
    ("series_cancelled", SESSION | {"off": TIMES, "apart": True}),
    ("series_moved", SESSION | {"mine": True}),
    ("series_moved", SESSION | {"by": "Cleo Martin"}),
    ("series_moved", SESSION),
    ("series_shortened", SESSION),
    (
        "video_changed",
        {"other": "Ana Rewi", "times": TIMES, "video": "https://meet.example.org/ana"},
    ),
    ("video_changed", {"other": "Ana Rewi", "times": TIMES, "video": ""}),
    ("sign_in", {"url": "http://127.0.0.1:8000/sign-in/token", "minutes": 10}),
    ("sign_in", {"url": "http://127.0.0.1:8000/sign-in/token", "minutes": 7 * 24 * 60}),
    ("slipping", PACE),
    ("slipping", PACE | PROVIDER),
    ("swap_asked", {"swap": "w1", "other": "Ana Rewi", "again": False}),
    ("swap_asked", {"swap": "w1", "other": "Ana Rewi", "again": True}),
    ("swap_closed", {"match": "ben-ana", "other": "Ana Rewi"}),
    ("swap_done", SWAPPED),
    ("swap_done", SWAPPED | {"kept": TIMES}),
    ("swap_done", SWAPPED | {"gone": TIMES, "times": TIMES}),
    ("swap_to_do", {"swap": "w1", "worker": "Ben Harris", "provider": "Ana Rewi"}),
    ("talk_agreed", TALK | {"ask": "a1", "at": TIMES[0], "soon": True}),
    ("talk_agreed", TALK | {"ask": "a1", "at": TIMES[0], "soon": False}),
    ("talk_asked", TALK | {"ask": "a1", "way": "phone", "night": True}),
    ("talk_asked", TALK | {"ask": "a1", "way": "video", "night": False}),
    ("talk_found", TALK | {"at": TIMES[0], "soon": True}),
    ("talk_found", TALK | {"at": TIMES[0], "soon": False}),
    ("talk_news", TALK),
    ("talk_off", TALK),
    ("talk_open", TALK),
    ("talk_over", TALK | {"taken": True}),
    ("talk_over", TALK | {"taken": False}),
    ("talk_stands", TALK | STANDS),
    ("talk_stands", TALK | STANDS | {"night": False, "asked": 7, "more": "", "hub_told": True}),
    ("talk_stands", TALK | STANDS | {"asked": 0, "more": ""}),
    ("talk_stands", TALK | STANDS | {"chosen": True}),
    (
        "sooner_time",
        {
            "offer": "o1",
            "other": "Ana Rewi",
            "starts": TIMES[0],
            "before": TIMES[1],
            "until": TIMES[0],
        },
    ),
    ("times", {"other": "Ana Rewi", "times": TIMES, "entitlement": "ben-2027"}),
]


def facts_of(name: str) -> list[dict[str, Any]]:
    """The facts of each form that a letter has; none for what is no letter."""
    return [facts for letter, facts in SAMPLES if letter == name]
