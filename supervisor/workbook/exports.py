"""An export: every sheet as texts, in the order of their records."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from supervisor.identity import shared_parts
from supervisor.models import Store
from supervisor.workbook.book import Book
from supervisor.workbook.columns import Column
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
            "" if _withheld(column, record) else _text(book, column, record)
            for column in sheet.columns
        ]


def _withheld(column: Column, record: Any) -> bool:
    """A part of who somebody is is unseen until they share it, in a file as on a page."""
    return column.private is not None and column.private not in shared_parts(record)


def _text(book: Book, column: Column, record: Any) -> str:
    return str(column.cell.text((column.show or column.get)(record, book)))
