"""The sheet of rooms: which place has which, and how many each of them seats."""

from supervisor.meeting_rooms import room_keeping
from supervisor.models import MeetingRoom
from supervisor.rules.roomy import PAIR
from supervisor.workbook.book import Book
from supervisor.workbook.cells import REF, YES_NO, text, whole
from supervisor.workbook.columns import Column, field, link
from supervisor.workbook.rows import Row, Sheet


def _in_use(name: str) -> Column:
    """What is booked in a room goes to others before it is out of use, once all rows are in."""

    def put(room: MeetingRoom, value: bool, book: Book) -> None:  # noqa: FBT001
        if value:
            room.retired_at = None
        elif room.retired_at is None:
            book.retiring.append(room)

    return Column(name, YES_NO, lambda room, _book: room.retired_at is None, put)


def _settle(room: MeetingRoom, _row: Row, book: Book) -> None:
    book.rooms.append(room)


ROOMS = Sheet(
    "rooms",
    MeetingRoom,
    key=("id",),
    settle=_settle,
    columns=(
        field("id", REF, "ref", required=True),
        link("place", "places", required=True),
        field("name", text(room_keeping.LONGEST_NAME), required=True),
        field("seats", whole(PAIR, room_keeping.MOST_SEATS), required=True),
        field("notes", text(room_keeping.LONGEST_NOTES)),
        _in_use("in_use"),
    ),
)
