"""Who cannot be in a group together, and how many it holds: its new rows against all others."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from supervisor.apart import declared
from supervisor.rules.ties import Ties, may_sit_with
from supervisor.rules.words import N_, Words
from supervisor.workbook.draft import Draft
from supervisor.workbook.rows import Row

Pair = tuple[str, str]
FITTING = N_("somebody for whom this group is available")
ROOM = N_("yes, as the group holds %(most)d")


def find_group_clashes(draft: Draft) -> None:
    """Faults of the seats and facilitators that the file brings; those seated already stay."""
    new_seats = [row for row in draft.rows.get("group_members", []) if is_new(row)]
    new_leads = [row for row in draft.rows.get("groups", []) if is_new(row)]
    if not new_seats and not new_leads:
        return
    ties, seated, leads = ties_of(draft), seated_of(draft), _leads(draft)
    for row in new_leads:
        lead = row.value("facilitator")
        if lead and not may_sit_with(lead, seated[row.value("id")] - {lead}, ties):
            draft.fault("groups", row, "facilitator", Words(FITTING))
    for row in new_seats:
        person, group = row.value("person"), row.value("group")
        others = (seated[group] | leads[group]) - {person}
        if person in seated[group] and not may_sit_with(person, others, ties):
            draft.fault("group_members", row, "person", Words(FITTING))
    _name_the_surplus(draft, new_seats, seated)


def is_new(row: Row) -> bool:
    """Whether the file changes anything by it."""
    return bool(row.changes) and not row.left_out


def seated_of(draft: Draft) -> defaultdict[str, set[str]]:
    """Who has a seat in each group today."""
    seated: defaultdict[str, set[str]] = defaultdict(set)
    for _row, seat in draft.everything("group_members", "group", "person", "waiting", "left_on"):
        group, person, waiting, left_on = seat
        if group and person and not waiting and (left_on is None or left_on > draft.book.today):
            seated[group].add(person)
    return seated


def _leads(draft: Draft) -> defaultdict[str, set[str]]:
    """Who leads each group, alone or in turn."""
    leads: defaultdict[str, set[str]] = defaultdict(set)
    alone = draft.everything("groups", "id", "facilitator")
    for _row, (group, person) in (*alone, *draft.everything("rota", "group", "person")):
        if group and person:
            leads[group].add(person)
    return leads


def ties_of(draft: Draft) -> Ties[str]:
    """Who is whose manager, and who is to be kept apart from whom."""
    managers: defaultdict[str, set[str]] = defaultdict(set)
    employers: defaultdict[str, set[str]] = defaultdict(set)
    columns = ("person", "organisation", "manager", "starts_on", "ends_on")
    for _row, (person, organisation, manager, starts, ends) in draft.everything("jobs", *columns):
        if person and _holds(draft.book.today, starts, ends):
            employers[person].add(organisation)
            managers[person] |= {manager} - {None}
    return Ties(managers, *_against(draft), employers)


def _against(draft: Draft) -> tuple[set[Pair], set[Pair]]:
    """Who is to be kept apart from whom, and from which organisations: what the file says, and
    what the hub knows and shows to nobody."""
    in_file = draft.everything("conflicts", "person", "other")
    both = {(one, other) for _row, (one, other) in in_file if one and other}
    apart, ref = declared(draft.book.store), draft.book.ref
    people = {(ref("people", one), ref("people", other)) for one, other in apart.people}
    places = {
        (ref("people", one), ref("organisations", other)) for one, other in apart.organisations
    }
    return both | _whole(people), both | _whole(places)


def _whole(pairs: Iterable[tuple[str | None, str | None]]) -> set[Pair]:
    return {(one, other) for one, other in pairs if one and other}


def _holds(on: date, starts: date | None, ends: date | None) -> bool:
    return (starts is None or starts <= on) and (ends is None or on <= ends)


def _name_the_surplus(draft: Draft, rows: list[Row], seated: defaultdict[str, set[str]]) -> None:
    most: dict[str, Any] = {
        group: maximum for _row, (group, maximum) in draft.everything("groups", "id", "maximum")
    }
    for row in reversed(rows):
        group, person = row.value("group"), row.value("person")
        if most.get(group) and person in seated[group] and len(seated[group]) > most[group]:
            draft.fault("group_members", row, "waiting", Words(ROOM, {"most": most[group]}))
            seated[group].discard(person)
