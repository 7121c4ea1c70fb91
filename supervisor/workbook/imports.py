"""An import: read, compared, every fault found, and only then written."""

from datetime import datetime
from pathlib import Path

from supervisor import audit
from supervisor.models import Store
from supervisor.settings import read
from supervisor.workbook.book import Book
from supervisor.workbook.clashes import find_clashes
from supervisor.workbook.compare import compare
from supervisor.workbook.draft import Draft
from supervisor.workbook.erased_rows import refuse_erased
from supervisor.workbook.faults import Count, Fault, Report, WorkbookRefused
from supervisor.workbook.land import land
from supervisor.workbook.managers import ask_about_managers, hold_back_managers
from supervisor.workbook.read import WorkbookSettings, read_raw
from supervisor.workbook.references import resolve
from supervisor.workbook.sheets import SHEETS
from supervisor.workbook.values import read_values


def import_workbook(
    store: Store,
    path: Path,
    now: datetime,
    *,
    add_words: bool = False,
    dry_run: bool = False,
    key: str = "",
) -> Report:
    """Bring a workbook in, all of it or nothing; `WorkbookRefused` names every bad cell.

    A blank never erases. A cell that was edited here since the last import stays and is listed.
    `key` is what tells a person who was erased.
    """
    raws = read_raw(Path(path), read(store, WorkbookSettings), SHEETS)
    names = [raw.name for raw in raws]
    made = Draft(Book(store, now, add_words=add_words), Report(dry_run=dry_run), names)
    with store.no_autoflush:
        read_values(made, raws)
        refuse_erased(made, key)
        for step in (resolve, compare, hold_back_managers, find_clashes):
            step(made)
    if made.faults:
        raise WorkbookRefused(_in_order(made.faults), list(made.book.new_words))
    ask_about_managers(made)
    _count(made)
    if not dry_run:
        _keep(made)
    return made.report


def _in_order(faults: list[Fault]) -> list[Fault]:
    def place(fault: Fault) -> tuple[int, int, int]:
        columns = list(SHEETS[fault.sheet].by_name)
        at = columns.index(fault.column) if fault.column in columns else len(columns)
        return list(SHEETS).index(fault.sheet), fault.row, at

    return sorted(faults, key=place)


def _count(made: Draft) -> None:
    asked = {id(row) for row, _ in made.to_ask}
    for name, rows in made.rows.items():
        count = made.report.counts[name] = Count()
        for row in rows:
            if row.record is None and not row.left_out:
                count.new += 1
            elif row.changes or id(row) in asked:
                count.changed += 1
            else:
                count.same += 1
    made.report.new_words = list(made.book.new_words)


def _keep(made: Draft) -> None:
    land(made)
    if made.report.changes:
        audit.record(made.book.store, made.book.now, None, "import", "workbook", "")
        made.book.store.flush()
