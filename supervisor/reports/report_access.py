"""The access log: who signed in and out, and who took what out of the hub. Ids, no words."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import aliased

from supervisor.models import Audit, Look, Person, Store
from supervisor.reports.pseudonyms import NAMED
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.trail.refusals import REFUSED, UNKNOWN
from supervisor.zones import zone

COLUMNS = ("at", "person", "name", "did", "pack", "thing")
DID = {
    ("sign_in", "person"): N_("Signed in"),
    ("sign_out", "person"): N_("Signed out"),
    ("make", "feed"): N_("Made a calendar"),
    ("revoke", "feed"): N_("Ended a calendar"),
    ("import", "workbook"): N_("Brought in a workbook"),
    ("make", "copy"): N_("Took out their own details"),
    ("make", "pack"): N_("Took out a pack"),
}
LOOKED = N_("Looked at what is about somebody")
WAS_REFUSED = N_("Was refused what is not theirs")
NOT_THERE = N_("Asked for what is not there")
NOTES = (
    Words(N_("Without a name: the machine itself, or somebody at its keyboard.")),
    Words(
        N_(
            "Pack: the beginning of the SHA-256 of the manifest of the pack that was taken out, so "
            "that a pack can be told from any other."
        )
    ),
    Words(
        N_(
            "Thing: what somebody was refused, by its kind and its id. An hour holds only the "
            "first few of one person. A talk, or whom somebody keeps apart from, reads as not "
            "there."
        )
    ),
    Words(
        N_(
            "Looked at: by somebody of the hub, or a manager; once an hour for each thing. Pages "
            "that list many people, such as Today, are not in this log."
        )
    ),
)


def access_log(store: Store, now: datetime) -> Table:
    """Report 8, the latest first."""
    here = zone(read(store, HubSettings).time_zone)
    who = aliased(Person)
    query = (
        select(Audit.at, who.ref, who.name, Audit.verb, Audit.noun, Audit.noun_ref)
        .outerjoin(who, who.id == Audit.by_id)
        .where(
            or_(tuple_(Audit.verb, Audit.noun).in_(list(DID)), Audit.verb == REFUSED),
            Audit.at <= now,
        )
        .order_by(Audit.at.desc(), Audit.id.desc())
    )
    rows: list[tuple[Cell, ...]] = [
        (at.astimezone(here), ref, name, *_did(verb, noun, about))
        for at, ref, name, verb, noun, about in store.execute(query)
    ]
    rows += _looks(store, now, here)
    rows.sort(key=lambda row: str(row[0]), reverse=True)
    notes = (*NOTES, NAMED)
    return Table(N_("Access log"), COLUMNS, rows, now.astimezone(here), notes)


def _looks(store: Store, now: datetime, here: ZoneInfo) -> Iterator[tuple[Cell, ...]]:
    by, of = aliased(Person), aliased(Person)
    query = (
        select(Look.at, by.ref, by.name, Look.what, of.ref)
        .join(by, by.id == Look.by_id)
        .outerjoin(of, of.id == Look.of_id)
        .where(Look.at <= now)
    )
    for at, ref, name, what, whose in store.execute(query):
        thing = f"person {whose}" if whose else what
        yield at.astimezone(here), ref, name, LOOKED, None, thing


def _did(verb: str, noun: str, about: str) -> tuple[Cell, Cell, Cell]:
    """What was done, the pack that it was done with, and the thing that was refused."""
    if verb != REFUSED:
        return DID[verb, noun], about if noun == "pack" else None, None
    if noun == UNKNOWN:
        return NOT_THERE, None, None
    return WAS_REFUSED, None, f"{noun} {about}"
