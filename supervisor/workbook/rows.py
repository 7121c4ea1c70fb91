"""A row of a sheet on its way into the hub, and what a sheet is."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from supervisor.models import Base
from supervisor.rules.words import Words
from supervisor.workbook.book import Book
from supervisor.workbook.columns import Column

Look = Callable[[str, str, str], Any]
"""What a cell of another sheet says: the file's word, else the hub's. (sheet, id, column)"""


@dataclass
class Row:
    """The values that a row fills, the record it belongs to, and what differs.

    `bad` are columns with a fault already, so that no second one is found in them.
    """

    number: int
    texts: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)
    key: tuple[str, ...] = ()
    record: Any = None
    held: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    left_out: bool = False
    zone: str = ""

    def value(self, column: str) -> Any:
        """What it will be: a blank leaves what the hub has."""
        given = self.values.get(column)
        return self.held.get(column) if given is None or given == () else given

    def good(self, *columns: str) -> bool:
        """All of them are known and without a fault."""
        return not self.bad & set(columns) and all(
            self.value(column) is not None for column in columns
        )


Found = Iterable[tuple[str, Words]]
Check = Callable[[Row, Look], Found]


def nothing(_row: Row, _look: Look, _book: Book) -> Found:
    return ()


def open_to_all(_record: Any) -> bool:
    return False


def at_rest(_record: Any, _row: Row, _book: Book) -> None:
    return None


@dataclass(frozen=True)
class Sheet:
    """A sheet: its record, what makes a row the same row again, its columns and its checks.

    `defaults` fill what the record must have and the file may leave open. `prepare` completes
    values from other sheets before anything is compared; `settle` completes a written record.
    No file shows what is `private`.
    """

    name: str
    record: type[Base]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    defaults: dict[str, Any] = field(default_factory=dict)
    load: Sequence[Any] = ()
    only: Any = None
    checks: tuple[Check, ...] = ()
    prepare: Callable[[Row, Look, Book], Found] = nothing
    settle: Callable[[Any, Row, Book], None] = at_rest
    private: Callable[[Any], bool] = open_to_all

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def required(self) -> list[str]:
        return [column.name for column in self.columns if column.required]

    def key_of(self, record: Any, book: Book) -> tuple[str, ...]:
        """The texts that make a record's row the same row again."""
        columns = (self.by_name[name] for name in self.key)
        return tuple(column.cell.canonical(column.get(record, book)) for column in columns)


def key_text(key: tuple[str, ...]) -> str:
    """A key as one text: the id itself, or several in a JSON list."""
    return key[0] if len(key) == 1 else json.dumps(key, ensure_ascii=False)
