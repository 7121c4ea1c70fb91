"""Which exceptions hold: two named people agreed, the last day is not over, nobody took it back."""

from collections import defaultdict
from datetime import date

from sqlalchemy import Select, select

from supervisor.models import Entitlement, Override, Person, Store


def waived(store: Store, on: date) -> dict[str, list[tuple[int, int]]]:
    """By the rule's name, the entitlements and providers between whom it does not count."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in store.scalars(in_force(on)):
        for rule in one.rules:
            found[rule].append((one.entitlement_id, one.provider_id))
    return dict(found)


def rules_waived(store: Store, entitlement: Entitlement, provider: Person, on: date) -> set[str]:
    """The rules that do not count between these two on the day."""
    query = in_force(on).where(
        Override.entitlement_id == entitlement.id, Override.provider_id == provider.id
    )
    return {rule for one in store.scalars(query) for rule in one.rules}


def in_force(on: date) -> Select[Override]:
    """The exceptions that hold on the day."""
    return select(Override).where(
        Override.agreed.is_(True), Override.ended_at.is_(None), Override.until >= on
    )
