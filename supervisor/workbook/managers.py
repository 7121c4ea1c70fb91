"""A manager whom an import names for a job that is here already waits for the hub's yes."""

from sqlalchemy import select

from supervisor.models import ManagerChange
from supervisor.workbook.draft import Draft


def ask_about_managers(draft: Draft) -> None:
    """Sort what the file says of managers: to be asked, asked already, or refused before."""
    if not draft.asks:
        return
    asked = _asked(draft)
    for row, manager in draft.asks:
        change = asked.get((row.record.id, manager))
        said = f"jobs, {row.key[0]}, manager: {manager}"
        if change is None or change.accepted:
            draft.to_ask.append((row, manager))
        if change is not None and change.accepted is False:
            draft.report.kept.append(f"{said} was refused by the hub")
        else:
            now = row.held["manager"] or "nobody"
            draft.report.waiting.append(f"{said} waits for the hub's yes; now {now}")


def _asked(draft: Draft) -> dict[tuple[int, str | None], ManagerChange]:
    """The last question about each job and manager."""
    rows = draft.book.store.scalars(select(ManagerChange).order_by(ManagerChange.id))
    return {(r.job_id, draft.book.ref("people", r.manager_id)): r for r in rows}
