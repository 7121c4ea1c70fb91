"""Ids and words are those that the hub or this file knows; a town may stand for a place."""

from typing import Any

from supervisor import localities
from supervisor.rules.words import N_, Words
from supervisor.workbook.columns import Column
from supervisor.workbook.draft import Draft
from supervisor.workbook.rows import Row, Sheet
from supervisor.workbook.sheets import SHEETS


def resolve(made: Draft) -> None:
    """References may point to any sheet of the file, so all of it has been read before."""
    for name in made.rows:
        _resolve(made, SHEETS[name])


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
    known = [
        s for s in column.refers if given in made.by_id.get(s, ()) or given in made.book.ids[s]
    ]
    if len(known) > 1:
        twice = f"{given} is the id of a row in {' and '.join(known)}; taken as {known[0]}"
        made.report.notes.append(f"{sheet.name}, row {row.number}, {column.name}: {twice}")
    if known:
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
        named = str(column.vocabulary)
        facts = {"list": named, "words": ", ".join(fresh)}
        right = Words(N_("words of the list %(list)s; %(words)s is new (--add-words)"), facts)
        made.fault(sheet.name, row, column.name, right, [(named, word) for word in fresh])
