"""Which of the times that a plan proposes can still be kept."""

from sqlalchemy import ColumnElement, exists, or_, select

from supervisor.models import Commitment, Entitlement, Proposal


def still_to_book() -> ColumnElement[bool]:
    """Neither of the two has anything else at that time by now, such as a meeting that moved
    there."""
    worker = (
        select(Entitlement.person_id)
        .where(Entitlement.id == Proposal.entitlement_id)
        .correlate(Proposal)
        .scalar_subquery()
    )
    return ~exists().where(
        or_(Commitment.person_id == Proposal.provider_id, Commitment.person_id == worker),
        Commitment.starts_at <= Proposal.starts_at,
        Commitment.ends_at > Proposal.starts_at,
    )
