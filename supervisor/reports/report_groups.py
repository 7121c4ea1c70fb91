"""The group register: each group, its seats, what its meetings came to, and what they count."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from supervisor.groups import group_times, seats
from supervisor.models import Group, GroupTerms, Meeting, Offering, Place, Store
from supervisor.reports.pseudonyms import NAMED
from supervisor.reports.report_asks import Ask
from supervisor.rules.credit import CreditSettings
from supervisor.rules.days import DAY
from supervisor.rules.kinds import GroupKind
from supervisor.rules.regions import region_name
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.zones import today, zone

COLUMNS = (
    "group", "name", "kind", "region", "facilitator", "facilitator_name", "vetted_until",
    "membership", "members", "quorum", "cap", "waiting", "planned", "met", "called_off",
    "without_a_time", "not_written_down", "ahead", "mean_attendance", "agreement_since",
    "agreement_read", "counts_as", "closed_on",
)  # fmt: skip
NOTES = (
    Words(
        N_(
            "Planned: the meetings laid out for those days. Each is one of met, called off, "
            "without a time, not written down or ahead. What is ahead is never counted as met."
        )
    ),
    Words(
        N_(
            "Met: it has begun, and somebody was marked as there. Not written down: it has begun, "
            "and nobody was. Mean attendance: how many were there, over the meetings that met."
        )
    ),
    Words(N_("Members and waiting are of this day. Who waits unseen by the group is not counted.")),
    Words(N_("Vetted until: the latest day to which its facilitator is vetted for any support.")),
    Words(
        N_(
            "Agreement read: how many of the members have read the group’s agreement as it is and "
            "said yes; empty where none is written down."
        )
    ),
    Words(
        N_(
            "Counts as: what a meeting of this kind counts toward the sessions that are owed, by "
            "the hub’s rule of today."
        )
    ),
)


@dataclass(frozen=True)
class Books:
    """All that the register reads besides the groups, each by the id of its group or person."""

    meetings: Mapping[int, Sequence[Meeting]]
    terms: Mapping[int, GroupTerms]
    vetted: Mapping[int, date]
    credit: CreditSettings
    here: str


def group_register(store: Store, now: datetime, ask: Ask) -> Table:
    """Report 6, by name; a closed group is in it where it met in those days."""
    here = read(store, HubSettings).time_zone
    books = _books(store, ask, here)
    rows = [_row(store, one, books, now) for one in _groups(store, ask, books)]
    return Table(N_("Group register"), COLUMNS, rows, now.astimezone(zone(here)), (*NOTES, NAMED))


def _groups(store: Store, ask: Ask, books: Books) -> list[Group]:
    query = (
        select(Group)
        .outerjoin(Group.place)
        .options(joinedload(Group.place), joinedload(Group.facilitator), selectinload(Group.seats))
        .order_by(Group.name, Group.id)
    )
    if ask.group_kind:
        query = query.where(Group.kind == ask.group_kind)
    if ask.region:
        query = query.where(Place.region == ask.region)
    return [one for one in store.scalars(query) if one.closed_at is None or books.meetings[one.id]]


def _books(store: Store, ask: Ask, here: str) -> Books:
    vetted = select(Offering.person_id, func.max(Offering.vetted_until)).group_by(
        Offering.person_id
    )
    terms = store.scalars(select(GroupTerms).options(selectinload(GroupTerms.yeses)))
    return Books(
        meetings=_meetings(store, ask),
        terms={one.group_id: one for one in terms},
        vetted={person: until for person, until in store.execute(vetted) if until},
        credit=read(store, CreditSettings),
        here=here,
    )


def _meetings(store: Store, ask: Ask) -> Mapping[int, list[Meeting]]:
    found: defaultdict[int, list[Meeting]] = defaultdict(list)
    query = select(Meeting).options(selectinload(Meeting.attendances))
    if ask.since:
        query = query.where(Meeting.local_start >= datetime.combine(ask.since, time.min))
    if ask.until:
        query = query.where(Meeting.local_start < datetime.combine(ask.until + DAY, time.min))
    for one in store.scalars(query):
        found[one.group_id].append(one)
    return found


def _row(store: Store, group: Group, books: Books, now: datetime) -> tuple[Cell, ...]:
    place, leads, on = group.place, group.facilitator, today(now, books.here)
    return (
        group.ref,
        group.name,
        group.kind,
        str(region_name(place.region)) if place and place.region else None,
        leads.ref if leads else None,
        leads.name if leads else None,
        books.vetted.get(leads.id) if leads else None,
        "open" if group.open else "closed",
        len(group_times.seated(group, on)),
        group.minimum,
        group.maximum,
        len(seats.queue(store, group, now)),
        *_came_to(books.meetings[group.id], now),
        *_agreed(group, books, on),
        books.credit.way(GroupKind(group.kind)).value,
        today(group.closed_at, books.here) if group.closed_at else None,
    )


def _came_to(meetings: Sequence[Meeting], now: datetime) -> tuple[Cell, ...]:
    """What became of each, every one counted once."""
    off = sum(one.cancelled_at is not None for one in meetings)
    rest = [one for one in meetings if one.cancelled_at is None]
    homeless = sum(one.needs_time for one in rest)
    begun = [one for one in rest if not one.needs_time and one.starts_at <= now]
    there = [n for one in begun if (n := sum(bool(a.came) for a in one.attendances))]
    silent = len(begun) - len(there)
    ahead = len(rest) - homeless - len(begun)
    mean = round(sum(there) / len(there), 1) if there else None
    return (len(meetings), len(there), off, homeless, silent, ahead, mean)


def _agreed(group: Group, books: Books, on: date) -> tuple[Cell, ...]:
    """Since when its agreement is as it is, and how many of its members have read it."""
    terms = books.terms.get(group.id)
    if terms is None:
        return (None, None)
    members = {seat.person_id for seat in group_times.seated(group, on)}
    read_by = sum(yes.person_id in members for yes in terms.yeses)
    return (today(terms.changed_at, books.here), read_by)
