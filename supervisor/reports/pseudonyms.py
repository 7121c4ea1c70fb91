"""A report for an auditor: no names, and no ids that the hub chose, for those may be names."""

import hmac
from base64 import b32encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from supervisor.rules.words import N_, Words
from supervisor.spreadsheets import Cell, Table

PERSON, ENTITLEMENT, SESSION = "p", "e", "s"
STANDS_FOR = {
    "person": PERSON,
    "provider": PERSON,
    "owner": PERSON,
    "agreed_by": PERSON,
    "amended_by": PERSON,
    "by": PERSON,
    "entitlement": ENTITLEMENT,
    "session": SESSION,
}
"""The columns that hold ids, and what each id is of."""
NAMING = {"name", "reason"}
"""Columns that name people, or may."""
TELLING = {"place", "hours_a_year", "hours_taken", "away_until", "vetted_until"}
"""Columns that tell who a provider is to somebody who knows the field: one town has one."""
NAMED = Words(N_("Nothing was suppressed: this copy names people and is for the hub alone."))
NAMELESS = Words(
    N_(
        "Names were left out, and a random text stands for the id of each person, entitlement and "
        "session. It is the same in the register, the log and the exceptions for as long as the "
        "hub keeps its secret key; without that key nobody can tell whose it is."
    )
)
ALONE = Words(
    N_(
        "Names were left out, and so were place, hours, time away and vetting: they tell who "
        "somebody is. A random text stands for each id. It is in no other report, and without the "
        "hub's secret key nobody can tell whose it is."
    )
)


def without_names(table: Table, key: str) -> Table:
    """The same report with pseudonyms, in their order: the order of names would tell names.

    The register, the log and the exceptions are read side by side, so they share theirs. Where
    each row is a provider, the rows have their own: whom a reader knows here is not known there.
    """
    of_providers = table.columns[0] == "provider"
    left_out = NAMING | TELLING if of_providers else NAMING
    kept = [at for at, column in enumerate(table.columns) if column not in left_out]
    own = f"{key}:{table.title}" if of_providers else key
    stands = [_writer(table.columns[at], own) for at in kept]
    rows = [tuple(say(row[at]) for say, at in zip(stands, kept, strict=True)) for row in table.rows]
    said = ALONE if of_providers else NAMELESS
    return replace(
        table,
        columns=tuple(table.columns[at] for at in kept),
        rows=sorted(rows, key=lambda row: str(row[0])),
        notes=(*(note for note in table.notes if note != NAMED), said),
    )


def _writer(column: str, key: str) -> Callable[[Cell], Cell]:
    kind = STANDS_FOR.get(column)
    if kind is None:
        return lambda cell: cell
    return lambda cell: pseudonym(kind, str(cell), key) if cell else cell


def pseudonym(kind: str, ref: str, key: str) -> str:
    """Stable for one key, and told by nothing but the key: an HMAC of the id, 60 bits of it."""
    digest = hmac.digest(key.encode(), f"{kind}:{ref}".encode(), sha256)
    return f"{kind}-{b32encode(digest).decode()[:12].lower()}"
