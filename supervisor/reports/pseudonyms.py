"""A report for an auditor: no names, and no ids that the hub chose, for those may be names."""

import hmac
from base64 import b32encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from supervisor.rules.words import N_, Words
from supervisor.spreadsheets import Cell, Table

PERSON, ENTITLEMENT, SESSION, GROUP = "p", "e", "s", "g"
STANDS_FOR = {
    "person": PERSON,
    "provider": PERSON,
    "owner": PERSON,
    "agreed_by": PERSON,
    "amended_by": PERSON,
    "by": PERSON,
    "entitlement": ENTITLEMENT,
    "session": SESSION,
    "group": GROUP,
    "facilitator": PERSON,
}
"""The columns that hold ids, and what each id is of."""
NAMING = {"name", "facilitator_name", "reason"}
"""Columns that name people, or may."""
TELLING = {
    "Capacity": {"place", "hours_a_year", "hours_taken", "away_until", "vetted_until"},
    "Programme checklist": {"role", "fte"},
    "Access log": {"thing"},
}
"""Columns that tell who somebody is to a reader who knows the field, by the title of the report:
one town has one provider, and one service one educator on ten hours."""
SIDE_BY_SIDE = {
    "Delivery register", "Evidence log", "Answers", "Exceptions",
}  # fmt: skip
"""The reports that share pseudonyms; any other has its own, so that no two files meet in it."""
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
        "Names were left out. A random text stands for each id. It is in no other report, and "
        "without the hub's secret key nobody can tell whose it is."
    )
)
TELLING_LEFT_OUT = Words(N_("What tells who somebody is was left out too: %(columns)s."))


def without_names(table: Table, key: str) -> Table:
    """The same report with pseudonyms, in their order: the order of names would tell names.

    Those that are read side by side share theirs. Any other has its own: whom a reader knows
    here is not known there.
    """
    telling = TELLING.get(table.title, set())
    kept = [at for at, column in enumerate(table.columns) if column not in NAMING | telling]
    shared = table.title in SIDE_BY_SIDE
    stands = [_writer(table.columns[at], key if shared else f"{key}:{table.title}") for at in kept]
    rows = [tuple(say(row[at]) for say, at in zip(stands, kept, strict=True)) for row in table.rows]
    return replace(
        table,
        columns=tuple(table.columns[at] for at in kept),
        rows=sorted(rows, key=lambda row: str(row[0])),
        notes=(*(note for note in table.notes if note != NAMED), *_said(table, telling)),
    )


def _said(table: Table, telling: set[str]) -> list[Words]:
    """How ids stand for people in this copy, and which columns are not in it."""
    gone = ", ".join(column for column in table.columns if column in telling)
    left_out = [Words(TELLING_LEFT_OUT.text, {"columns": gone})] if gone else []
    return [NAMELESS if table.title in SIDE_BY_SIDE else ALONE, *left_out]


def _writer(column: str, key: str) -> Callable[[Cell], Cell]:
    kind = STANDS_FOR.get(column)
    if kind is None:
        return lambda cell: cell
    return lambda cell: pseudonym(kind, str(cell), key) if cell else cell


def pseudonym(kind: str, ref: str, key: str) -> str:
    """Stable for one key, and told by nothing but the key: an HMAC of the id, 60 bits of it."""
    digest = hmac.digest(key.encode(), f"{kind}:{ref}".encode(), sha256)
    return f"{kind}-{b32encode(digest).decode()[:12].lower()}"
