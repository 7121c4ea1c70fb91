"""Turns are dealt anew in the groups whose rota a workbook changes."""

from supervisor.groups import group_times, rota
from supervisor.models import Group
from supervisor.workbook.book import Book


def deal_turns(book: Book) -> None:
    """As it is when somebody is asked to lead in turn, but nobody is written to; meetings that
    are not laid yet have their turns when they are."""
    for group_id in sorted(book.rotas):
        group = book.store.get_one(Group, group_id)
        book.store.expire(group)
        if group_times.ahead(book.store, group, book.now):
            first = max(book.today, group.rota_from or book.today)
            rota.deal(book.store, group, first, book.now)
