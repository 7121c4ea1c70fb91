"""What is wrong with a workbook, cell by cell, and what an import did or would do."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from supervisor.errors import Refused
from supervisor.rules.words import N_, Words


@dataclass(frozen=True)
class Fault:
    """One bad cell. `row` is the spreadsheet's own number: the header is row 1."""

    sheet: str
    row: int
    column: str
    value: str
    right: Words
    new_words: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        shown = json.dumps(_short(self.value), ensure_ascii=False)
        return f"{self.sheet}, row {self.row}, {self.column}, {shown}: {self.right}"

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "right": str(self.right),
        }


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


class Wrong(Exception):
    """A text that a cell cannot hold; `right` says what would be."""

    def __init__(self, text: str, **facts: Any) -> None:
        self.right = Words(text, facts)
        super().__init__(str(self.right))


class WorkbookRefused(Refused):
    """Nothing was imported: `faults` names every bad cell, `words` the words nobody knows yet."""

    def __init__(self, faults: list[Fault], words: list[tuple[str, str]]) -> None:
        self.faults = faults
        self.new_words = words
        super().__init__(
            N_("Nothing was imported. Cells that need a change: %(count)d."), count=len(faults)
        )


@dataclass
class Count:
    """The rows of one sheet: those not here yet, those that differ, those that are the same."""

    new: int = 0
    changed: int = 0
    same: int = 0


@dataclass
class Report:
    """What an import did, or would do. `kept` are cells where a newer edit made here won,
    `waiting` the changes of manager that wait for the hub, `notes` what was not understood."""

    counts: dict[str, Count] = field(default_factory=dict)
    new_words: list[tuple[str, str]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    dry_run: bool = False

    @property
    def changes(self) -> int:
        """How many rows are new or differ."""
        return sum(c.new + c.changed for c in self.counts.values())

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
