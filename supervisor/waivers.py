"""Which exceptions hold: two named people agreed, the last day is not over, nobody took it back.

Years do not count between two who agreed to change places: roles may reverse, and whoever has
fewer years would else never be anybody's tuakana. Both of them said yes to it and the hub vets, so
that no second person is asked and no last day is set; everything else stands as it stood.
"""

from collections import defaultdict
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from supervisor.models import Entitlement, Match, Override, Person, Store, Swap
from supervisor.rules.kinds import Kind


def waived(store: Store, on: date) -> dict[str, list[tuple[int, int]]]:
    """By the rule's name, the entitlements and providers between whom it does not count."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in store.scalars(in_force(on)):
        for rule in one.rules:
            found[rule].append((one.entitlement_id, one.provider_id))
    for pair in swapped(store):
        found["years"].append(pair)
    return dict(found)


def swapped(store: Store) -> list[tuple[int, int]]:
    """Entitlements of each who was tuakana, with the one who changed places with them."""
    agreed, before, theirs = Swap.agreed_at.is_not(None), aliased(Entitlement), aliased(Entitlement)
    query = (
        select(theirs.id, before.person_id)
        .join(Match, Match.provider_id == theirs.person_id)
        .join(Swap, Swap.match_id == Match.id)
        .join(before, before.id == Match.entitlement_id)
        .where(agreed, Swap.closed_at.is_(None), theirs.kind == Kind.MENTORING)
    )
    return [(owed, provider) for owed, provider in store.execute(query)]


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
