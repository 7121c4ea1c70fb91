"""Texts become values, sheet by sheet; what no cell can hold is named."""

from collections.abc import Iterator

from supervisor.rules.words import N_, Words
from supervisor.workbook.columns import Column
from supervisor.workbook.draft import Draft
from supervisor.workbook.faults import Wrong
from supervisor.workbook.read import Raw
from supervisor.workbook.rows import Row, Sheet
from supervisor.workbook.sheets import SHEETS

BROKEN = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#SPILL!", "#VALUE!"}


def read_values(made: Draft, raws: list[Raw]) -> None:
    """Fill the draft's rows; what has an unknown name is reported and left."""
    made.report.notes += [f"{raw.name}: unknown sheet" for raw in raws if raw.name not in SHEETS]
    by_name = {raw.name: raw for raw in raws}
    for name, sheet in SHEETS.items():
        if name in by_name:
            _read_sheet(made, sheet, by_name[name])


def _read_sheet(made: Draft, sheet: Sheet, raw: Raw) -> None:
    made.report.notes += [
        f"{raw.name}, {column}: unknown column"
        for column in raw.header
        if column and column not in sheet.by_name
    ]
    for at, column in enumerate(raw.header):
        if not column and any(at < len(texts) and texts[at] for _, texts in raw.rows):
            made.report.notes.append(f"{raw.name}, column {at + 1}: no name in the header")
    missing = [column for column in sheet.required if column not in raw.header]
    twice = {column for column in raw.header if column and raw.header.count(column) > 1}
    head = Row(1, {})
    for column in missing:
        made.fault(sheet.name, head, column, Words(N_("this column, which the sheet needs")))
    for column in sorted(twice):
        made.fault(sheet.name, head, column, Words(N_("this column only once")))
    made.rows[sheet.name] = [] if missing or twice else list(_read_rows(made, sheet, raw))
    made.by_id[sheet.name] = {
        row.values["id"]: row
        for row in reversed(made.rows[sheet.name])
        if row.values.get("id") and not _removed(made, sheet, row.values["id"])
    }


def _removed(made: Draft, sheet: Sheet, id_: str) -> bool:
    """It came before and is gone, so nothing can refer to it."""
    return (sheet.name, id_) in made.memory and id_ not in made.book.ids.get(sheet.name, (id_,))


def _read_rows(made: Draft, sheet: Sheet, raw: Raw) -> Iterator[Row]:
    columns = [(at, sheet.by_name.get(name)) for at, name in enumerate(raw.header)]
    for number, texts in raw.rows:
        row = Row(number, dict(zip(raw.header, texts, strict=False)))
        for at, column in columns:
            if column is not None and at < len(texts) and texts[at]:
                _read_cell(made, sheet, row, column)
        if beyond := [text for text in texts[len(raw.header) :] if text]:
            row.texts["after the last column"] = beyond[0]
            made.fault(sheet.name, row, "after the last column", Words(N_("nothing")))
        yield row


def _read_cell(made: Draft, sheet: Sheet, row: Row, column: Column) -> None:
    given = row.texts[column.name]
    try:
        if given in BROKEN:
            raise Wrong(N_("a value; the spreadsheet could not work this one out"))
        row.values[column.name] = column.cell.read(given)
    except Wrong as wrong:
        made.fault(sheet.name, row, column.name, wrong.right)
