"""The sheet of rotas: who leads a group in turn, beside its facilitator."""

from sqlalchemy import select

from supervisor.models import Leader, Seat
from supervisor.workbook.book import Book
from supervisor.workbook.columns import link
from supervisor.workbook.rows import Row, Sheet


def _settle(leader: Leader, row: Row, book: Book) -> None:
    """Whoever has a seat in it leads as a member."""
    if row.record is None:
        seat = select(Seat.id).filter_by(
            group_id=leader.group_id, person_id=leader.person_id, waiting=False, left_on=None
        )
        leader.member = book.store.scalar(seat.limit(1)) is not None
    book.rotas.add(leader.group_id)


ROTA = Sheet(
    "rota",
    Leader,
    key=("group", "person"),
    settle=_settle,
    columns=(
        link("group", "groups", required=True),
        link("person", "people", required=True),
    ),
)
