"""Columns: where a cell of the workbook lands in the records, and how it is read back."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from supervisor.rules.kinds import Part, Vocabulary
from supervisor.workbook.book import Book
from supervisor.workbook.cells import REF, Cell, text

Get = Callable[[Any, Book], Any]
Put = Callable[[Any, Any, Book], None]


@dataclass(frozen=True)
class Column:
    """One column: its cell, how a record gives its value and takes one.

    `refers` names the sheets whose ids it may hold; `vocabulary` the list whose words. `show`
    differs from `get` where the file says a value otherwise. `private` names the part of who
    somebody is that is not exported unless they share it.
    """

    name: str
    cell: Cell
    get: Get
    put: Put
    required: bool = False
    refers: tuple[str, ...] = ()
    vocabulary: Vocabulary | None = None
    show: Get | None = None
    private: Part | None = None


def field(name: str, cell: Cell, attribute: str = "", *, required: bool = False) -> Column:
    """A value that is kept as it is; a list in JSON."""
    where = attribute or name
    return Column(
        name,
        cell,
        get=lambda record, _book: _plain(getattr(record, where)),
        put=lambda record, value, _book: setattr(
            record, where, list(value) if cell.many else value
        ),
        required=required,
    )


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def link(name: str, sheet: str, attribute: str = "", *, required: bool = False) -> Column:
    """The id of a row of another sheet."""
    where = attribute or f"{name}_id"
    read = attrgetter(where)
    return Column(
        name,
        REF,
        get=lambda record, book: book.ref(sheet, read(record)),
        put=lambda record, value, book: setattr(record, where, book.ids[sheet][value]),
        required=required,
        refers=(sheet,),
    )


def word(name: str, vocabulary: Vocabulary, attribute: str) -> Column:
    """One word of one of the hub's lists."""

    def get(record: Any, book: Book) -> Any:
        id_ = getattr(record, attribute)
        return None if id_ is None else book.words[id_][1]

    return Column(
        name,
        text(80),
        get,
        put=lambda record, value, book: setattr(
            record, attribute, book.word_ids[vocabulary, value]
        ),
        vocabulary=vocabulary,
    )
