"""Whom the hub should look for next: from the records to an answer in words.

For the hub alone. A culture or a language counts only where it was stated for this purpose: what a
worker wants or needs. Nobody is named beside a profile, only how many more it would help.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor.fits.fits_hub import loaded
from supervisor.matches.matching import problem_of
from supervisor.models import Entitlement, Person, Place, Store
from supervisor.rules.assign import AssignSettings, Problem, Score
from supervisor.rules.fit import candidates
from supervisor.rules.fit_kept import Hub
from supervisor.rules.kinds import MATCHED_KINDS, Kind
from supervisor.rules.recruit import Gain, Outlook, Sites, outlook
from supervisor.rules.recruit_more import More, Say
from supervisor.rules.recruit_profiles import Profile, RecruitSettings, Site
from supervisor.rules.regions import region_name
from supervisor.rules.words import N_, Words
from supervisor.settings import read_each

WHO = {
    Kind.PEER_SUPERVISION: N_("An external peer supervisor"),
    Kind.CULTURAL_SUPERVISION: N_("A cultural supervisor"),
    Kind.MENTORING: N_("A mentor (tuakana)"),
    Kind.COACHING: N_("A coach"),
}
ADDS = {
    "proved": (
        N_("1 more person would have somebody."),
        N_("%(n)d more people would have somebody."),
        N_("%(n)d more needs of %(people)d people would be met."),
    ),
    "at_least": (
        N_("At least 1 more person would have somebody."),
        N_("At least %(n)d more people would have somebody."),
        N_("At least %(n)d more needs of %(people)d people would be met."),
    ),
    "about": (
        N_("About 1 more person would have somebody."),
        N_("About %(n)d more people would have somebody."),
        N_("About %(n)d more needs of %(people)d people would be met."),
    ),
}
"""How sure it is: proved; counted against a proved number; or against the best that was found."""


@dataclass(frozen=True)
class Sought:
    """Somebody to look for, in every region where they add the same."""

    profile: Profile
    sites: list[Site]
    more: More
    sure: str

    @property
    def who(self) -> list[Words]:
        """Whom, part by part of a sentence."""
        profile = self.profile
        parts = [Words(WHO[profile.kind])]
        if places := [site.name for site in self.sites if site.name]:
            parts.append(Words(N_("near %(places)s"), {"places": _or(places)}))
        elif regions := [region_name(site.region) for site in self.sites if site.region]:
            parts.append(Words(N_("in %(places)s"), {"places": _or(regions)}))
        if profile.perspectives:
            facts = {"perspectives": _and(profile.perspectives)}
            parts.append(Words(N_("with a %(perspectives)s perspective"), facts))
        if profile.culture:
            parts.append(Words(N_("vetted for %(culture)s"), {"culture": profile.culture}))
        if profile.languages:
            facts = {"languages": _and(profile.languages)}
            parts.append(Words(N_("who speaks %(languages)s"), facts))
        return parts

    @property
    def adds(self) -> Words:
        """How many more would have somebody. A mandatory need may take the hours of others."""
        more, (one, many, needs) = self.more, ADDS[self.sure]
        if more.met < more.mandatory:
            facts = {"n": more.mandatory, "others": more.mandatory - more.met}
            text = N_(
                "%(n)d more who must have it would have somebody; of others %(others)d fewer."
            )
            return Words(text, facts)
        if more.people != more.met:
            return Words(needs, {"n": more.met, "people": more.people})
        return Words(one) if more.met == 1 else Words(many, {"n": more.met})

    @property
    def must(self) -> Words | None:
        """How many of them must have it."""
        mandatory, met = self.more.mandatory, self.more.met
        if not 0 < mandatory <= met:
            return None
        if mandatory == met:
            return Words(N_("It is mandatory.") if met == 1 else N_("It is mandatory for all."))
        return Words(N_("It is mandatory for %(n)d of them."), {"n": mandatory})


def _and(words: Iterable[str]) -> Words:
    return _joined(N_("%(first)s and %(last)s"), sorted(words))


def _or(words: Iterable[str | Words]) -> Words:
    return _joined(N_("%(first)s or %(last)s"), _each_once(words))


def _each_once(words: Iterable[str | Words]) -> list[str | Words]:
    return list({str(one): one for one in words}.values())


def _joined(text: str, words: Sequence[str | Words]) -> Words:
    """One word, two of them, or more with commas between them; each in the reader's language."""
    *first, last = words
    if not first:
        return Words("%(only)s", {"only": last})
    said = first[0]
    for one in first[1:]:
        said = Words("%(some)s, %(one)s", {"some": said, "one": one})
    return Words(text, {"first": said, "last": last})


