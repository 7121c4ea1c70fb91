"""What the pages of a match show: whom a worker can choose and why, and who asks a provider."""

from dataclasses import dataclass
from datetime import date

from supervisor.fits import fits
from supervisor.hours import ways
from supervisor.identity import shared_parts
from supervisor.matches.match_offers import open_offers
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.kinds import Kind, Mode, Stance, Vocabulary
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import N_, Words
from supervisor.settings import read_each

EVERYBODY = 1_000_000
BOTH = (False, True)
SHARED = {
    Vocabulary.PERSPECTIVE: N_("Perspective"),
    Vocabulary.CULTURE: N_("Culture"),
    Vocabulary.LANGUAGE: N_("Languages"),
    Vocabulary.GENDER: N_("Gender"),
}


@dataclass(frozen=True)
class Choice:
    """Somebody to choose, with why they fit and what does not fit as well."""

    match: Match
    reasons: list[Words]
    drawbacks: list[Words]


@dataclass(frozen=True)
class Choices:
    """Whom a worker can choose; once somebody is asked, the rest waits. Cover stands apart. `far`:
    they would meet in person, and nobody who may be chosen now is near enough."""

    cover: bool
    asked: Match | None
    open: list[Choice]
    far: bool


def choices(store: Store, entitlement: Entitlement, on: date) -> list[Choices]:
    """The match first, then cover; nothing where nothing is offered. Who has no room any more,
    or may not be matched any more, is not shown."""
    offers = open_offers(store, entitlement)
    if not offers:
        return []
    fitting = {one.provider.id: one for one in fits.shortlist(store, entitlement, on, EVERYBODY)}
    modes = entitlement.person.modes
    far = (not modes or Mode.IN_PERSON in modes) and not any(x.near for x in fitting.values())
    sorts = [_choices([m for m in offers if m.cover == cover], fitting, far=far) for cover in BOTH]
    return [sort for sort in sorts if sort.asked or sort.open]


def _choices(offers: list[Match], fitting: dict[int, fits.Suggestion], *, far: bool) -> Choices:
    return Choices(
        cover=any(match.cover for match in offers),
        asked=next((match for match in offers if match.worker_yes_at), None),
        open=[
            Choice(match, fitting[match.provider_id].reasons, fitting[match.provider_id].drawbacks)
            for match in offers
            if not match.worker_yes_at and match.provider_id in fitting
        ],
        far=far,
    )


@dataclass(frozen=True)
class Shared:
    """What somebody says of themselves, such as Languages: English, Te reo Māori."""

    label: str
    words: list[str]


def told_of(match: Match) -> list[Shared]:
    """What a provider may know of who asks: what was said for this purpose, and of who they are
    what they share. Without their yes that is nothing."""
    worker, entitlement = match.entitlement.person, match.entitlement
    told = [Shared(N_("A language they need"), _words(worker, Vocabulary.LANGUAGE, Stance.NEEDED))]
    if entitlement.kind == Kind.CULTURAL_SUPERVISION and entitlement.culture_wanted:
        told.append(Shared(N_("The culture they chose"), [entitlement.culture_wanted.name]))
    shared = shared_parts(worker)
    told += [
        Shared(label, _words(worker, kind, Stance.OWN))
        for kind, label in SHARED.items()
        if kind in shared
    ]
    return [one for one in told if one.words]


def _words(person: Person, vocabulary: Vocabulary, stance: Stance) -> list[str]:
    return sorted(
        trait.word.name
        for trait in person.traits
        if trait.word.vocabulary == vocabulary and trait.stance == stance
    )


def ways_to_meet(store: Store, match: Match) -> list[str]:
    """How the two can meet."""
    booking, fit = read_each(store, BookingSettings, FitSettings)
    return ways.modes(match.entitlement.person, match.provider, booking, fit)
