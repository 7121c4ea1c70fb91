"""A workbook read against the hub: its values, what differs, and every fault. Writes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Any

from sqlalchemy import select

from supervisor import localities
from supervisor.models import Imported
from supervisor.rules.words import N_, Words
from supervisor.workbook.book import Book
from supervisor.workbook.columns import Column
from supervisor.workbook.faults import Fault, Report, Wrong
from supervisor.workbook.read import Raw
from supervisor.workbook.rows import Row, Sheet, key_text
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

    def fault(self, sheet: str, row: Row, column: str, right: Words) -> None:
        """Name a bad cell; only the first fault of a cell counts."""
        if column not in row.bad:
            row.bad.add(column)
            self.faults.append(Fault(sheet, row.number, column, row.texts.get(column, ""), right))

    @cached_property
    def memory(self) -> dict[tuple[str, str], dict[str, str]]:
        """What the last import said of each row of these sheets, as fingerprints."""
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


def draft(book: Book, raws: list[Raw], report: Report) -> Draft:
    """Read every sheet, then compare it; references may point to any sheet of the file."""
    known = [raw for raw in raws if raw.name in SHEETS]
    made = Draft(book, report, [raw.name for raw in known])
    report.notes += [f"{raw.name}: unknown sheet" for raw in raws if raw.name not in SHEETS]
    for raw in sorted(known, key=lambda raw: list(SHEETS).index(raw.name)):
        _read_sheet(made, SHEETS[raw.name], raw)
    for name in made.rows:
        _resolve(made, SHEETS[name])
    for name in made.rows:
        _compare(made, SHEETS[name])
    return made


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
    try:
        row.values[column.name] = column.cell.read(row.texts[column.name])
    except Wrong as wrong:
        made.fault(sheet.name, row, column.name, wrong.right)


def _resolve(made: Draft, sheet: Sheet) -> None:
    """References and words are those that the hub or this file knows."""
    for row in made.rows[sheet.name]:
        for column in sheet.columns:
            given = row.values.get(column.name)
            if given is None or given == ():
                continue
            if column.refers:
                _resolve_reference(made, sheet, row, column, given)
            elif column.vocabulary:
                _resolve_words(made, sheet, row, column, given)


def _resolve_reference(made: Draft, sheet: Sheet, row: Row, column: Column, given: str) -> None:
    if any(given in made.by_id.get(s, ()) or given in made.book.ids[s] for s in column.refers):
        return
    town = localities.find(given) if column.refers == ("places",) else None
    if town is None:
        made.fault(sheet.name, row, column.name, _known_ids(column))
        return
    row.values[column.name] = town.ref
    if town.ref not in made.book.ids["places"] and town.ref not in made.by_id.get("places", ()):
        made.book.new_places[town.ref] = town


def _known_ids(column: Column) -> Words:
    if column.refers == ("places",):
        return Words(N_("the id of a row in places, or a town of New Zealand or Australia"))
    where = " or ".join(column.refers)
    return Words(N_("the id of a row in %(where)s"), {"where": where})


def _resolve_words(made: Draft, sheet: Sheet, row: Row, column: Column, given: Any) -> None:
    words = given if column.cell.many else (given,)
    known = [made.book.spell(str(column.vocabulary), word) for word in words]
    fresh = [word for word in known if (column.vocabulary, word) in made.book.new_words]
    row.values[column.name] = tuple(dict.fromkeys(known)) if column.cell.many else known[0]
    if fresh and not made.book.add_words:
        facts = {"list": str(column.vocabulary), "words": ", ".join(fresh)}
        right = Words(N_("words of the list %(list)s; %(words)s is new (--add-words)"), facts)
        made.fault(sheet.name, row, column.name, right)


def _compare(made: Draft, sheet: Sheet) -> None:
    first: dict[tuple[str, ...], Row] = {}
    for row in made.rows[sheet.name]:
        for column, right in sheet.prepare(row, made.look, made.book):
            made.fault(sheet.name, row, column, right)
        row.key = _key(sheet, row)
        if not all(row.key):
            _need(made, sheet, row)
        elif (before := first.setdefault(row.key, row)) is not row:
            right = Words(N_("only once; row %(row)d has it already"), {"row": before.number})
            made.fault(sheet.name, row, _told_by(sheet), right)
        else:
            _pair(made, sheet, row)
        for check in sheet.checks:
            for column, right in check(row, made.look):
                made.fault(sheet.name, row, column, right)


def _told_by(sheet: Sheet) -> str:
    """The column at which a row that is there twice is named."""
    return sheet.key[0] if len(sheet.key) == 1 else sheet.key[1]


def _key(sheet: Sheet, row: Row) -> tuple[str, ...]:
    def one(name: str) -> str:
        value = row.values.get(name)
        return sheet.by_name[name].cell.canonical(
            sheet.defaults.get(name) if value is None else value
        )

    return tuple(map(one, sheet.key))


def _pair(made: Draft, sheet: Sheet, row: Row) -> None:
    row.record = made.existing(sheet).get(row.key)
    remembered = made.memory.get((sheet.name, key_text(row.key)))
    if row.record is None:
        _pair_new(made, sheet, row, removed=remembered is not None)
        return
    for column in sheet.columns:
        row.held[column.name] = column.get(row.record, made.book)
        _differ(made, sheet, row, column, (remembered or {}).get(column.name))


def _pair_new(made: Draft, sheet: Sheet, row: Row, *, removed: bool) -> None:
    """A row that came before and is gone was taken away here: that is a newer edit too."""
    if removed:
        row.left_out = True
        made.report.kept.append(f"{sheet.name}, {' '.join(row.key)} was removed here since")
        return
    _need(made, sheet, row)
    row.held = dict(sheet.defaults)
    row.changes = {name: v for name, v in row.values.items() if v is not None and v != ()}


def _need(made: Draft, sheet: Sheet, row: Row) -> None:
    for name in sheet.required:
        if row.values.get(name) is None:
            made.fault(sheet.name, row, name, Words(N_("a value; it is needed")))


def _differ(made: Draft, sheet: Sheet, row: Row, column: Column, remembered: str | None) -> None:
    """A blank never erases; what was edited here since the last import stays."""
    given = row.values.get(column.name)
    if given is None or given == ():
        return
    here = column.cell.canonical(row.held[column.name])
    there = column.cell.canonical(given)
    if here == there:
        return
    if remembered is not None and remembered != fingerprint(here):
        row.values[column.name] = None
        facts = "" if column.private else f": {here or 'empty'} stays, the file says {there}"
        made.report.kept.append(
            f"{sheet.name}, {' '.join(row.key)}, {column.name} was edited here since{facts}"
        )
    elif column.asks and here:
        row.values[column.name] = None
        made.asks.append((row, given))
    else:
        row.changes[column.name] = given


def fingerprint(text: str) -> str:
    """Enough to see that a cell changed, without keeping what it said."""
    return blake2b(text.encode(), digest_size=8).hexdigest()
