"""A manager whom an import names for somebody who is here already waits for the hub's yes."""

from sqlalchemy import or_, select

from supervisor.models import Entitlement, Job, ManagerChange, Person
from supervisor.rules.words import N_, Words
from supervisor.workbook.draft import Draft
from supervisor.workbook.rows import Row


def hold_back_managers(draft: Draft) -> None:
    """Take what must be asked out of the rows, whether the job is here or comes with the file.

    Somebody who has no job and is owed nothing here yet may come with their managers: there is
    nothing of theirs to see, and whoever runs the machine fills a hub before anybody looks.
    """
    known = _with_something_to_see(draft)
    for row in draft.rows.get("jobs", []):
        if "manager" in row.changes and (row.record is not None or row.value("person") in known):
            draft.asks.append((row, row.changes.pop("manager")))
            row.values["manager"] = None
        if row.record is not None and "person" in row.changes:
            draft.fault("jobs", row, "person", Words(N_("the person whose job it is already")))


def _with_something_to_see(draft: Draft) -> set[str]:
    known = or_(Person.id.in_(select(Job.person_id)), Person.id.in_(select(Entitlement.person_id)))
    return set(draft.book.store.scalars(select(Person.ref).where(known)))


def ask_about_managers(draft: Draft) -> None:
    """Sort what the file says of managers: to be asked, asked already, or refused before."""
    if not draft.asks:
        return
    asked = _asked(draft)
    for row, manager in draft.asks:
        change = asked.get((_job_id(row), manager))
        said = f"jobs, {row.key[0]}, manager: {manager}"
        if change is None or change.accepted:
            draft.to_ask.append((row, manager))
        if change is not None and change.accepted is False:
            draft.report.kept.append(f"{said} was refused by the hub")
        else:
            now = row.held.get("manager") or "nobody"
            draft.report.waiting.append(f"{said} waits for the hub's yes; now {now}")


def _job_id(row: Row) -> int | None:
    return None if row.record is None else row.record.id


def _asked(draft: Draft) -> dict[tuple[int | None, str | None], ManagerChange]:
    """The last question about each job and manager."""
    rows = draft.book.store.scalars(select(ManagerChange).order_by(ManagerChange.id))
    return {(r.job_id, draft.book.ref("people", r.manager_id)): r for r in rows}
