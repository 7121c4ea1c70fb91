"""Meetings ahead follow the rooms that a workbook brings."""

from supervisor.meeting_rooms import room_keeping
from supervisor.models import Place
from supervisor.workbook.book import Book


def give_rooms(book: Book) -> None:
    """Out of those that are out of use, into those that are new; a new name is a new revision for
    every calendar."""
    for room in book.retiring:
        room_keeping.take_out(book.store, room, None, book.now)
    for room in book.rooms:
        room_keeping.show_again(book.store, room, book.now)
    for place_id in sorted({room.place_id for room in book.rooms} | book.places):
        place = book.store.get_one(Place, place_id)
        room_keeping.settle(book.store, place, None, book.now, untold=set(book.new_sessions))
