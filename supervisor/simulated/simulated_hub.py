"""The hub of a simulated year: the demo's people and places, at the beginning of their year.

Nothing has happened yet. Every entitlement runs from the first to the last day, and who has
nobody to meet begins without anybody.
"""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import select

from supervisor import entitlements, workbook
from supervisor.demo import DISTRICT, shifted, weeks_until
from supervisor.matches.follow_ups import SearchSettings
from supervisor.models import Entitlement, Store
from supervisor.rules.chance import YEAR, Year
from supervisor.rules.days import DAY
from supervisor.settings import read, save

LEFT_OUT = frozenset(
    {"sessions", "leave", "groups", "group_members", "series", "choices", "conflicts"}
)
SOLVE_SECONDS = 2
Cells = dict[str, str]


def build(store: Store, year: Year, workers: int | None, now: datetime) -> None:
    """Fill an empty, migrated database, with so many of the workers or all."""
    with TemporaryDirectory() as folder:
        moved = shifted(DISTRICT, weeks_until(year.first), Path(folder))
        _begin_anew(moved, year.first, year.last, workers, year.seed)
        workbook.import_workbook(store, moved, now, add_words=True)
    save(store, replace(read(store, SearchSettings), seconds=SOLVE_SECONDS))
    entitlements.reassess_all(store, list(store.scalars(select(Entitlement))), now)


def _begin_anew(folder: Path, first: date, last: date, workers: int | None, seed: int) -> None:
    for name in LEFT_OUT:
        (folder / f"{name}.csv").unlink()
    rows = _read(folder, "entitlements")
    chosen = _some(sorted({row["person"] for row in rows}), workers, seed)
    owed = [_from_day_one(row, first, last) for row in rows if row["person"] in chosen]
    owed = [*{(row["person"], row["kind"]): row for row in owed}.values()]
    _write(folder, "entitlements", owed)
    kept = {row["id"] for row in owed}
    running = [row for row in _read(folder, "matches") if row["entitlement"] in kept and _runs(row)]
    _write(folder, "matches", [row | {"starts_on": f"{first}"} for row in running])
    _each(folder, "providers", lambda row: row | {"vetted_until": f"{last + YEAR * DAY}"})
    agreed = {"identity_consent_on": f"{first - 30 * DAY}"}
    _each(folder, "people", lambda row: row | agreed)


def _some(people: list[str], workers: int | None, seed: int) -> set[str]:
    if workers is None or workers >= len(people):
        return set(people)
    return set(Random(seed).sample(people, workers))


def _from_day_one(row: Cells, first: date, last: date) -> Cells:
    """The same pace for a shorter time."""
    days = (last - first).days + 1
    sessions = max(1, round(int(row["sessions"]) * days / YEAR))
    own = {"starts_on": f"{first}", "ends_on": f"{last}", "waiting_since": f"{first}"}
    return row | own | {"sessions": f"{sessions}"}


def _runs(row: Cells) -> bool:
    return not row["ends_on"] and row["cover"] != "yes"


def _each(folder: Path, name: str, change: Callable[[Cells], Cells]) -> None:
    _write(folder, name, [change(row) for row in _read(folder, name)])


def _read(folder: Path, name: str) -> list[Cells]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(folder: Path, name: str, rows: list[Cells]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        if rows:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
