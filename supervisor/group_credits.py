"""What meetings of groups count toward whose entitlement, read in bulk from what is on record."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from supervisor.models import (
    Attendance,
    CreditRule,
    Entitlement,
    Group,
    Job,
    Meeting,
    Person,
    Store,
)
from supervisor.rules import credit
from supervisor.rules.credit import Came, Credit, CreditSettings, Owed
from supervisor.settings import hub_today, read

Credits = dict[int, list[Credit]]


@dataclass(frozen=True)
class Rules:
    """How meetings of groups count now, and how they counted for periods that ended before a day,
    the earliest first: what is over stays as it was reported."""

    before: list[tuple[date, CreditSettings]]
    now: CreditSettings

    @property
    def each(self) -> list[CreditSettings]:
        """All of them, the latest last."""
        return [*(rule for _until, rule in self.before), self.now]

    def of(self, ends_on: date) -> CreditSettings:
        """The one for a period that ends on that day."""
        found = (rule for until, rule in self.before if ends_on < until)
        return next(found, self.now)


def rules(store: Store, now: datetime, rule: CreditSettings | None = None) -> Rules:
    """As the hub has them; with `rule` as if it were kept today."""
    kept = read(store, CreditSettings)
    rows = store.scalars(select(CreditRule).order_by(CreditRule.until_on, CreditRule.id))
    before = [(row.until_on, CreditSettings(**row.rule)) for row in rows]
    if rule is None or rule == kept:
        return Rules(before, kept)
    return Rules([*before, (hub_today(store, now), kept)], rule)


def replaced(store: Store, before: CreditSettings, now: datetime) -> None:
    """Another rule was kept today; the one before it holds on for what had ended."""
    if before != read(store, CreditSettings):
        on = hub_today(store, now)
        store.add(CreditRule(until_on=on, rule=asdict(before), replaced_at=now))
        store.flush()


def of_entitlements(
    store: Store,
    entitlements: Collection[Entitlement],
    now: datetime,
    rule: CreditSettings | None = None,
) -> Credits:
    """What counts toward each of these by its id; the number of questions does not grow. `rule`
    is how meetings would count, None for as the hub has it."""
    all_of_them = rules(store, now, rule)
    found: Credits = defaultdict(list)
    used: set[tuple[int, int]] = set()
    for each in dict.fromkeys(all_of_them.each):
        for person, given in _given(store, entitlements, now, each, all_of_them, used):
            used.add((person, given.came.meeting))
            found[given.owed].append(given)
    wanted = {one.id for one in entitlements}
    return {number: given for number, given in found.items() if number in wanted}


def _given(
    store: Store, entitlements: Collection[Entitlement], now: datetime, rule: CreditSettings,
    all_of_them: Rules, used: set[tuple[int, int]],
) -> Iterator[tuple[int, Credit]]:  # fmt: skip
    """By one rule, toward the periods for which it holds, without what counted already."""
    people = {one.person_id for one in entitlements if one.kind == rule.toward}
    if not (people and rule.kinds):
        return
    came, owed = _came(store, people, now, rule), _owed(store, people, rule)
    for person, meetings in came.items():
        theirs = [one for one in owed[person] if all_of_them.of(one.ends_on) == rule]
        fresh = [one for one in meetings if (person, one.meeting) not in used]
        for one in credit.given_by(theirs, fresh, rule):
            yield person, one


def _owed(store: Store, people: set[int], rule: CreditSettings) -> dict[int, list[Owed]]:
    """All their periods of the kind: a meeting goes to one, whichever of them is asked about."""
    found: dict[int, list[Owed]] = defaultdict(list)
    query = select(Entitlement).where(
        Entitlement.person_id.in_(people), Entitlement.kind == rule.toward
    )
    for one in store.scalars(query):
        found[one.person_id].append(Owed(one.id, one.starts_on, one.ends_on, one.minutes))
    return found


def _came(
    store: Store, people: set[int], now: datetime, rule: CreditSettings
) -> dict[int, list[Came]]:
    """The meetings at which each was: one side says so, and nobody disagrees, or the hub has
    settled it so."""
    rows = store.execute(_marks(people, now, rule)).all()
    jobs = _jobs(store, people | {row.leads for row in rows if row.leads})
    found: dict[int, list[Came]] = defaultdict(list)
    for row in rows:
        on = row.local_start.date()
        inside = bool(_employers(jobs, row.person_id, on) & _employers(jobs, row.leads, on))
        found[row.person_id].append(
            Came(
                row.id, row.kind, row.starts_at, on, row.minutes,
                bool(row.own and row.led), inside and row.leads != row.person_id,
            )
        )  # fmt: skip
    return found


def _marks(people: set[int], now: datetime, rule: CreditSettings) -> Any:
    return (
        select(
            Meeting.id, Group.kind, Meeting.starts_at, Meeting.local_start, Meeting.minutes,
            Attendance.person_id, Attendance.own, Attendance.led,
            func.coalesce(Meeting.leader_id, Group.facilitator_id).label("leads"),
        )
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .join(Group, Group.id == Meeting.group_id)
        .where(
            Attendance.person_id.in_(people),
            or_(Attendance.settled.is_(True), _nobody_disagrees()),
            Group.kind.in_(rule.kinds),
            Meeting.cancelled_at.is_(None),
            Meeting.needs_time.is_(False),
            Meeting.starts_at <= now,
        )
    )  # fmt: skip


def _nobody_disagrees() -> ColumnElement[bool]:
    """One side says that they were there, and the other does not say no."""
    return and_(
        or_(Attendance.own.is_(True), Attendance.led.is_(True)),
        Attendance.own.is_not(False),
        Attendance.led.is_not(False),
    )


def _jobs(store: Store, people: set[int]) -> dict[int, list[Job]]:
    found: dict[int, list[Job]] = defaultdict(list)
    for job in store.scalars(select(Job).where(Job.person_id.in_(people))):
        found[job.person_id].append(job)
    return found


def _employers(jobs: dict[int, list[Job]], person_id: int, on: date) -> set[int]:
    return {
        job.organisation_id
        for job in jobs.get(person_id, ())
        if (job.starts_on is None or job.starts_on <= on)
        and (job.ends_on is None or on <= job.ends_on)
    }


@dataclass(frozen=True)
class Counted:
    """One meeting that counts toward an entitlement, and for how many minutes."""

    meeting: Meeting
    minutes: int
    by_both: bool


def listed(store: Store, entitlement: Entitlement, now: datetime) -> list[Counted]:
    """The meetings that count toward it, latest first."""
    given = of_entitlements(store, [entitlement], now).get(entitlement.id, [])
    query = select(Meeting).where(Meeting.id.in_([one.came.meeting for one in given]))
    known = {one.id: one for one in store.scalars(query.options(joinedload(Meeting.group)))}
    return [
        Counted(known[one.came.meeting], one.minutes, one.came.by_both) for one in reversed(given)
    ]


def touched(
    store: Store, meeting: Meeting, people: Iterable[Person], now: datetime
) -> list[Entitlement]:
    """What a mark of somebody may count toward."""
    kinds = toward(store, now, meeting.group.kind)
    query = select(Entitlement).where(
        Entitlement.person_id.in_([one.id for one in people]), Entitlement.kind.in_(kinds)
    )
    return list(store.scalars(query)) if kinds else []


def toward(store: Store, now: datetime, kind: str | None = None) -> set[str]:
    """The kinds of support toward which a meeting of one kind of group, or of any, counts."""
    each = rules(store, now).each
    return {rule.toward for rule in each if (kind in rule.kinds if kind else rule.kinds)}
