"""A table as a file: CSV, spreadsheet or JSON, with its cut-off and what its words mean."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from supervisor.errors import NotFound
from supervisor.rules.words import N_, Words

Cell = str | int | float | bool | date | datetime | None
Say = Callable[[Words], str]
ABOUT = "about"
NO_FORMAT = N_("There is no such format: %(form)s.")
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Table:
    """A report: the instant up to which it counts, in the hub's zone, and what its words mean."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    as_at: datetime
    notes: tuple[Words, ...]


@dataclass(frozen=True)
class Format:
    """A kind of file: how it is written and what a browser calls it."""

    write: Callable[[Table, Say], bytes]
    media_type: str


def write(table: Table, form: str, say: Say = str) -> bytes:
    """The table as a file; `say` puts its notes into the reader's language."""
    return format_of(form).write(table, say)


def format_of(form: str) -> Format:
    """The format by its name; what is none is not found."""
    if form not in FORMATS:
        raise NotFound(NO_FORMAT, form=form)
    return FORMATS[form]


def to_csv(table: Table, say: Say) -> bytes:
    """UTF-8 with a mark, so that Excel reads macrons. The notes stand in a last column, one beside
    each row: whoever counts, sorts or filters the rows meets no line that is none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    heading, beside = _beside(_notes(table, say), len(table.rows))
    writer.writerow([*table.columns, heading])
    writer.writerows(
        [_harmless(_plain(cell)) for cell in (*row, note)]
        for row, note in zip(table.rows, beside, strict=True)
    )
    return text.getvalue().encode("utf-8-sig")


def _beside(notes: list[str], rows: int) -> tuple[str, list[str]]:
    """What heads the last column, and what stands in it beside each row. The last row has all
    that is left; where there is none, the heading says it."""
    if not rows:
        return " ".join([f"{ABOUT}:", *notes]), []
    *one_each, _ = notes[:rows] + [""] * (rows - len(notes))
    return ABOUT, [*one_each, " ".join(notes[rows - 1 :])]


def to_xlsx(table: Table, say: Say) -> bytes:
    """The rows on one sheet, the cut-off and the definitions on another."""
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "Table"
    _fill(sheet, [table.columns, *(map(_typed, row) for row in table.rows)])
    sheet.freeze_panes = "A2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    _fill(book.create_sheet("About"), [[line] for line in (table.title, *_notes(table, say))])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def to_json(table: Table, say: Say) -> bytes:
    """Values as they are: nothing opens JSON as formulas."""
    whole = {
        "title": table.title,
        "as_at": table.as_at,
        "columns": table.columns,
        "rows": [dict(zip(table.columns, row, strict=True)) for row in table.rows],
        "notes": _notes(table, say),
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1, default=_plain) + "\n").encode()


FORMATS = {
    "csv": Format(to_csv, "text/csv; charset=utf-8"),
    "xlsx": Format(to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": Format(to_json, "application/json"),
}


def _notes(table: Table, say: Say) -> list[str]:
    cut_off = Words(
        N_("Counted up to %(when)s."), {"when": table.as_at.isoformat(timespec="minutes")}
    )
    return [say(note) for note in (cut_off, *table.notes)]


def _plain(cell: Any) -> Any:
    """Days and instants in ISO form, nothing as an empty cell; numbers as they are."""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else cell


def _typed(cell: Cell) -> Any:
    """Days stay days for a spreadsheet; it knows no zones, so an instant is text."""
    kept = cell if type(cell) is date else _plain(cell)
    return _harmless(ILLEGAL_CHARACTERS_RE.sub("", kept) if isinstance(kept, str) else kept)


def _harmless(cell: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    runs = isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA)
    return f"'{cell}" if runs else cell


def _fill(sheet: Any, rows: Sequence[Any]) -> None:
    for row in rows:
        sheet.append(list(row))