@dataclass(frozen=True)
class Found:
    """The answer of a day. `open` counts the needs that have nobody; of them `reached.met` can be
    met by those who are there, and it is proved that no more than `most.met` can. `beyond` are
    needs for which nobody can be looked for yet. Not `whole`: there was no time for some."""

    on: date
    open: int
    reached: Score
    most: Score
    sought: list[Sought]
    beyond: list[str]
    whole: bool

    @property
    def unmet(self) -> int:
        """Needs that stay without anybody."""
        return self.open - self.reached.met


@dataclass(frozen=True)
class Question:
    """All that an answer needs of the records."""

    on: date
    hub: Hub
    problem: Problem
    sites: Sites
    settings: RecruitSettings
    assign: AssignSettings


def search(store: Store, on: date, seconds: float | None = None) -> Found:
    """Whom to look for, best first. Matches that run stay, as when everybody is matched."""
    return answer(question(store, on), seconds)


def question(store: Store, on: date) -> Question:
    """Everybody who has nobody on the day, who is there, and where people live."""
    hub, (recruit, assign) = loaded(store, on), read_each(store, RecruitSettings, AssignSettings)
    problem = problem_of(hub, candidates(hub.table, hub.open))
    return Question(on, hub, problem, _sites(store), recruit, assign)


def answer(
    asked: Question,
    seconds: float | None = None,
    say: Say = lambda _looked, _of: None,
) -> Found:
    """Whom to look for; no record is read or kept waiting meanwhile. `say` hears how many
    profiles were looked at, and of how many."""
    hub, settings = asked.hub, asked.settings
    seconds = settings.seconds if seconds is None else seconds
    found = outlook(
        hub.table, asked.problem, hub.open, asked.sites, settings, asked.assign, seconds, say
    )
    return Found(
        on=asked.on,
        open=len(hub.open),
        reached=found.reached,
        most=found.most,
        sought=_grouped(found),
        beyond=sorted(hub.table.needs[row].ref for row in found.beyond),
        whole=found.whole,
    )


def _sites(store: Store) -> dict[str | None, list[Site]]:
    """Where those live who are owed something, by region."""
    lived_in = select(Person.place_id).join(Entitlement, Entitlement.person_id == Person.id)
    matched = lived_in.where(Entitlement.kind.in_(MATCHED_KINDS))
    found: defaultdict[str | None, list[Site]] = defaultdict(list)
    for place in store.scalars(select(Place).where(Place.id.in_(matched)).order_by(Place.ref)):
        found[place.region].append(Site(place.name, _point(place), place.region, place.land))
    return found


def _point(place: Place) -> tuple[float, float] | None:
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def ask_first(store: Store, found: Found) -> list[Entitlement]:
    """For whom nobody can be looked for yet: something must be asked of them."""
    query = select(Entitlement).where(Entitlement.ref.in_(found.beyond)).order_by(Entitlement.ref)
    return list(store.scalars(query.options(joinedload(Entitlement.person))))


def _grouped(found: Outlook) -> list[Sought]:
    """Those who add the same in several regions are one."""
    alike: defaultdict[tuple[object, ...], list[Gain]] = defaultdict(list)
    for gain in found.gains:
        one = gain.profile
        alike[one.kind, one.perspectives, one.culture, one.languages, gain.more].append(gain)
    return [
        Sought(
            some[0].profile, [gain.site for gain in some], some[0].more, found.sure(some[0].more)
        )
        for some in alike.values()
    ]
