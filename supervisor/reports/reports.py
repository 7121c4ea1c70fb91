"""The reports, by name. Each gives a `Table` with its cut-off and its definitions."""

from dataclasses import dataclass, replace
from datetime import datetime

from supervisor.models import Store
from supervisor.reports import report_asks
from supervisor.reports.pseudonyms import without_names
from supervisor.reports.report_access import access_log
from supervisor.reports.report_answers import answers
from supervisor.reports.report_asks import ALL, Ask
from supervisor.reports.report_capacity import capacity_table
from supervisor.reports.report_card import card_table
from supervisor.reports.report_delivery import delivery
from supervisor.reports.report_evidence import evidence
from supervisor.reports.report_exceptions import exceptions
from supervisor.reports.report_groups import group_register
from supervisor.reports.report_parts import Made, by_cells, by_entitlement, of_periods
from supervisor.reports.report_programme import programme
from supervisor.reports.report_pulse import pulse_table
from supervisor.reports.report_spend import spend
from supervisor.reports.report_team import (
    Team,
    TeamRow,
    people_of_team,
    seen_by_managers,
    team,
    team_table,
)
from supervisor.rules.programme import Step
from supervisor.rules.words import N_
from supervisor.spreadsheets import Table

__all__ = [
    "REPORTS",
    "WITHOUT_NAMES",
    "Report",
    "ReportSettings",
    "Table",
    "Team",
    "TeamRow",
    "delivery",
    "evidence",
    "exceptions",
    "people_of_team",
    "seen_by_managers",
    "team",
    "team_table",
    "without_names",
]


@dataclass(frozen=True)
class ReportSettings:
    """How many rows of a report one page shows; a file always holds them all."""

    rows: int = 40


@dataclass(frozen=True)
class Report:
    """A report: what it is called, what is in it, how it is made, and by what it is narrowed.
    `first`: the columns that its page shows at first, where all of them are too many to read."""

    title: str
    about: str
    made: Made
    by: tuple[str, ...]
    first: tuple[str, ...] = ()

    def __call__(self, store: Store, now: datetime, ask: Ask = ALL) -> Table:
        """The table, which says what it was narrowed to."""
        table = self.made(store, now, ask)
        return replace(table, notes=(*ask.words(), *table.notes))

    def at_first(self, table: Table) -> Table:
        """The columns that are read at once, on a screen and on a sheet of paper."""
        return _columns(table, self.first or table.columns)

    def in_full(self, table: Table) -> Table:
        """Every column; what tells one row from the next comes first, and stays in sight."""
        return _columns(table, tuple(dict.fromkeys((*self.first[:1], *table.columns))))


def _columns(table: Table, names: tuple[str, ...]) -> Table:
    at = [table.columns.index(one) for one in names]
    return replace(table, columns=names, rows=[tuple(row[n] for n in at) for row in table.rows])


DAYS = report_asks.DAYS
OWED = ("employer", "kind", "region")
REPORTS: dict[str, Report] = {
    "card": Report(
        N_("Report card"),
        N_("How much did we do, how well, and to what effect? One page, without names."),
        card_table,
        DAYS,
    ),
    "delivery": Report(
        N_("Delivery register"),
        N_("Each person and kind: what is contracted, expected, held and delivered."),
        of_periods(delivery),
        (*OWED, *DAYS),
        (
            "name",
            "kind",
            "contracted",
            "expected",
            "held",
            "delivered",
            "booked",
            "standing",
            "last_held",
            "next_booked",
        ),
    ),
    "evidence": Report(
        N_("Evidence log"),
        N_("Each session: when, how long, and who confirmed it. No text."),
        by_entitlement(evidence, "starts_at"),
        (*OWED, *DAYS),
        (
            "session",
            "starts_at",
            "minutes",
            "kind",
            "mode",
            "outcome",
            "delivered",
            "worker_confirmed_at",
            "provider_confirmed_at",
        ),
    ),
    "answers": Report(
        N_("Answers"),
        N_("What each of the two said of a session, with what was put right later."),
        by_entitlement(answers, "at"),
        (*OWED, *DAYS),
    ),
    "groups": Report(
        N_("Group register"),
        N_("Each group: who leads it, its seats, and what became of its meetings."),
        group_register,
        ("group_kind", "region", *DAYS),
        (
            "name",
            "kind",
            "facilitator_name",
            "members",
            "cap",
            "waiting",
            "planned",
            "met",
            "called_off",
            "ahead",
            "mean_attendance",
        ),
    ),
    "spend": Report(
        N_("Spend"),
        N_("What delivered sessions cost, by who pays. For the hub alone."),
        spend,
        (*OWED, *DAYS),
        (
            "payer",
            "organisation",
            "kind",
            "minutes",
            "prices_from",
            "sessions_delivered",
            "price_cents",
            "fees_cents",
            "total_cents",
            "held_not_counted",
        ),
    ),
    "capacity": Report(
        N_("Capacity"),
        N_("Each provider: how many they support, what is free, and the months ahead."),
        by_cells(capacity_table),
        ("kind", "region"),
        (
            "name",
            "kind",
            "place",
            "capacity",
            "people",
            "free",
            "hours_a_year",
            "hours_taken",
            "away_until",
            "vetted_until",
        ),
    ),
    "programme": Report(
        N_("Programme checklist"),
        N_("Each job: the steps for a new worker, the buddy, and the last 1:1 with the manager."),
        by_cells(programme),
        ("employer",),
        ("name", "employer", *Step, "catch_up_due_since"),
    ),
    "pulse": Report(
        N_("Three short questions"),
        N_("What workers said of their support, in numbers of each quarter. No names."),
        by_cells(pulse_table, "from"),
        DAYS,
    ),
    "access": Report(
        N_("Access log"),
        N_("Who signed in and out, made or ended a calendar, and took files out."),
        by_cells(access_log, "at"),
        DAYS,
    ),
    "exceptions": Report(
        N_("Exceptions"),
        N_("Each rule that is set aside or broken: since when, by whom, why, and until when."),
        by_entitlement(exceptions),
        OWED,
        ("rule", "state", "name", "kind", "since", "owner", "reason", "until"),
    ),
}
"""What the hub may export; a new report is one entry here."""
WITHOUT_NAMES = {"card", "spend", "pulse"}
"""Those that say nothing of anybody."""
