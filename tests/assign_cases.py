"""Small problems in a few words, and what is right for them, by trying everything."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from random import Random

import numpy as np

from supervisor.rules.assign import Problem, Score
from supervisor.rules.fit_lists import UNKNOWN

KINDS = 2
Pair = tuple[int, int]
Met = dict[int, int]


@dataclass(frozen=True)
class Want:
    """A need of a person, who is a number."""

    worker: int
    kind: int = 0
    effort: int = 60
    mandatory: bool = False


@dataclass(frozen=True)
class Give:
    """What is left of a provider."""

    person: int
    places: tuple[int, ...] = (9, 9)
    minutes: int | None = None
    running: int = 0
    capacity: int | None = None


def problem(
    wants: list[Want],
    gives: list[Give],
    fits: Mapping[Pair, int],
    held: Iterable[tuple[int, int, int]] = (),
    *,
    load: int = 0,
    one_hat: bool = True,
) -> Problem:
    """`fits` by row of need and of provider."""
    return Problem(
        need=np.array([need for need, _ in fits], np.intp),
        provider=np.array([provider for _, provider in fits], np.intp),
        fit=np.array(list(fits.values()), np.int64),
        mandatory=np.array([want.mandatory for want in wants], np.bool_),
        effort=np.array([want.effort for want in wants], np.int64),
        kind=np.array([want.kind for want in wants], np.intp),
        worker=np.array([want.worker for want in wants], np.int64),
        person=np.array([give.person for give in gives], np.int64),
        places=np.array([give.places for give in gives], np.int64).reshape(-1, KINDS),
        minutes=np.array([UNKNOWN if g.minutes is None else g.minutes for g in gives], np.int64),
        running=np.array([give.running for give in gives], np.int64),
        capacity=np.array([_capacity(give) for give in gives], np.int64),
        held=np.array(list(held), np.int64).reshape(-1, 3),
        load=load,
        one_hat=one_hat,
    )


def _capacity(give: Give) -> int:
    return sum(give.places) if give.capacity is None else give.capacity


def met(asked: Problem, chosen: Iterable[int]) -> Met:
    """The provider of each need that is met, by row."""
    return {int(asked.need[pair]): int(asked.provider[pair]) for pair in chosen}


def is_lawful(asked: Problem, chosen: list[int]) -> bool:
    """The limits as the text of the rules says them."""
    needs = [int(asked.need[pair]) for pair in chosen]
    places = Counter((int(asked.provider[p]), int(asked.kind[asked.need[p]])) for p in chosen)
    hours: Counter[int] = Counter()
    for pair in chosen:
        hours[int(asked.provider[pair])] += int(asked.effort[asked.need[pair]])
    return (
        len(set(needs)) == len(needs)
        and all(count <= asked.places[at] for at, count in places.items())
        and all(asked.minutes[p] == UNKNOWN or n <= asked.minutes[p] for p, n in hours.items())
        and not any(_too_much(asked, *two) for two in combinations(_matches(asked, chosen), 2))
    )


def _matches(asked: Problem, chosen: list[int]) -> list[tuple[int, int, int]]:
    """(worker, provider, kind), by person."""
    new = [
        (asked.worker[need], asked.person[asked.provider[pair]], asked.kind[need])
        for pair in chosen
        for need in (asked.need[pair],)
    ]
    return [*map(tuple, asked.held.tolist()), *new]


def _too_much(asked: Problem, one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """Two matches between the same two people, unless one only carries the other on."""
    if {one[0], one[1]} != {other[0], other[1]}:
        return False
    return one[0] != other[0] or (asked.one_hat and one[2] != other[2])


def score(asked: Problem, chosen: list[int]) -> Score:
    total = sum(int(asked.fit[pair]) for pair in chosen)
    for provider, count in Counter(int(asked.provider[pair]) for pair in chosen).items():
        first = int(asked.running[provider])
        for nth in range(first, first + count):
            total -= asked.load * nth // int(asked.capacity[provider])
    mandatory = sum(bool(asked.mandatory[asked.need[pair]]) for pair in chosen)
    return Score(mandatory, len(chosen), total)


def best(asked: Problem) -> Score:
    """The best of all lawful answers."""
    return max(score(asked, one) for one in _answers(asked, []))


def _answers(asked: Problem, chosen: list[int], need: int = 0) -> Iterator[list[int]]:
    """Every lawful answer that goes on from these, need by need."""
    if need == len(asked.effort):
        yield chosen
        return
    yield from _answers(asked, chosen, need + 1)
    for pair in np.flatnonzero(asked.need == need).tolist():
        if is_lawful(asked, [*chosen, pair]):
            yield from _answers(asked, [*chosen, pair], need + 1)


def drawn(seed: int) -> Problem:
    """A small problem in which every limit bites now and then, and many answers are as good."""
    draw = Random(seed)
    wants = [
        Want(draw.randint(1, 4), draw.randrange(KINDS), draw.choice((30, 60, 90)), _maybe(draw))
        for _ in range(draw.randint(0, 6))
    ]
    gives = [_a_give(draw, person) for person in draw.sample(range(1, 8), draw.randint(1, 4))]
    points = draw.choice(((100,), (100, 101), tuple(range(0, 400, 7))))
    fits = {
        (need, provider): draw.choice(points)
        for need, want in enumerate(wants)
        for provider, give in enumerate(gives)
        if want.worker != give.person and draw.random() < 0.7
    }
    ways = [(w.worker, g.person, w.kind) for w in wants for g in gives if w.worker != g.person]
    held = draw.sample(ways, 1) if ways and draw.random() < 0.2 else []
    return problem(
        wants, gives, fits, held, load=draw.choice((0, 200)), one_hat=draw.random() < 0.8
    )


def crowd(seed: int, needs: int, *, mandatory: bool = False) -> Problem:
    """Many needs and too few hours: nothing that is proved at a glance."""
    draw = Random(seed)
    efforts, people = (225, 270, 300, 360, 450, 540, 600), needs // 3
    wants = [
        Want(draw.randrange(needs), n % 2, draw.choice(efforts), mandatory or _maybe(draw))
        for n in range(needs)
    ]
    gives = [
        Give(needs + n, (draw.randint(2, 5), draw.randint(2, 5)), draw.randrange(900, 1800, 60))
        for n in range(people)
    ]
    fits = {
        (need, provider): draw.randrange(100, 700)
        for need in range(needs)
        for provider in draw.sample(range(people), 6)
    }
    return problem(wants, gives, fits, load=200)


def _maybe(draw: Random) -> bool:
    return draw.random() < 0.4


def _a_give(draw: Random, person: int) -> Give:
    return Give(
        person,
        places=(draw.randint(0, 3), draw.randint(0, 3)),
        minutes=draw.choice((None, 0, 60, 90, 120, 150, 240)),
        running=draw.randint(0, 2),
        capacity=draw.randint(1, 6),
    )
