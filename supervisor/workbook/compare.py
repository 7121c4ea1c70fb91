"""What a row would change: its record is found, and every cell held against it."""

from hashlib import blake2b

from supervisor.rules.words import N_, Words
from supervisor.workbook.columns import Column
from supervisor.workbook.draft import Draft
from supervisor.workbook.rows import Row, Sheet, key_text, open_to_all
from supervisor.workbook.sheets import SHEETS


def compare(made: Draft) -> None:
    """Fill each row's record and changes."""
    for name in made.rows:
        _compare(made, SHEETS[name])


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
        before = None if remembered is None else remembered.get(column.name, EMPTY)
        _differ(made, sheet, row, column, before)


def _pair_new(made: Draft, sheet: Sheet, row: Row, *, removed: bool) -> None:
    """A row that came before and is gone was taken away here: that is a newer edit too, and
    where its owner may have done so in private, nothing is said of it."""
    if removed:
        row.left_out = True
        if sheet.private is open_to_all:
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
    else:
        row.changes[column.name] = given


def fingerprint(text: str) -> str:
    """Enough to see that a cell changed, without keeping what it said."""
    return blake2b(text.encode(), digest_size=8).hexdigest()


EMPTY = fingerprint("")
