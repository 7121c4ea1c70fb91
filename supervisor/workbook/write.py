"""A workbook's files: a folder of CSV files, or one .xlsx with the same sheets."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from supervisor.errors import Refused
from supervisor.rules.words import N_
from supervisor.spreadsheets import STARTS_A_FORMULA
from supervisor.workbook.read import LINE_END


@dataclass(frozen=True)
class Written:
    """A sheet to write: its columns, which of them are numbers, and its rows of texts."""

    name: str
    header: list[str]
    numbers: list[bool]
    rows: Iterable[list[str]]

    def guarded_rows(self) -> Iterator[list[str]]:
        """Texts that a spreadsheet would run begin with an apostrophe; numbers stay numbers."""
        for row in self.rows:
            yield [
                text if number else guarded(text)
                for text, number in zip(row, self.numbers, strict=True)
            ]


def guarded(text: str) -> str:
    """What begins like a formula gets an apostrophe in front, which an import takes away."""
    return f"'{text}" if text.lstrip("'").startswith(STARTS_A_FORMULA) else text


def write_sheets(path: Path, sheets: list[Written]) -> None:
    """Write the .xlsx, or the folder with a CSV file for each sheet."""
    try:
        if path.suffix.lower() == ".xlsx":
            _xlsx(path, sheets)
        elif path.suffix and not path.is_dir():
            raise Refused(N_("%(name)s is neither a folder nor .xlsx."), name=path.name)
        else:
            _folder(path, sheets)
    except OSError as error:
        raise Refused(
            N_("%(name)s cannot be written: %(why)s."), name=path.name, why=error.strerror
        ) from error


def _folder(folder: Path, sheets: list[Written]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for sheet in sheets:
        path = folder / f"{sheet.name}.csv"
        path.touch(mode=0o600)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(sheet.header)
            writer.writerows(sheet.guarded_rows())


def _xlsx(path: Path, sheets: list[Written]) -> None:
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.append(sheet.header)
        for row in sheet.guarded_rows():
            page.append(
                [_cell(text, number) for text, number in zip(row, sheet.numbers, strict=True)]
            )
    path.touch(mode=0o600)
    book.save(path)


def _number(text: str) -> float | str:
    """A number, or its text where openpyxl would round it away."""
    value = float(text)
    return value if float(f"{value:.16g}") == value else text


def _cell(text: str, number: bool) -> str | float | None:  # noqa: FBT001 - a row of flags
    if number and text:
        return _number(text)
    return ILLEGAL_CHARACTERS_RE.sub("", text).replace("\r", LINE_END) or None
