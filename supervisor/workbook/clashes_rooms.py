"""Two rooms of one name at one place: nobody would know which is meant."""

from collections.abc import Iterator
from typing import Any

from supervisor.rules.words import N_, Words
from supervisor.workbook.draft import Draft
from supervisor.workbook.rows import Row

ANOTHER = N_("a name that no other room of this place has")


def find_room_clashes(draft: Draft) -> None:
    """The later of two rows, and any row whose name a room of the hub has."""
    known: dict[tuple[Any, str], str] = {}
    for row, id_, place, name in _named(draft):
        first = known.setdefault((place, str(name).casefold()), id_)
        if row is not None and first != id_:
            draft.fault("rooms", row, "name", Words(ANOTHER))


def _named(draft: Draft) -> Iterator[tuple[Row | None, Any, Any, Any]]:
    """What the hub has comes before what the file brings."""
    rows = list(draft.everything("rooms", "id", "place", "name"))
    for row, (id_, place, name) in sorted(rows, key=lambda one: one[0] is not None):
        yield row, id_, place, name
