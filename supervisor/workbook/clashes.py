"""What rows can be wrong in together: one mailbox for two, two matches, two places at once."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from supervisor.models import Commitment, Person
from supervisor.rules.kinds import MATCHED_KINDS
from supervisor.rules.words import N_, Words
from supervisor.workbook.clashes_groups import find_group_clashes
from supervisor.workbook.clashes_rooms import find_room_clashes
from supervisor.workbook.clashes_rota import find_rota_clashes
from supervisor.workbook.draft import Draft
from supervisor.workbook.rows import Row

ONE_DAY = timedelta(days=1)


def find_clashes(draft: Draft) -> None:
    """Every fault that only several rows show, the hub's own rows included."""
    finders = {
        "people": _mailboxes,
        "providers": _hours,
        "entitlements": _entitlements,
        "matches": _matches,
        "sessions": _meetings,
        "rooms": find_room_clashes,
    }
    for sheet, find in finders.items():
        if draft.rows.get(sheet):
            find(draft)
    find_group_clashes(draft)
    find_rota_clashes(draft)


def _mailboxes(draft: Draft) -> None:
    rows = draft.rows["people"]
    in_file = {row.values.get("id") for row in rows}
    query = select(Person.email, Person.ref).where(Person.email.is_not(None))
    taken = {email: ref for email, ref in draft.book.store.execute(query) if ref not in in_file}
    for row in rows:
        email = row.value("email")
        if not email or "email" in row.bad or not row.key:
            continue
        if email in taken:
            facts = {"person": taken[email]}
            draft.fault(
                "people", row, "email", Words(N_("an address that %(person)s has not"), facts)
            )
        taken.setdefault(email, row.values.get("id") or "")


def _hours(draft: Draft) -> None:
    first: dict[str, Row] = {}
    for row in draft.rows["providers"]:
        hours = row.values.get("hours_a_year")
        if hours is None or "person" not in row.values:
            continue
        before = first.setdefault(row.values["person"], row)
        if before.values["hours_a_year"] != hours:
            facts = {"hours": before.texts["hours_a_year"], "row": before.number}
            words = Words(N_("%(hours)s as in row %(row)d; it is the person's total"), facts)
            draft.fault("providers", row, "hours_a_year", words)


@dataclass(frozen=True)
class Stretch:
    """From a start to before an end, in the file (`row`) or in the hub already (None)."""

    start: Any
    end: Any
    row: Row | None
    said: str


def _entitlements(draft: Draft) -> None:
    """At most one runs for a person and kind; both its days are inside."""
    stretches: dict[tuple[str, str], list[Stretch]] = defaultdict(list)
    columns = ("id", "person", "kind", "starts_on", "ends_on")
    for row, values in draft.everything("entitlements", *columns):
        ref, person, kind, starts, ends = values
        if all(values) and kind in MATCHED_KINDS:
            stretches[person, kind].append(Stretch(starts, ends + ONE_DAY, row, ref))
    words = N_("a day on which %(said)s does not run; one of a kind at a time")
    _name_overlaps(draft, "entitlements", "starts_on", words, stretches)


def _matches(draft: Draft) -> None:
    """One match at a time and one cover; the day of a change may belong to both."""
    stretches: dict[tuple[str, bool], list[Stretch]] = defaultdict(list)
    columns = ("entitlement", "provider", "starts_on", "ends_on", "cover")
    for row, (entitlement, provider, starts, ends, cover) in draft.everything("matches", *columns):
        if entitlement and provider and starts:
            ends = max(ends or date.max, starts + ONE_DAY)
            stretches[entitlement, bool(cover)].append(Stretch(starts, ends, row, provider))
    words = N_("a day on which %(said)s is not matched; one match at a time")
    _name_overlaps(draft, "matches", "starts_on", words, stretches)


def _meetings(draft: Draft) -> None:
    """Nobody is in two places: the file's booked sessions, and what the hub has already."""
    stretches = _taken(draft)
    for row in filter(_booked, draft.rows["sessions"]):
        start = row.value("starts_at")
        end = start + timedelta(minutes=row.value("minutes"))
        worker = draft.look("entitlements", row.value("entitlement"), "person")
        for person in (worker, row.value("provider")):
            said = str(row.value("id"))
            stretches[person].append(Stretch(start, end, row, said))
    words = N_("a time at which %(whose)s is free; %(said)s is then")
    _name_overlaps(draft, "sessions", "starts_at", words, stretches)


def _booked(row: Row) -> bool:
    columns = ("id", "entitlement", "provider", "starts_at", "minutes")
    return row.good(*columns) and "outcome" not in row.bad and not row.value("outcome")


def _taken(draft: Draft) -> defaultdict[str, list[Stretch]]:
    ours = {row.record.id for row in draft.rows["sessions"] if row.record is not None}
    query = select(Commitment).where(
        or_(Commitment.lapses_at.is_(None), Commitment.lapses_at > draft.book.now)
    )
    taken: defaultdict[str, list[Stretch]] = defaultdict(list)
    for one in draft.book.store.scalars(query):
        if one.session_id not in ours:
            person = draft.book.ref("people", one.person_id) or ""
            taken[person].append(Stretch(one.starts_at, one.ends_at, None, "something else"))
    return taken


def _name_overlaps(
    draft: Draft, sheet: str, column: str, words: str, stretches: dict[Any, list[Stretch]]
) -> None:
    for whose, several in stretches.items():
        for late, early in _overlapping(several):
            facts = {"whose": whose, "said": early.said}
            draft.fault(sheet, late, column, Words(words, facts))


def _overlapping(stretches: list[Stretch]) -> Iterator[tuple[Row, Stretch]]:
    """Each stretch of the file that begins before an earlier one is over, with that one."""
    latest: Stretch | None = None
    for one in sorted(stretches, key=lambda s: (s.start, s.row.number if s.row else 0)):
        if latest is not None and one.start < latest.end:
            if one.row is not None:
                yield one.row, latest
            elif latest.row is not None:
                yield latest.row, one
        if latest is None or one.end > latest.end:
            latest = one
