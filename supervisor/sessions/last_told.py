"""What the two were told last of when they meet: a letter that still waits has told nobody."""

from sqlalchemy import select

from supervisor.models import Message, Session, Store

OF_TIMES = ("booked", "moved")


def waiting(store: Store, session: Session) -> dict[int, Message]:
    """The letter about its time that each of them has not got yet, by their id. Whoever did what it
    tells knows that without it."""
    query = select(Message).where(
        Message.cause.startswith(f"session:{session.ref}:", autoescape=True),
        Message.template.in_(OF_TIMES),
        Message.sent_at.is_(None),
        Message.dropped_at.is_(None),
        Message.claimed_by.is_(None),
    )
    found = store.scalars(query.order_by(Message.id))
    return {one.recipient_id: one for one in found if not one.facts["mine"]}
