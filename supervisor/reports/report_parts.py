"""A report narrowed to what was asked for: its rows of some entitlements, cells or days."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select

from supervisor.models import Entitlement, Store
from supervisor.reports import report_asks
from supervisor.reports.report_asks import Ask
from supervisor.rules.regions import region_name
from supervisor.spreadsheets import Cell, Table

Whole = Callable[[Store, datetime], Table]
Made = Callable[[Store, datetime, Ask], Table]


def by_entitlement(report: Whole, day: str = "") -> Made:
    """Its rows about the entitlements that are asked for, on the days of that column."""

    def made(store: Store, now: datetime, ask: Ask) -> Table:
        return _on(about(report(store, now), _kept(store, ask)), ask, day)

    return made


def _kept(store: Store, ask: Ask) -> set[str] | None:
    """Their ids; None for all, with what is about nobody's."""
    if not (ask.employer or ask.kind or ask.region):
        return None
    return set(store.scalars(select(Entitlement.ref).where(report_asks.of_entitlements(ask))))


def about(table: Table, kept: Collection[str] | None) -> Table:
    """Its rows about these entitlements; None for all."""
    if kept is None:
        return table
    at = table.columns.index("entitlement")
    return replace(table, rows=[row for row in table.rows if row[at] in kept])


def by_cells(report: Whole, day: str = "") -> Made:
    """Its rows that say themselves which employer, kind or region they are of."""

    def made(store: Store, now: datetime, ask: Ask) -> Table:
        table = report(store, now)
        for column, wanted in _wanted(ask).items():
            if wanted is not None and column in table.columns:
                at = table.columns.index(column)
                table = replace(table, rows=[row for row in table.rows if row[at] == wanted])
        return _on(table, ask, day)

    return made


def _wanted(ask: Ask) -> dict[str, str | None]:
    return {
        "employer": ask.employer.name if ask.employer else None,
        "kind": ask.kind,
        "region": str(region_name(ask.region)) if ask.region else None,
    }


def _on(table: Table, ask: Ask, day: str) -> Table:
    if not day or not (ask.since or ask.until):
        return table
    at = table.columns.index(day)
    return replace(table, rows=[row for row in table.rows if ask.holds(_day(row[at]))])


def _day(cell: Cell) -> date:
    """The day of a cell; what has none was there before any."""
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else date.min


def of_periods(report: Whole) -> Made:
    """The periods that go on after the first day asked for, counted up to the end of the last."""

    def made(store: Store, now: datetime, ask: Ask) -> Table:
        then = report_asks.cut_off(store, ask, now)
        table = about(report(store, then), _kept(store, ask))
        at, since = table.columns.index("ends_on"), ask.since or date.min
        return replace(table, rows=[row for row in table.rows if _day(row[at]) >= since])

    return made
