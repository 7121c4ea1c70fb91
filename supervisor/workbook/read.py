"""A workbook's texts: a folder of CSV files or one .xlsx, read as it streams, within limits."""

import csv
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from supervisor.errors import Refused
from supervisor.rules.words import N_
from supervisor.spreadsheets import STARTS_A_FORMULA

OLD_OR_MACRO = {".xls", ".xlsm", ".xlsb", ".xltm", ".xlam", ".ods"}
MIDNIGHT = time()
OTHER_SEPARATORS = (";", "\t")
LINE_END = "_x000D_"
"""How an .xlsx spells a carriage return, which XML would turn into a line feed."""
NOT_UTF_8 = N_(
    "%(name)s is not UTF-8, so its macrons would be lost. In Excel: Save As, CSV UTF-8. "
    "Or send the workbook as .xlsx."
)
UNREADABLE = N_("%(name)s is not an .xlsx workbook that can be read. Save it again as .xlsx.")


@dataclass(frozen=True)
class WorkbookSettings:
    """How large a workbook may be: as it lies on the disk, unpacked, and as it streams."""

    megabytes: int = 50
    unpacked_megabytes: int = 200
    rows: int = 300_000
    columns: int = 100
    characters: int = 20_000


@dataclass(frozen=True)
class Raw:
    """A sheet as texts: its header, and its rows with the numbers that a spreadsheet shows."""

    name: str
    header: list[str]
    rows: list[tuple[int, list[str]]]


def read_raw(path: Path, limits: WorkbookSettings, wanted: Collection[str]) -> list[Raw]:
    """The sheets of a folder of CSV files, or of one .xlsx; of others than `wanted` the name."""
    raws = _read(path, limits, wanted)
    names = [raw.name for raw in raws]
    if not set(names) & set(wanted):
        raise Refused(
            N_("%(name)s holds no sheet of a workbook. They are called: %(known)s."),
            name=path.name,
            known=", ".join(wanted),
        )
    for name in wanted:
        if names.count(name) > 1:
            raise Refused(N_("There are two sheets named %(name)s."), name=name)
    return raws


def _read(path: Path, limits: WorkbookSettings, wanted: Collection[str]) -> list[Raw]:
    if path.is_dir():
        return _folder(path, limits, wanted)
    if not path.is_file():
        raise Refused(N_("There is no file or folder %(name)s."), name=path.name)
    if path.suffix.lower() in OLD_OR_MACRO:
        raise Refused(
            N_("%(name)s may hold macros or is too old. Save it as .xlsx."), name=path.name
        )
    if path.suffix.lower() != ".xlsx":
        raise Refused(N_("%(name)s is neither a folder of CSV files nor .xlsx."), name=path.name)
    _weigh(path, limits)
    return _xlsx(path, limits, wanted)


def unguarded(text: str) -> str:
    """Without the apostrophe that an export puts before what a spreadsheet would run."""
    plain = text.lstrip("'")
    return text[1:] if text != plain and plain.startswith(STARTS_A_FORMULA) else text


def _folder(folder: Path, limits: WorkbookSettings, wanted: Collection[str]) -> list[Raw]:
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() == ".csv" and p.is_file())
    if not files:
        raise Refused(N_("There is no .csv file in %(name)s."), name=folder.name)
    return [
        _sheet(file.stem, _csv_rows(file, limits) if _name(file.stem) in wanted else (), limits)
        for file in files
    ]


def _name(title: str) -> str:
    return "_".join(title.lower().split())


def _weigh(path: Path, limits: WorkbookSettings) -> None:
    if path.stat().st_size > limits.megabytes * 1_000_000:
        _too_large(path.name, limits)


def _too_large(name: str, limits: WorkbookSettings) -> None:
    raise Refused(
        N_(
            "%(name)s is too large: at most %(megabytes)d MB, %(rows)d rows, %(columns)d columns "
            "and %(characters)d characters in a cell. Import it in parts."
        ),
        name=name,
        megabytes=limits.megabytes,
        rows=limits.rows,
        columns=limits.columns,
        characters=limits.characters,
    )


def _csv_rows(path: Path, limits: WorkbookSettings) -> Iterator[list[str]]:
    _weigh(path, limits)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            header = next(lines, [])
            _refuse_other_csv(path.name, header)
            yield header
            yield from lines
    except UnicodeDecodeError as error:
        raise Refused(NOT_UTF_8, name=path.name) from error
    except OSError as error:
        raise Refused(
            N_("%(name)s cannot be read: %(why)s."), name=path.name, why=error.strerror
        ) from error
    except csv.Error as error:
        raise Refused(
            N_("%(name)s is not a CSV file: %(why)s."), name=path.name, why=str(error)
        ) from error


def _refuse_other_csv(name: str, header: list[str]) -> None:
    """UTF-16 without its mark looks like text with holes; no sheet has a single column."""
    if any("\0" in text for text in header):
        raise Refused(NOT_UTF_8, name=name)
    if len(header) == 1 and any(mark in header[0] for mark in OTHER_SEPARATORS):
        raise Refused(
            N_(
                "%(name)s separates its columns with semicolons or tabs. Save it as CSV with "
                "commas, or send the workbook as .xlsx."
            ),
            name=name,
        )


def _sheet(name: str, lines: Iterable[list[str]], limits: WorkbookSettings) -> Raw:
    """Counted as it streams: what a file declares about its size is not believed."""
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, start=1):
        over = len(line) > limits.columns or any(len(text) > limits.characters for text in line)
        if over or len(rows) >= limits.rows:
            _too_large(name, limits)
        texts = [unguarded(text.strip()) for text in line]
        if number == 1:
            header = [_name(text) for text in texts]
        elif any(texts):
            rows.append((number, texts))
    return Raw(_name(name), header, rows)


def _xlsx(path: Path, limits: WorkbookSettings, wanted: Collection[str]) -> list[Raw]:
    _look_inside(path, limits)
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            return [
                _sheet(page.title, _xlsx_rows(page) if _name(page.title) in wanted else (), limits)
                for page in book.worksheets
            ]
        finally:
            book.close()
    except Refused:
        raise
    except Exception as error:  # a damaged file fails anywhere in the library
        raise Refused(UNREADABLE, name=path.name) from error


def _look_inside(path: Path, limits: WorkbookSettings) -> None:
    """Python unpacks no more of a part than it declares, so the declared sizes can be trusted."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise Refused(UNREADABLE, name=path.name) from error
    if sum(part.file_size for part in parts) > limits.unpacked_megabytes * 1_000_000:
        _too_large(path.name, limits)
    if any("vbaproject" in part.filename.lower() for part in parts):
        raise Refused(N_("%(name)s holds macros. Save it as .xlsx without them."), name=path.name)


def _xlsx_rows(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()
    for cells in sheet.iter_rows(values_only=True):
        texts = [_as_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        yield texts


def _as_text(value: Any) -> str:
    """A cell as a person would have typed it into a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else digits(value)
    if isinstance(value, datetime):
        day_only = value.time() == MIDNIGHT
        return value.date().isoformat() if day_only else value.isoformat(timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace(LINE_END, "\r")


def digits(value: float) -> str:
    """Every digit and no exponent, so that it is read back as the same number."""
    return format(Decimal(repr(float(value))), "f")
