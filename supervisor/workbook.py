"""The workbook: a hub's people, agreements and sessions as a spreadsheet, in and out."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from supervisor import audit
from supervisor.models import Store
from supervisor.settings import read
from supervisor.workbook_book import Book
from supervisor.workbook_clashes import find_clashes
from supervisor.workbook_draft import Draft, draft, load
from supervisor.workbook_faults import Count, Fault, Report, WorkbookRefused
from supervisor.workbook_land import land
from supervisor.workbook_managers import ask_about_managers
from supervisor.workbook_read import WorkbookSettings, read_raw
from supervisor.workbook_rows import Sheet
from supervisor.workbook_sheets import SHEETS
from supervisor.workbook_write import Written, write_sheets

__all__ = ["Fault", "Report", "WorkbookRefused", "export_workbook", "import_workbook"]


def import_workbook(
    store: Store,
    path: Path,
    now: datetime,
    *,
    add_words: bool = False,
    dry_run: bool = False,
) -> Report:
    """Bring a workbook in, all of it or nothing; `WorkbookRefused` names every bad cell.

    A blank never erases. A cell that was edited here since the last import stays and is listed.
    """
    raws = read_raw(Path(path), read(store, WorkbookSettings), SHEETS)
    with store.no_autoflush:
        made = draft(Book(store, now, add_words=add_words), raws, Report(dry_run=dry_run))
        find_clashes(made)
    if made.faults:
        raise WorkbookRefused(_in_order(made.faults), list(made.book.new_words))
    ask_about_managers(made)
    _count(made)
    if not dry_run:
        _keep(made)
    return made.report


def _in_order(faults: list[Fault]) -> list[Fault]:
    def place(fault: Fault) -> tuple[int, int, int]:
        columns = list(SHEETS[fault.sheet].by_name)
        at = columns.index(fault.column) if fault.column in columns else len(columns)
        return list(SHEETS).index(fault.sheet), fault.row, at

    return sorted(faults, key=place)


def _count(made: Draft) -> None:
    asked = {id(row) for row, _ in made.to_ask}
    for name, rows in made.rows.items():
        count = made.report.counts[name] = Count()
        for row in rows:
            if row.record is None and not row.left_out:
                count.new += 1
            elif row.changes or id(row) in asked:
                count.changed += 1
            else:
                count.same += 1
    made.report.new_words = list(made.book.new_words)


def _keep(made: Draft) -> None:
    land(made)
    if made.report.changes:
        audit.record(made.book.store, made.book.now, None, "import", "workbook", "")
        made.book.store.flush()


def export_workbook(store: Store, path: Path, now: datetime) -> dict[str, int]:
    """Write every sheet; an import of it changes nothing. The rows of each sheet."""
    book = Book(store, now)
    rows = {name: list(_texts(book, sheet)) for name, sheet in SHEETS.items()}
    write_sheets(Path(path), [_written(sheet, rows[sheet.name]) for sheet in SHEETS.values()])
    return {name: len(several) for name, several in rows.items()}


def _written(sheet: Sheet, rows: list[list[str]]) -> Written:
    return Written(
        sheet.name,
        [column.name for column in sheet.columns],
        [column.cell.number for column in sheet.columns],
        rows,
    )


def _texts(book: Book, sheet: Sheet) -> Iterator[list[str]]:
    for record in load(book, sheet):
        yield [
            "" if column.private and not _agreed(record) else _text(book, column, record)
            for column in sheet.columns
        ]


def _agreed(person: Any) -> bool:
    """Identity is unseen until its owner has agreed, in a file as on a page."""
    return person.identity is not None and person.identity.agreed_on is not None


def _text(book: Book, column: Any, record: Any) -> str:
    return str(column.cell.text((column.show or column.get)(record, book)))
