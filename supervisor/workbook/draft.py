"""A workbook on its way into the hub: its rows beside the records, and every fault."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select

from supervisor.models import Imported
from supervisor.rules.words import Words
from supervisor.workbook.book import Book
from supervisor.workbook.faults import Fault, Report
from supervisor.workbook.rows import Row, Sheet
from supervisor.workbook.sheets import SHEETS


@dataclass
class Draft:
    """The file's rows beside the hub's records, sheet by sheet."""

    book: Book
    report: Report
    names: list[str]
    faults: list[Fault] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    by_id: dict[str, dict[str, Row]] = field(default_factory=dict)
    records: dict[str, dict[tuple[str, ...], Any]] = field(default_factory=dict)
    asks: list[tuple[Row, str]] = field(default_factory=list)
    to_ask: list[tuple[Row, str]] = field(default_factory=list)

    def fault(
        self,
        sheet: str,
        row: Row,
        column: str,
        right: Words,
        new_words: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Name a bad cell; only the first fault of a cell counts."""
        if column not in row.bad:
            row.bad.add(column)
            given, words = row.texts.get(column, ""), tuple(new_words)
            self.faults.append(Fault(sheet, row.number, column, given, right, words))

    @cached_property
    def memory(self) -> dict[tuple[str, str], dict[str, str]]:
        """Fingerprints of each row of the file's sheets as the last import left it; a cell without
        one was empty."""
        rows = self.book.store.execute(
            select(Imported.sheet, Imported.key, Imported.cells).where(
                Imported.sheet.in_(self.names)
            )
        )
        return {(sheet, key): cells for sheet, key, cells in rows}

    def existing(self, sheet: Sheet) -> dict[tuple[str, ...], Any]:
        """The hub's records of a sheet by their keys, loaded once."""
        if sheet.name not in self.records:
            self.records[sheet.name] = {
                sheet.key_of(record, self.book): record for record in load(self.book, sheet)
            }
        return self.records[sheet.name]

    def everything(self, name: str, *columns: str) -> Iterator[tuple[Row | None, list[Any]]]:
        """What these columns will say of every row of a sheet: those of the file without a fault
        in them, then those that only the hub has (None)."""
        for row in self.rows.get(name, []):
            if not row.left_out and not row.bad & set(columns):
                yield row, [row.value(column) for column in columns]
        in_file = {row.key for row in self.rows.get(name, [])}
        read = [SHEETS[name].by_name[column].get for column in columns]
        for key, record in self.existing(SHEETS[name]).items():
            if key not in in_file:
                yield None, [get(record, self.book) for get in read]

    def look(self, sheet: str, id_: str, column: str) -> Any:
        """What a cell of another row will say: the file's value, else the hub's."""
        row = self.by_id.get(sheet, {}).get(id_)
        given = row.values.get(column) if row else None
        if given is not None or id_ not in self.book.ids.get(sheet, (id_,)):
            return given
        record = self.existing(SHEETS[sheet]).get((id_,))
        return SHEETS[sheet].by_name[column].get(record, self.book) if record else None


def load(book: Book, sheet: Sheet) -> Iterable[Any]:
    """Every record of a sheet with what its columns read, in a stable order."""
    query = select(sheet.record).options(*sheet.load)
    if sheet.only is not None:
        query = query.where(sheet.only)
    return book.store.scalars(query.order_by(*sheet.record.__table__.primary_key))
