"""What workers said of the support that they get: counts of each quarter, and of nobody."""

from datetime import datetime

from supervisor import pulse
from supervisor.models import Store
from supervisor.pulse import Pulse
from supervisor.room import RoomSettings
from supervisor.rules.pulse import ASKS, Felt, Item
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.zones import zone

COLUMNS = ("from", "until", "question", "people", *Felt)
UNASKED = Words(N_("Nobody has to answer, and nobody is reminded. People: how many answered."))
COUNTED = Words(
    N_(
        "Answers of a quarter are counted once, after its end. Where too few came in, they are "
        "counted with those of the next quarter."
    )
)
HIDDEN = N_(
    "An empty cell is hidden: fewer than %(n)d people, or the next smallest, so that it cannot be "
    "worked out. Unsaid: they would rather not say, or left it out."
)
NAMELESS = Words(
    N_("Answers are kept without a name, an employer, a supervisor or a kind of support.")
)


def pulse_table(store: Store, now: datetime) -> Table:
    """The latest quarter first; those in which nobody was counted are left out."""
    ended = [quarter for quarter in pulse.by_quarter(store) if quarter.people is not None]
    rows = [_row(quarter, item) for quarter in ended for item in Item]
    hub, capacity = read(store, HubSettings), read(store, RoomSettings)
    notes = (UNASKED, COUNTED, Words(HIDDEN, {"n": capacity.least}), NAMELESS)
    at = now.astimezone(zone(hub.time_zone))
    return Table(N_("Three short questions"), COLUMNS, rows, at, notes)


def _row(quarter: Pulse, item: Item) -> tuple[Cell, ...]:
    felt = quarter.items[item]
    return (quarter.first, quarter.last, ASKS[item], quarter.people, *(felt[one] for one in Felt))
