"""Which changes are news to whom, and about which people.

Whatever brings a database up to date writes the triggers for it (`triggers.py`), so another column
here needs no migration, and a migration that makes a table anew on SQLite need not think of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from supervisor.models.touched import Reader

VERBS = ("insert", "update", "delete")
UPDATED = ("update",)
"""Of what nothing follows when it comes or goes: what points at it comes later, and goes before."""


@dataclass(frozen=True)
class Touch:
    """A `row` of a table that comes, goes, or has another value in one of `columns` is news about
    `people`: a question for their ids. After a change, about those before it and those after it.
    `where` says of which rows alone, as they are then."""

    table: str
    people: str
    columns: tuple[str, ...]
    verbs: tuple[str, ...] = VERBS
    where: str = ""


THEMSELVES = "select {row}.person_id as person_id"
PROVIDER = "select {row}.provider_id as person_id"
OWED = "select person_id from entitlement where id = {row}.entitlement_id"
LOAD = (
    Touch(
        "match", PROVIDER,
        ("provider_id", "entitlement_id", "cover", "state", "starts_on", "ends_on"),
    ),
    Touch(
        "entitlement",
        'select provider_id as person_id from "match" where entitlement_id = {row}.id',
        ("person_id", "kind", "sessions", "minutes", "starts_on", "ends_on"), UPDATED,
    ),
    Touch("offering", THEMSELVES, ("person_id", "kind", "capacity"), VERBS[:2]),
    Touch("provider", THEMSELVES, ("hours_a_year",), VERBS[:2]),
)  # fmt: skip
HELD = (
    Touch(
        "session", OWED, ("outcome", "counts", "entitlement_id", "starts_at"), VERBS[:2],
        where="{row}.outcome = 'held'",
    ),
    Touch("entitlement", THEMSELVES, ("person_id", "kind"), UPDATED),
    Touch(
        "person", "select {row}.id as person_id", ("left_on",), UPDATED,
        where="{row}.left_on is null",
    ),
    Touch("pulse_ask", THEMSELVES, ("person_id", "stopped"), VERBS[1:]),
)  # fmt: skip
OF_SESSIONS = (
    "select provider_id as person_id from session where {by} = {{row}}.id "
    "union select e.person_id from session s join entitlement e on e.id = s.entitlement_id "
    "where s.{by} = {{row}}.id"
)
MEMBERS = (
    'select facilitator_id as person_id from "group" where id = {row}.group_id '
    "union select person_id from seat where group_id = {row}.group_id"
)
OF_SERIES = (
    " union select leader_id from meeting where series_id = {row}.id "
    "union select g.person_id from guest g join meeting m on m.id = g.meeting_id "
    "where m.series_id = {row}.id"
)
OF_MEETING = (
    " union select {row}.leader_id union select person_id from guest where meeting_id = {row}.id"
)
SHOWN = (
    Touch(
        "session", f"{PROVIDER} union {OWED}",
        (
            "entitlement_id", "provider_id", "starts_at", "zone", "series_id", "series_start",
            "outcome", "uid", "sequence", "changed_at", "cancelled_at",
        ),
    ),
    Touch(
        "entitlement", f"{THEMSELVES} union {OF_SESSIONS.format(by='entitlement_id')}",
        ("person_id", "kind"), UPDATED,
    ),
    Touch(
        "session_series", OF_SESSIONS.format(by="series_id"), ("zone", "uid", "sequence"), UPDATED
    ),
    Touch(
        "meeting", MEMBERS + OF_MEETING,
        (
            "group_id", "series_id", "series_start", "starts_at", "local_start", "zone",
            "needs_time", "leader_id", "uid", "sequence", "changed_at", "cancelled_at",
        ),
    ),
    Touch("series", MEMBERS + OF_SERIES, ("zone", "uid", "sequence"), UPDATED),
    Touch("group", "select {row}.facilitator_id as person_id", ("facilitator_id",), UPDATED),
    Touch("seat", THEMSELVES, ("group_id", "person_id", "joined_on", "left_on", "waiting")),
    Touch("attendance", THEMSELVES, ("meeting_id", "person_id", "coming")),
    Touch("guest", THEMSELVES, ("meeting_id", "person_id")),
    Touch(
        "group_terms", "select person_id from seat where group_id = {row}.group_id", ("group_id",)
    ),
    Touch("group_yes", THEMSELVES, ("group_id", "person_id")),
)  # fmt: skip
"""What calendars are put together by: what else is told of a meeting has a new revision."""
TOUCHES = {Reader.OVER_CAPACITY: LOAD, Reader.PULSE: HELD, Reader.FEEDS: SHOWN}


def touches() -> Iterator[tuple[Reader, Touch, str]]:
    """Each with its reader and verb; there is one trigger for each."""
    for reader, some in TOUCHES.items():
        for touch in some:
            yield from ((reader, touch, verb) for verb in touch.verbs)
