"""The programme checklist: what each workplace has done for its own workers, by date alone."""

from collections.abc import Iterator
from datetime import datetime

from supervisor import workplace
from supervisor.models import Store
from supervisor.reports.pseudonyms import NAMED
from supervisor.rules.programme import Step
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.zones import today, zone

COLUMNS = (
    "person", "name", "employer", "role", "fte", "compulsory", *Step, "buddy_since",
    "last_catch_up", "catch_up_due_since",
)  # fmt: skip
NOTES = (
    Words(
        N_(
            "The dates were written down by the worker, their manager or the hub. None of it "
            "counts as supervision."
        )
    ),
    Words(N_("Compulsory: the job has as many days a week as the hub's rule asks for, or more.")),
    Words(N_("Due: longer since the last 1:1 than the hub's rule has it, leave left out.")),
)


def programme(store: Store, now: datetime) -> Table:
    """One row for each job on the day."""
    here = read(store, HubSettings).time_zone
    rows = list(_rows(store, now, here))
    at = now.astimezone(zone(here))
    return Table(N_("Programme checklist"), COLUMNS, rows, at, (*NOTES, NAMED))


def _rows(store: Store, now: datetime, here: str) -> Iterator[tuple[Cell, ...]]:
    for work in workplace.everybody(store, today(now, here)):
        job = work.job
        yield (
            job.person.ref,
            job.person.name,
            job.organisation.name,
            job.role,
            job.fte,
            work.compulsory,
            *(work.steps[step] for step in Step),
            work.buddy.since_on if work.buddy else None,
            work.held[0].held_on if work.held else None,
            work.overdue,
        )
