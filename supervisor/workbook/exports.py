"""An export: every sheet as texts, in the order of their records."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from supervisor.models import Store
from supervisor.workbook.book import Book
from supervisor.workbook.draft import load
from supervisor.workbook.rows import Sheet
from supervisor.workbook.sheets import SHEETS
from supervisor.workbook.write import Written, write_sheets


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
        if sheet.private(record):
            continue
        yield [
            "" if column.private and not _agreed(record) else _text(book, column, record)
            for column in sheet.columns
        ]


def _agreed(person: Any) -> bool:
    """Identity is unseen until its owner has agreed, in a file as on a page."""
    return person.identity is not None and person.identity.agreed_on is not None


def _text(book: Book, column: Any, record: Any) -> str:
    return str(column.cell.text((column.show or column.get)(record, book)))
