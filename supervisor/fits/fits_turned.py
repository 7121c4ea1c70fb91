"""The hub on a day as if the two of a match had changed places."""

from dataclasses import replace
from datetime import date

from supervisor.fits.fits_hub import loaded
from supervisor.fits.fits_people import parties
from supervisor.models import Entitlement, Match, Store
from supervisor.rules import fit_kept
from supervisor.rules.fit_columns import Table
from supervisor.rules.fit_kept import Hub
from supervisor.rules.fit_lists import Rows
from supervisor.rules.fit_values import Need, Party, Provider
from supervisor.rules.kinds import Kind
from supervisor.settings import HubSettings, read


def turned(store: Store, match: Match, owed: Entitlement, on: date) -> Hub:
    """The match has ended, and `owed`, kept or only drafted, is what its provider has and its
    worker is to serve. Years do not count between the two, as roles may reverse."""
    table, number = loaded(store, on).table, owed.id or 0
    worker, provider = match.entitlement.person_id, match.provider_id
    teina = parties(store, on, read(store, HubSettings).time_zone)[provider]
    apart = {number, match.entitlement_id}
    needs = [one for one in table.needs if one.id not in apart]
    waived = {rule: _ids(table, rows) for rule, rows in table.waived.items()}
    again = Table(
        [*needs, _need(owed, teina)],
        [_freed(one, worker, provider) for one in table.providers],
        table.day,
        _ids(table, table.declined),
        waived | {"years": [*waived.get("years", []), (number, worker)]},
    )
    return fit_kept.settled(again)


def _ids(table: Table, rows: Rows) -> list[tuple[int, int]]:
    """Couples by their ids again."""
    return [(table.needs[need].id, table.providers[one].party.id) for need, one in rows.tolist()]


def _need(owed: Entitlement, worker: Party) -> Need:
    return Need(
        worker=worker,
        kind=Kind(owed.kind),
        id=owed.id or 0,
        ref=owed.ref or "",
        minutes=owed.minutes,
        effort=owed.sessions * owed.minutes,
    )


def _freed(one: Provider, worker: int, provider: int) -> Provider:
    """Who is to serve is not served by the other one any more."""
    if one.party.id != worker:
        return one
    left = one.party.supervised_by - {provider}
    return replace(one, party=replace(one.party, supervised_by=left))
