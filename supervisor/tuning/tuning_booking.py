"""What the settings of booking are called."""

from supervisor.rules.words import N_
from supervisor.tuning.tuning_knobs import Knob, Panel, some_modes

OF_BOOKING = {
    "BookingSettings": Panel(
        N_("Booking"),
        {
            "undo_minutes": Knob(N_("Minutes in which calling off can be undone"), 0, 1440),
            "notice_hours": Knob(N_("Hours of notice before a meeting"), 0, 1000),
            "horizon_days": Knob(N_("Days ahead that times are shown for"), 7, 400),
            "grid_minutes": Knob(N_("Meetings begin every so many minutes"), 5, 240),
            "most_a_day": Knob(N_("Most meetings of one person in a day"), 1, 50),
            "most_a_week": Knob(N_("Most meetings of one person in a week"), 1, 200),
            "before_minutes": Knob(N_("Minutes kept free before a meeting"), 0, 240),
            "after_minutes": Knob(N_("Minutes kept free after a meeting"), 0, 240),
            "travel_kmh": Knob(N_("On the road: km in an hour, in a straight line"), 10, 130),
            "shown": Knob(N_("Times shown to choose from"), 1, 50),
            "shown_later": Knob(N_("Times shown when asked for more"), 1, 200),
            "per_day_shown": Knob(N_("Times shown for one day"), 1, 20),
            "apart_minutes": Knob(N_("Minutes between two times shown for one day"), 0, 600),
            "long_wait_days": Knob(N_("Say so when nothing suits for so many days"), 1, 400),
            "office_from": Knob(N_("Office hours begin: minutes after midnight"), 0, 1380),
            "office_to": Knob(N_("Office hours end: minutes after midnight"), 60, 1440),
            "open_on_holidays": Knob(N_("Meetings on public holidays are fine")),
            "without_room": Knob(N_("Meetings without a room are fine where all are taken")),
            "modes": Knob(N_("Ways of meeting, the first that suits is taken"), fits=some_modes),
        },
    ),
}
