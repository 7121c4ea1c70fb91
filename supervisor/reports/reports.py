"""The reports, by name. Each gives a `Table` with its cut-off and its definitions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from supervisor.models import Store
from supervisor.reports.pseudonyms import without_names
from supervisor.reports.report_access import access_log
from supervisor.reports.report_answers import answers
from supervisor.reports.report_capacity import capacity_table
from supervisor.reports.report_delivery import delivery
from supervisor.reports.report_evidence import evidence
from supervisor.reports.report_exceptions import exceptions
from supervisor.reports.report_programme import programme
from supervisor.reports.report_team import Team, TeamRow, seen_by_managers, team, team_table
from supervisor.spreadsheets import Table

__all__ = [
    "REPORTS",
    "ReportSettings",
    "Table",
    "Team",
    "TeamRow",
    "delivery",
    "evidence",
    "exceptions",
    "seen_by_managers",
    "team",
    "team_table",
    "without_names",
]


@dataclass(frozen=True)
class ReportSettings:
    """How many rows of a report one page shows; a file always holds them all."""

    rows: int = 40


REPORTS: dict[str, Callable[[Store, datetime], Table]] = {
    "delivery": delivery,
    "evidence": evidence,
    "answers": answers,
    "capacity": capacity_table,
    "exceptions": exceptions,
    "programme": programme,
    "access": access_log,
}
"""What the hub may export; a new report is one line here."""
