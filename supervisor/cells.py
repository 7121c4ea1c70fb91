"""A report's table as it is read on a page or on paper: its columns and cells in words."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _

from supervisor.rules.fit_rules import ROOM, RULES
from supervisor.rules.words import N_
from supervisor.wording import any_kind, clock_time, language, setting_name

BROKEN = {rule.name: rule.except_ for rule in (*RULES, *ROOM) if rule.except_}
"""What is so where a rule does not hold."""

CODES = {
    "counts_as", "did", "kind", "membership", "mode", "outcome", "payer", "question", "role",
    "rule", "standing", "state",
}  # fmt: skip
"""Columns whose values are codes of the closed lists."""

SAID = {"heading", "what"}
"""Columns of sentences of ours, and of kinds."""

CENTS = "_cents"
DOLLARS = N_("%(what)s, in dollars")


def column_name(column: str) -> str:
    """A column as it is called; an amount is kept in cents and read in dollars."""
    if column.endswith(CENTS):
        return str(_(DOLLARS, what=setting_name(column.removesuffix(CENTS))))
    return setting_name(column)


def cell(value: Any, column: str = "") -> str:
    """A cell as it is read: days and times in words, a code as its words."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{_day(value)} {clock_time(value)}"
    if isinstance(value, date):
        return _day(value)
    if column.endswith(CENTS):
        return f"{value / 100:,.2f}"
    return _word(str(value), column)


def _day(value: date) -> str:
    return str(format_date(value, "d MMM y", locale=language()))


def _word(value: str, column: str) -> str:
    if column == "kind":
        return any_kind(value)
    if column in SAID:
        return str(_(any_kind(value)))
    if column == "rule" and value in BROKEN:
        return str(_(BROKEN[value]))
    return setting_name(value) if column in CODES else value


FILTERS = {"cell": cell, "column_name": column_name}
