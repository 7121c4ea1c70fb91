"""What a report is narrowed to: one employer, kind or region, and the days from and until."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, or_, select, true

from supervisor.errors import NotFound, OddAsk
from supervisor.models import Entitlement, Job, Organisation, Person, Place, Store
from supervisor.rules import typed
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MATCHED_KINDS, GroupKind, Kind
from supervisor.rules.periods import Every, before
from supervisor.rules.regions import region_name
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.zones import midnight

Choice = TypeVar("Choice")
JULY = 7
DAYS = ("since", "until")
YEARS = range(1970, 2200)
ALL_OF_IT = Words(N_("All of it: it was not narrowed to an employer, a kind, a region or days."))
FIELDS = {
    "employer": N_("Employer"),
    "kind": N_("Kind of support"),
    "group_kind": N_("Kind of group"),
    "region": N_("Region"),
    "since": N_("From"),
    "until": N_("Until, this day too"),
}
"""What each filter is called beside its field."""
NO_FILTER = N_("This report cannot be narrowed by “%(called)s”. Take it out of the address.")
NO_CHOICE = N_("%(called)s: there is no “%(text)s” to pick. Pick one from the list.")
NO_DAY = N_("%(called)s: write a day, like 10 March 2027.")
TURNED = N_("%(called)s: the first day comes after the last. Change one of them.")
OTHER = {"page", "columns"}
"""What an address says besides what of a report it asks for."""


@dataclass(frozen=True)
class Ask:
    """What somebody asks a report for; None is all of it. Both days are inside."""

    employer: Organisation | None = None
    kind: Kind | None = None
    group_kind: GroupKind | None = None
    region: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def given(self) -> dict[str, str]:
        """The same as it stands in an address."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value.ref if isinstance(value, Organisation) else str(value)
            for name, value in named.items()
            if value is not None
        }

    def holds(self, day: date) -> bool:
        """Whether a day lies between the two."""
        return (self.since or date.min) <= day <= (self.until or date.max)

    def words(self) -> tuple[Words, ...]:
        """The same in words, for whoever reads the report."""
        said = [*self._only(), *self._days()]
        return tuple(said) or (ALL_OF_IT,)

    def _only(self) -> list[Words]:
        found = []
        if self.employer:
            found.append(Words(N_("Only this employer: %(what)s."), {"what": self.employer.name}))
        if kind := self.kind or self.group_kind:
            found.append(Words(N_("Only this kind: %(what)s."), {"what": kind}))
        if self.region:
            found.append(
                Words(N_("Only this region: %(what)s."), {"what": region_name(self.region)})
            )
        return found

    def _days(self) -> list[Words]:
        found = []
        if self.since:
            found.append(Words(N_("From %(day)s on."), {"day": self.since}))
        if self.until:
            found.append(Words(N_("Up to and with %(day)s."), {"day": self.until}))
        return found


ALL = Ask()
FILTERS = tuple(field.name for field in fields(Ask))


def asked(store: Store, given: Mapping[str, str], by: tuple[str, ...]) -> Ask:
    """What an address or a command asks for; refused in words where there is no such thing, and
    where the report has nothing of it: nobody shall take all for a part."""
    told = {name: text.strip() for name, text in given.items() if text.strip()}
    for name in told:
        if name not in by and name not in OTHER:
            raise odd(NO_FILTER, name)
    ask = Ask(
        employer=_employer(store, told),
        kind=_one_of({str(kind): kind for kind in MATCHED_KINDS}, told, "kind"),
        group_kind=_one_of({str(kind): kind for kind in GroupKind}, told, "group_kind"),
        region=_one_of({region: region for region in regions(store)}, told, "region"),
        since=_day(told, "since"),
        until=_day(told, "until"),
    )
    if ask.since and ask.until and ask.since > ask.until:
        raise odd(TURNED, "until")
    return ask


def odd(words: str, name: str, **facts: str) -> OddAsk:
    """What there is none of, said by the name that its field has on the page."""
    called = Words(FIELDS[name]) if name in FIELDS else name
    return OddAsk(words, field=name, called=called, **facts)


def _employer(store: Store, told: Mapping[str, str]) -> Organisation | None:
    asked = told.get("employer")
    try:
        return organisation(store, asked) if asked else None
    except NotFound:
        raise odd(NO_CHOICE, "employer", text=asked or "") from None


def _one_of(known: Mapping[str, Choice], told: Mapping[str, str], name: str) -> Choice | None:
    text = told.get(name)
    if text is not None and text not in known:
        raise odd(NO_CHOICE, name, text=text)
    return known[text] if text else None


def _day(told: Mapping[str, str], name: str) -> date | None:
    text = told.get(name)
    day = typed.day_of(text) if text else None
    if text and (day is None or day.year not in YEARS):
        raise odd(NO_DAY, name)
    return day


def organisation(store: Store, ref: str) -> Organisation:
    """The one with this id of the hub's own."""
    found = store.scalar(select(Organisation).where(Organisation.ref == ref))
    if found is None:
        raise NotFound(N_("There is no organisation with the id %(ref)s."), ref=ref)
    return found


def employers(store: Store) -> list[Organisation]:
    """Those at which somebody has, or had, a job, by name."""
    at = select(Job.id).where(Job.organisation_id == Organisation.id).exists()
    return list(store.scalars(select(Organisation).where(at).order_by(Organisation.name)))


def regions(store: Store) -> list[str]:
    """Those in which the hub has a place."""
    known = select(Place.region).where(Place.region.is_not(None)).distinct()
    return sorted(region for region in store.scalars(known) if region)


def of_entitlements(ask: Ask) -> ColumnElement[bool]:
    """As part of a question about entitlements: those of whoever worked for the employer in their
    period, of the kind, of people who live in the region."""
    parts: list[ColumnElement[bool]] = [true()]
    if ask.employer:
        parts.append(worked_for(ask.employer))
    if ask.kind:
        parts.append(Entitlement.kind == ask.kind)
    if ask.region:
        lives = select(Person.id).join(Person.place).where(Place.region == ask.region)
        parts.append(Entitlement.person_id.in_(lives))
    return and_(*parts)


def worked_for(employer: Organisation) -> ColumnElement[bool]:
    """Their worker had a job there in their period."""
    then = and_(
        Job.person_id == Entitlement.person_id,
        Job.organisation_id == employer.id,
        or_(Job.starts_on.is_(None), Job.starts_on <= Entitlement.ends_on),
        or_(Job.ends_on.is_(None), Job.ends_on >= Entitlement.starts_on),
    )
    return select(Job.id).where(then).correlate(Entitlement).exists()


def cut_off(store: Store, ask: Ask, now: datetime) -> datetime:
    """The moment up to which is counted: now, or the end of the last day that was asked for."""
    if ask.until is None:
        return now
    end = midnight(ask.until + DAY, read(store, HubSettings).time_zone) - timedelta(minutes=1)
    return min(now, end.astimezone(now.tzinfo))


def periods(on: date) -> list[tuple[str, Ask]]:
    """Those that are asked for most, in whole quarters that are over: the year so far, also as
    contracts count it, from July on; the last quarter and the last year."""
    began, last = before(Every.QUARTER, on)
    before_this = on.year - 1
    july = date(last.year if last.month >= JULY else last.year - 1, JULY, 1)
    return [
        (N_("The year so far"), ALL),
        (N_("Since July"), Ask(since=july)),
        (N_("The last quarter"), Ask(since=began, until=last)),
        (N_("The last year"), Ask(since=date(before_this, 1, 1), until=date(before_this, 12, 31))),
    ]
