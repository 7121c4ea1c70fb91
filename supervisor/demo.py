"""The demo: a district of invented people with eight months behind it, moved to end this week."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import entitlements, workbook
from supervisor.groups import group_wishes, groups, meetings
from supervisor.matches import matches, matching
from supervisor.models import (
    Entitlement,
    Match,
    Meeting,
    Person,
    PulseCount,
    PulseQuarter,
    Store,
)
from supervisor.plans import plans
from supervisor.plans.plans import Plan
from supervisor.rules.kinds import MATCHED_KINDS, GroupKind, Kind, MatchState, Mode, Standing
from supervisor.rules.prices import PriceSettings
from supervisor.rules.pulse import Felt, Item, quarter_before
from supervisor.settings import HubSettings, hub_today, read, save
from supervisor.sign_ins import SignInSettings

DISTRICT = Path(__file__).parent / "district"
LAST_WEEK = date(2026, 11, 23)
LOOK_AS = {
    "coordinator": "lia",
    "worker, 4 of 10": "marama",
    "her supervisor": "mihirangi",
    "manager": "heather",
    "group facilitator": "nikau",
    "funder": "owen",
}
WISHING = ("sunita", "paora", "brendan", "moira", "manaia", "noeline", "niamh", "lorna")
ANSWERS = (
    ((13, 6, 2, 0), (9, 7, 5, 0), (8, 5, 6, 2)),
    ((17, 5, 0, 1), (14, 6, 2, 1), (11, 5, 5, 2)),
)
"""Of two quarters, for each of the three questions: yes, partly, no, rather not say."""
SHORT = (Standing.CANNOT_BE_MET, Standing.BEHIND, Standing.SLIPPING, Standing.NOTHING_BOOKED)
AN_HOUR, LESS = "60: 138.00", "45: 103.50"
PRICES = PriceSettings(
    peer_supervision=f"{LESS}, {AN_HOUR}",
    cultural_supervision=AN_HOUR,
    mentoring=LESS,
    coaching=LESS,
)
"""Invented, as all of the demo is."""
LINK_MINUTES = 7 * 24 * 60
SOLVE_SECONDS = 10
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d)?")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Row:
    """One kind of support: how many are owed it, have somebody, were offered; how many sessions
    ahead found a time; and how many fall behind."""

    kind: Kind
    owed: int
    matched: int
    offered: int
    placed: int
    behind: int


@dataclass(frozen=True)
class Summary:
    """What the demo holds once it is built, and how much of the plan could be placed."""

    rows: list[Row]
    placed: int
    to_place: int


def build(store: Store, now: datetime, say: Say) -> Summary:
    """Fill an empty, migrated database with the district as it stands now."""
    _name_the_hub(store)
    on = hub_today(store, now)
    say("Reading the district's workbook …")
    with TemporaryDirectory() as folder:
        moved = shifted(DISTRICT, weeks_until(on), Path(folder))
        workbook.import_workbook(store, moved, now, add_words=True)
    say("Calling the groups together …")
    _meet(store, now)
    ask_for_groups(store, now)
    _answer_questions(store, on)
    say("Matching those who have nobody …")
    _offer(store, on, now)
    say("Planning what is still owed …")
    plan = plans.plan(store, on, on + timedelta(days=364), now)
    entitlements.reassess_all(store, list(store.scalars(select(Entitlement))), now)
    return Summary(_rows(store, plan, on), plan.placed, plan.wanted)


def _name_the_hub(store: Store) -> None:
    hub = read(store, HubSettings)
    named = replace(hub, name="Southern Supervision Hub", phone="03 555 0100", demo=True)
    save(store, named)
    save(store, replace(read(store, SignInSettings), link_minutes=LINK_MINUTES))
    save(store, PRICES)


def _meet(store: Store, now: datetime) -> None:
    """Lay the standing meetings; of those behind, the facilitator wrote down who came, but for
    the last one."""
    groups.extend(store, now)
    past = select(Meeting).where(Meeting.starts_at < now, Meeting.needs_time.is_(False))
    rows = past.options(joinedload(Meeting.group)).order_by(Meeting.group_id, Meeting.starts_at)
    for before, after in pairwise(store.scalars(rows)):
        facilitator = before.group.facilitator
        if facilitator and before.group_id == after.group_id:
            over = before.starts_at + timedelta(minutes=before.minutes)
            meetings.everyone_here(store, before, facilitator, over)


def ask_for_groups(store: Store, now: datetime) -> None:
    """Some would like a group: six from four towns have an hour in common, two have not."""
    for person in store.scalars(select(Person).where(Person.ref.in_(WISHING)).order_by(Person.id)):
        group_wishes.ask(store, person, GroupKind.CO_REFLECTION, [Mode.VIDEO], person, now)


def _answer_questions(store: Store, on: date) -> None:
    """What workers said in the two quarters that are over: counts, as they are of nobody."""
    last = quarter_before(on)
    for begins_on, answers in ((quarter_before(last), ANSWERS[0]), (last, ANSWERS[1])):
        store.add(PulseQuarter(begins_on=begins_on, people=sum(answers[0])))
        store.flush()
        store.add_all(
            PulseCount(begins_on=begins_on, item=item, felt=felt, people=people)
            for item, counts in zip(Item, answers, strict=True)
            for felt, people in zip(Felt, counts, strict=True)
        )
    store.flush()


def _offer(store: Store, on: date, now: datetime) -> None:
    answer = matching.solve(store, on, seconds=SOLVE_SECONDS)
    matches.propose(store, answer.rows, now)


def _rows(store: Store, plan: Plan, on: date) -> list[Row]:
    owed = [e for e in entitlements.current(store, on) if e.kind in MATCHED_KINDS]
    placed = Counter(time.entitlement.kind for time in plan.times)
    return [
        _row(store, kind, [e for e in owed if e.kind == kind], placed[kind], on)
        for kind in MATCHED_KINDS
    ]


def _row(store: Store, kind: Kind, owed: list[Entitlement], placed: int, on: date) -> Row:
    offered = set(
        store.scalars(select(Match.entitlement_id).where(Match.state == MatchState.OFFERED))
    )
    return Row(
        kind=kind,
        owed=len(owed),
        matched=sum(bool(entitlements.running_match(store, e, on)) for e in owed),
        offered=sum(e.id in offered for e in owed),
        placed=placed,
        behind=sum(e.standing in SHORT for e in owed),
    )


def weeks_until(on: date) -> int:
    """By how many weeks the district moves so that its last week is the one of this day."""
    return (on - LAST_WEEK).days // 7


def shifted(folder: Path, weeks: int, into: Path) -> Path:
    """A copy of a workbook with every date moved; weekdays and wall times stay."""
    for sheet in folder.glob("*.csv"):
        with sheet.open(encoding="utf-8", newline="") as file:
            rows = [[_moved(cell, weeks) for cell in row] for row in csv.reader(file)]
        with (into / sheet.name).open("w", encoding="utf-8", newline="") as copy:
            csv.writer(copy).writerows(rows)
    return into


def _moved(cell: str, weeks: int) -> str:
    found = _DAY.fullmatch(cell)
    if not found:
        return cell
    return f"{date.fromisoformat(found[1]) + timedelta(weeks=weeks)}{found[2] or ''}"
