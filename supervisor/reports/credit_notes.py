"""What a report says of meetings of groups that count toward an entitlement."""

from supervisor.models import Store
from supervisor.rules.credit import CreditSettings
from supervisor.rules.words import N_, Words
from supervisor.settings import read


def credit_notes(store: Store) -> tuple[Words, ...]:
    """How they count, by the hub's rule; nothing where they do not."""
    rule = read(store, CreditSettings)
    if not rule.kinds:
        return ()
    counted = Words(
        N_(
            "Meetings of groups count by the hub's rule: at most %(most)d sessions in one period, "
            "each meeting once and toward one entitlement. Held: one side says that the person "
            "was there and nobody disagrees. Delivered: the person and whoever led it both say so."
        ),
        {"most": rule.most},
    )
    return (counted,)
