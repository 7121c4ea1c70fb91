"""What a report says of meetings of groups that count toward an entitlement."""

from sqlalchemy import select

from supervisor.models import CreditRule, Store
from supervisor.rules.credit import CreditSettings
from supervisor.rules.words import N_, Words
from supervisor.settings import read

ENDED = Words(
    N_(
        "How meetings of groups count was changed. A period that had ended by then stays as it was "
        "reported."
    )
)


def credit_notes(store: Store) -> tuple[Words, ...]:
    """How they count, by the hub's rule; nothing where they do not."""
    rule, changed = read(store, CreditSettings), select(CreditRule.id).limit(1)
    over = (ENDED,) if store.scalar(changed) else ()
    if not rule.kinds:
        return over
    counted = Words(
        N_(
            "Meetings of groups count by the hub's rule: at most %(most)d sessions in one period, "
            "each meeting once and toward one entitlement. Held: one side says that the person "
            "was there and nobody disagrees. Delivered: the person and whoever led it both say so."
        ),
        {"most": rule.most},
    )
    return (counted, *over)
