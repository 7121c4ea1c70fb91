"""What the settings are called that say who is told, and how people are written to."""

from supervisor.rules.chats import SERVICES, some_services
from supervisor.rules.words import N_
from supervisor.tuning.tuning_knobs import (
    Knob,
    Panel,
    a_gateway,
    a_secret,
    an_address_or_none,
)

TOLD = {
    "DebriefSettings": Panel(
        N_("Somebody would like to talk"),
        {
            "at_once": Knob(N_("People who are asked at once"), 1, 10),
            "next_minutes": Knob(N_("Minutes until the next are asked"), 1, 1440),
            "hub_minutes": Knob(N_("Minutes until the hub is told that one is open"), 1, 1440),
            "a_day": Knob(N_("Times a day that one person’s asking goes to others at once"), 1, 50),
            "night_from": Knob(N_("Night begins: hour of the worker’s clock"), 0, 23),
            "night_to": Knob(N_("Night ends: hour of the worker’s clock"), 0, 23),
            "minutes": Knob(N_("Minutes that both are busy once they agree on a time"), 5, 240),
            "open_hours": Knob(N_("Hours after which it closes by itself"), 1, 336),
            "keep_days": Knob(N_("Days until it is forgotten who asked"), 1, 3660),
            "work_domains": Knob(
                N_("Employers’ mail, like lakes.org.nz: nothing of this is written there")
            ),
        },
    ),
    "AlertSettings": Panel(
        N_("Alerts"),
        {
            "not_matched_manager": Knob(N_("Not matched: days until the manager is told"), 0, 366),
            "nothing_booked_hub": Knob(N_("Nothing booked: days until the hub is told"), 0, 366),
            "slipping_hub": Knob(N_("Slipping: days until the hub is told"), 0, 366),
            "behind_manager": Knob(N_("Behind: days until the manager is told"), 0, 366),
            "cannot_be_met_manager": Knob(
                N_("Cannot be met: days until the manager is told"), 0, 366
            ),
            "offer_asked": Knob(N_("An offer waits: days until they are asked again"), 1, 90),
            "offer_hub": Knob(N_("An offer waits: days until the hub is told"), 1, 90),
            "remind_first_hours": Knob(N_("Did it happen: hours until the first reminder"), 1, 168),
            "remind_again_hours": Knob(N_("Did it happen: hours until the second"), 1, 336),
            "short_days": Knob(N_("A group is short: working days before it meets"), 0, 14),
            "short_hub": Knob(N_("A group is short: days after that until the hub is told"), 0, 14),
            "away_intervals": Knob(N_("A provider away for so many usual intervals"), 1, 20),
            "review_days": Knob(N_("Terms: days before their day until the two are told"), 1, 180),
            "review_hub": Knob(N_("Terms: days after that until the hub is told"), 1, 366),
            "unsigned_asked": Knob(
                N_("Terms not signed: days until those who have not are asked again"), 1, 366
            ),
            "unsigned_hub": Knob(N_("Terms not signed: days until the hub is told"), 1, 366),
            "vetting_days": Knob(N_("Vetting ends: days before it until they are told"), 1, 180),
            "unread_hours": Knob(
                N_("A calendar cannot be read: hours until its owner is told"), 1, 366
            ),
            "vetting_hub": Knob(N_("Vetting ends: days after that until the hub is told"), 1, 366),
            "forecast_percent": Knob(
                N_("Too few in the end: how likely, in percent, until the hub sees it"), 50, 100
            ),
            "forecast_days": Knob(N_("Too few in the end: days that must be left"), 1, 366),
            "quiet_days": Knob(N_("Days between two messages about the same"), 0, 90),
            "put_off_days": Knob(N_("Days for which something can be put off"), 1, 366),
        },
    ),
    "PrivacySettings": Panel(
        N_("Somebody asks about their details"),
        {"answer_days": Knob(N_("Working days until they are answered"), 1, 20)},
    ),
    "BusySettings": Panel(
        N_("Busy times from people’s own calendars"),
        {
            "every_minutes": Knob(N_("Minutes between two looks at a calendar"), 5, 1440),
            "ahead_days": Knob(N_("Days ahead that are read"), 30, 800),
            "longest_hours": Knob(
                N_("Hours at most until one that could not be read is read again"), 1, 168
            ),
            "allowed_hosts": Knob(
                N_("Machines of your own network that may be read, such as your own Nextcloud")
            ),
        },
    ),
    "PulseSettings": Panel(
        N_("Three short questions to workers"),
        {
            "ask": Knob(N_("Workers are asked")),
            "every": Knob(N_("Meetings after which they are asked"), 1, 50),
            "days": Knob(N_("Days for which they can answer"), 1, 90),
        },
    ),
    "StandInSettings": Panel(
        N_("Standing in for the hub"),
        {
            "email": Knob(
                N_("Email of whoever stands in: somebody who can see the hub’s pages"),
                fits=an_address_or_none,
                example="rua@example.org",
            ),
            "silent_days": Knob(
                N_("Working days with nobody at it until whoever stands in is told"), 1, 30
            ),
        },
    ),
    "DigestSettings": Panel(
        N_("The week’s letter"),
        {
            "weekday": Knob(N_("Day on which it is written: 1 for Monday, 7 for Sunday"), 1, 7),
            "hour": Knob(N_("Hour of the hub’s clock from which it is written"), 0, 23),
            "names": Knob(N_("Things that the hub’s letter names"), 1, 100),
        },
    ),
    "MessageSettings": Panel(
        N_("Messages"),
        {
            "lease_seconds": Knob(N_("Seconds that a worker process holds a mail"), 1, 3600),
            "retry_minutes": Knob(N_("Minutes until a mail is tried again"), 1, 1440),
            "trouble_after": Knob(N_("Tries until the hub reaches the person itself"), 1, 20),
            "give_up_after": Knob(N_("Tries until nothing is tried any more"), 1, 100),
            "refused_together": Knob(
                N_("Addresses refused in a row until it is the mail server that refuses all"),
                2,
                100,
            ),
            "slow_minutes": Knob(N_("Minutes late until the hub sees a banner"), 1, 1440),
            "silent_minutes": Knob(N_("Minutes of a silent worker process likewise"), 2, 1440),
            "quiet_from_hour": Knob(N_("Hour from which nobody is written to that day"), 12, 24),
            "text_gateway": Knob(
                N_("Gateway for texts, an address of Apprise; without one they are sent by hand"),
                fits=a_gateway,
                example="clicksend://user:key@{phone}",
            ),
            "text_secret": Knob(
                N_("Secret of the gateway that brings texts back, to /texts/ and this"),
                fits=a_secret,
                example="16 letters and digits or more",
            ),
            "chat_services": Knob(
                N_("Chat services that people may ask for; without one nobody is offered any"),
                fits=some_services,
                example=",".join(SERVICES),
            ),
        },
    ),
}
