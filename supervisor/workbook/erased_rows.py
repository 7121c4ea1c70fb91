"""Nobody who was erased comes back by a file, by their id or by their address."""

from sqlalchemy import select

from supervisor.models import Erased
from supervisor.rules import erased
from supervisor.rules.words import N_, Words
from supervisor.workbook.draft import Draft
from supervisor.workbook.sheets import SHEETS

GONE = N_("nobody: this person was erased. Take out their rows, here and on the other sheets")


def refuse_erased(draft: Draft, key: str) -> None:
    """A fault in each row of a new person who bears the mark of one who was erased."""
    gone = set(draft.book.store.scalars(select(Erased.mark)))
    if not gone:
        return
    known = {ref for (ref,) in draft.existing(SHEETS["people"])}
    for row in draft.rows.get("people", []):
        ref, email = row.texts.get("id", ""), row.texts.get("email", "")
        if ref not in known and gone & set(erased.marks(key, ref, email)):
            draft.fault("people", row, "id", Words(GONE))
