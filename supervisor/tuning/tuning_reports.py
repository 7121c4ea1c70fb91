"""What the settings of prices and of the report card are called."""

from supervisor.rules.prices import Gst, price_list
from supervisor.rules.words import N_
from supervisor.tuning.tuning_knobs import Knob, Panel, any_line

GST: dict[str, str] = {
    Gst.INCLUDED: N_("Prices hold it"),
    Gst.ADDED: N_("It is added to prices"),
    Gst.NONE: N_("There is none"),
}
EXAMPLE = "60: 120.00, 90: 165.00"


def prices(typed: str) -> bool:
    """Nothing, or a price for each length in minutes."""
    return any_line(typed) and price_list(typed) is not None


def _prices(words: str) -> Knob:
    return Knob(words, fits=prices, example=EXAMPLE)


OF_REPORTS = {
    "CardSettings": Panel(
        N_("Aims of the report card"),
        {
            "delivered": Knob(N_("Percent delivered of what was expected"), 0, 100),
            "confirmed": Knob(N_("Percent confirmed by both within 48 hours"), 0, 100),
            "called_off": Knob(N_("Percent called off by supervisors, at most"), 0, 100),
            "has_somebody": Knob(N_("Percent who have a supervisor"), 0, 100),
            "within_days": Knob(N_("Days within which a supervisor is found in time"), 1, 366),
            "matched": Knob(N_("Percent for whom one is found in time"), 0, 100),
            "external": Knob(N_("Percent of supervisors outside the worker’s employer"), 0, 100),
        },
    ),
    "PriceSettings": Panel(
        N_("Prices, seen by the hub alone"),
        {
            "peer_supervision": _prices(
                N_("External peer supervision: minutes and dollars, like 60: 120.00, 90: 165.00")
            ),
            "cultural_supervision": _prices(N_("Cultural supervision, likewise")),
            "mentoring": _prices(N_("Mentoring, likewise")),
            "coaching": _prices(N_("Coaching, likewise")),
            "gst": Knob(N_("GST"), fits=lambda typed: typed in GST, options=GST),
            "gst_percent": Knob(N_("Percent of GST"), 0, 100),
            "late_percent": Knob(
                N_("Percent of the price that is asked for what a worker calls off late"), 0, 100
            ),
        },
    ),
}
