"""Seeded hubs of any size: invented needs and providers with the shape of a real workforce."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from supervisor.rules.fit_columns import MATTERS
from supervisor.rules.fit_values import Need, Offer, Party, Provider
from supervisor.rules.kinds import Kind, Mode

ON = date(2027, 2, 10)
DAY_FROM, DAY_TO = 8 * 60, 18 * 60
PERSPECTIVES = (("consumer",), ("consumer",), ("carer",), ("consumer", "carer"))
CULTURES = ("Kāi Tahu", "Māori", "Samoan", "Tongan", "Fijian Indian", "Cook Islands Māori")
LANGUAGES = ("te reo Māori", "Samoan", "Tongan", "NZSL", "Hindi")
FOCUS = ("mental_health", "addiction")
PRACTICE = ("intentional peer support", "strengths", "narrative")
GENDERS = ("woman", "man", "another")
KINDS = {
    Kind.PEER_SUPERVISION: (1.0, (6, 10, 10, 10, 12), (45, 60, 60, 90)),
    Kind.CULTURAL_SUPERVISION: (0.35, (4, 6), (60, 90)),
    Kind.MENTORING: (0.5, (5, 6, 8, 10), (45, 60)),
    Kind.COACHING: (0.3, (4, 6, 8), (45, 60)),
}
OFFERED = {
    Kind.PEER_SUPERVISION: (0.65, (4, 6, 8, 10)),
    Kind.CULTURAL_SUPERVISION: (0.3, (4, 5, 6)),
    Kind.MENTORING: (0.5, (3, 4, 6)),
    Kind.COACHING: (0.3, (3, 4, 6)),
}


@dataclass(frozen=True)
class Size:
    """A hub: so many workers and providers, spread over so many regions."""

    workers: int
    providers: int
    regions: int


SIZES = {
    "region": Size(60, 25, 1),
    "district": Size(1_000, 300, 2),
    "national": Size(10_000, 2_500, 16),
    "world": Size(100_000, 20_000, 130),
}


def hub(size: Size, seed: int, scarcity: float = 1.0) -> tuple[list[Need], list[Provider]]:
    """The needs in order of their ref, and the providers; `scarcity` divides the providers."""
    random = Random(seed)
    count = round(size.providers / scarcity)
    providers = [_provider(random, size, 1 + n) for n in range(count)]
    parties = [_party(random, size, count + 1 + n, (0, 1, 2, 3, 5, 8)) for n in range(size.workers)]
    by_region: dict[str | None, list[int]] = {}
    for one in providers:
        by_region.setdefault(one.party.region, []).append(one.party.id)
    needs = [need for party in parties for need in _needs(random, party, by_region)]
    return sorted(needs, key=lambda need: need.ref), providers


def _party(random: Random, size: Size, number: int, years: tuple[int, ...]) -> Party:
    region = number % size.regions
    town = random.randrange(6)
    shares = random.random() < 0.8
    return Party(
        id=number,
        ref=f"p{number:06}",
        point=(-45 + 3 * region + 0.35 * town, 169 + 0.25 * town + random.random() / 10),
        region=f"R{region:03}",
        land="South",
        clinical=random.random() < 0.05,
        shares=shares,
        perspectives=frozenset(random.choice(PERSPECTIVES)),
        cultures=_some(random, CULTURES, 0.25, 0.12),
        languages=frozenset({"English"}) | _some(random, LANGUAGES, 0.0, 0.08),
        needed_languages=_some(random, LANGUAGES, 0.0, 0.01),
        genders=frozenset({random.choice(GENDERS[:2])}),
        preferred_genders=_some(random, GENDERS[:2], 0.0, 0.1),
        youth_until=date(2030, 1, 1) if random.random() < 0.12 else None,
        rainbow=random.random() < 0.12,
        focus=_some(random, FOCUS, 0.6, 0.5),
        practice=_some(random, PRACTICE, 0.2, 0.2),
        modes=_some(random, (Mode.IN_PERSON, Mode.VIDEO, Mode.PHONE), 0.85, 0.75),
        travel_km=random.choice((20, 50, 50, 80, 120)),
        years=random.choice(years),
        windows=tuple(_windows(random)),
        zone="Pacific/Auckland",
        matters_most=frozenset(random.sample(MATTERS[:-1], random.choice((0, 1, 3)))),
        organisations=frozenset({region * 1000 + random.randrange(8)}),
        sole_peer=random.random() < 0.15,
        began_on=ON - timedelta(days=random.choice((30, 200, 600, 1500))),
    )


def _some(random: Random, words: tuple[str, ...], first: float, others: float) -> frozenset[str]:
    """The first word with one chance, each other with another."""
    chances = [first or others, *[others] * (len(words) - 1)]
    return frozenset(
        w for w, chance in zip(words, chances, strict=True) if random.random() < chance
    )


def _windows(random: Random) -> list[tuple[int, int, int]]:
    days = random.sample(range(5), random.choice((2, 3, 3, 4, 5)))
    starts = [random.randrange(DAY_FROM, DAY_TO - 180, 30) for _ in days]
    return [(d, s, s + random.choice((120, 180, 240))) for d, s in zip(days, starts, strict=True)]


def _provider(random: Random, size: Size, number: int) -> Provider:
    party = _party(random, size, number, (4, 6, 8, 12, 20))
    kinds = [kind for kind, (chance, _) in OFFERED.items() if random.random() < chance]
    offers = {kind: _offer(random, kind, party) for kind in kinds or [Kind.PEER_SUPERVISION]}
    full = sum(o.capacity * max(KINDS[Kind(k)][1]) for k, o in offers.items())
    hours = round(full * random.choice((0.5, 0.6, 0.8, 1.0)))
    limited = random.random() < 0.8
    return Provider(party=party, offers=offers, minutes_a_year=hours * 60 if limited else None)


def _offer(random: Random, kind: Kind, party: Party) -> Offer:
    return Offer(
        capacity=random.choice(OFFERED[kind][1]),
        vetted_until=date(2028, 12, 31),
        regions=frozenset({str(party.region)}),
        cultures=_some(random, CULTURES, 0.7, 0.4) | {random.choice(CULTURES)},
    )


def _needs(random: Random, party: Party, by_region: dict[str | None, list[int]]) -> list[Need]:
    near = by_region.get(party.region, [])
    chosen = random.sample(near, min(len(near), random.choice((0, 1, 1, 2, 3))))
    ranks = {provider: rank + 1 for rank, provider in enumerate(chosen)}
    worker = Party(**{**vars(party), "choices": ranks})
    return [_need(random, worker, kind) for kind in KINDS if random.random() < KINDS[kind][0]]


def _need(random: Random, worker: Party, kind: Kind) -> Need:
    _, sessions, lengths = KINDS[kind]
    minutes, cultural = random.choice(lengths), kind == Kind.CULTURAL_SUPERVISION
    return Need(
        worker=worker,
        kind=kind,
        id=worker.id * 10 + list(KINDS).index(kind),
        ref=f"e{worker.id:06}-{kind}",
        minutes=minutes,
        effort=minutes * random.choice(sessions),
        culture_wanted=random.choice(CULTURES) if cultural else None,
        mandatory=kind == Kind.PEER_SUPERVISION and random.random() < 0.8,
        waiting_since=ON - timedelta(days=random.randrange(0, 240)),
    )
