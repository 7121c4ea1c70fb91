"""The access log: who signed in and out, and who took what out of the hub. Ids, no words."""

from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import aliased

from supervisor.models import Audit, Person, Store
from supervisor.reports.pseudonyms import NAMED
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.zones import zone

COLUMNS = ("at", "person", "name", "did", "pack")
DID = {
    ("sign_in", "person"): N_("Signed in"),
    ("sign_out", "person"): N_("Signed out"),
    ("make", "feed"): N_("Made a calendar"),
    ("revoke", "feed"): N_("Ended a calendar"),
    ("import", "workbook"): N_("Brought in a workbook"),
    ("make", "copy"): N_("Took out their own details"),
    ("make", "pack"): N_("Took out a pack"),
}
NOTES = (
    Words(N_("Without a name: the machine itself, or somebody at its keyboard.")),
    Words(
        N_(
            "Pack: the beginning of the SHA-256 of the manifest of the pack that was taken out, so "
            "that a pack can be told from any other."
        )
    ),
    Words(N_("Pages that somebody only looked at are not in this log.")),
)


def access_log(store: Store, now: datetime) -> Table:
    """Report 8, the latest first."""
    here = zone(read(store, HubSettings).time_zone)
    who = aliased(Person)
    query = (
        select(Audit.at, who.ref, who.name, Audit.verb, Audit.noun, Audit.noun_ref)
        .outerjoin(who, who.id == Audit.by_id)
        .where(tuple_(Audit.verb, Audit.noun).in_(list(DID)), Audit.at <= now)
        .order_by(Audit.at.desc(), Audit.id.desc())
    )
    rows: list[tuple[Cell, ...]] = [
        (at.astimezone(here), ref, name, DID[verb, noun], pack if noun == "pack" else None)
        for at, ref, name, verb, noun, pack in store.execute(query)
    ]
    notes = (*NOTES, NAMED)
    return Table(N_("Access log"), COLUMNS, rows, now.astimezone(here), notes)
