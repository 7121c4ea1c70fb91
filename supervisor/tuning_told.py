"""What the settings are called that say how people are written to."""

from supervisor.rules.words import N_
from supervisor.tuning_knobs import Knob, Panel, a_gateway

TOLD = {
    "MessageSettings": Panel(
        N_("Messages"),
        {
            "lease_seconds": Knob(N_("Seconds that a worker process holds a mail"), 1, 3600),
            "retry_minutes": Knob(N_("Minutes until a mail is tried again"), 1, 1440),
            "trouble_after": Knob(N_("Tries until the hub reaches the person itself"), 1, 20),
            "slow_minutes": Knob(N_("Minutes late until the hub sees a banner"), 1, 1440),
            "silent_minutes": Knob(N_("Minutes of a silent worker process likewise"), 2, 1440),
            "quiet_from_hour": Knob(N_("Hour from which nobody is written to that day"), 12, 24),
            "text_gateway": Knob(
                N_("Gateway for texts, an address of Apprise; without one they are sent by hand"),
                fits=a_gateway,
                example="clicksend://user:key@{phone}",
            ),
        },
    ),
}
