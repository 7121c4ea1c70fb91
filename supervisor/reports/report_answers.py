"""What was said and decided of each meeting, the newest beside whatever it replaced. No words."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from supervisor.models import DeliveryEvent, Entitlement, Person, Session, Store
from supervisor.reports.pseudonyms import NAMED
from supervisor.rules.kinds import Kind
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.zones import zone

COLUMNS = ("session", "entitlement", "what", "side", "value", "by", "at", "written_at")
NOTES = (
    Words(N_("Each row stays as it was written. What was put right later is a row of its own.")),
    Words(
        N_(
            "Answer: what one side says of the meeting. Outcome: what follows from both answers, "
            "from calling it off, or from the hub's settling it. Empty: taken back."
        )
    ),
    Words(N_("At: when it was said. Written at: when the row was written, by the database.")),
)


def answers(store: Store, now: datetime) -> Table:
    """Every answer and outcome of sessions one to one, in the order in which they came."""
    here = zone(read(store, HubSettings).time_zone)
    event, who = DeliveryEvent, aliased(Person)
    query = (
        select(
            Session.ref, Entitlement.ref, event.what, event.side, event.value, who.ref, event.at,
            event.written_at,
        )
        .join(Session, Session.id == event.noun_id)
        .join(Session.entitlement)
        .outerjoin(who, who.id == event.by_id)
        .where(
            event.noun == "session", event.what.in_(("answer", "outcome")),
            Entitlement.kind != Kind.DEBRIEF,
        )
        .order_by(event.id)
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (*said, at and at.astimezone(here), written.astimezone(here))
        for *said, at, written in store.execute(query)
    ]
    return Table(N_("Answers"), COLUMNS, rows, now.astimezone(here), (*NOTES, NAMED))
