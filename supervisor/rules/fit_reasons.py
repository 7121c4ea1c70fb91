"""Why, and why not, in words: what terms and rules say of each pair."""

from collections.abc import Iterable

import numpy as np

from supervisor.rules.fit_pairs import Pairs
from supervisor.rules.fit_rules import ROOM, RULES
from supervisor.rules.fit_terms import TERMS
from supervisor.rules.kinds import Reader
from supervisor.rules.words import Words


def reasons(pairs: Pairs, *, of_need: bool = False) -> list[list[Words]]:
    """For each pair the words of the terms that count, the most points first; with `of_need`
    those that are the same for every provider too."""
    terms = [term for term in TERMS if term.why and (of_need or not term.of_need)]
    points = np.array([term.earned(pairs) for term in terms])
    order = np.argsort(-points, axis=0, kind="stable")
    return [
        _once(terms[n].why(pair) for n in order[:, row] if points[n, row] > 0)
        for row, pair in enumerate(pairs)
    ]


def drawbacks(pairs: Pairs) -> list[list[Words]]:
    """For each pair what does not fit as well, where that may be said."""
    return [_once(words for term in TERMS if (words := term.but(pair))) for pair in pairs]


def obstacles(pairs: Pairs, reader: Reader) -> list[list[Words]]:
    """For each pair the rules that it fails, in the words for who asks."""
    rules = [rule for rule in (*RULES, *ROOM) if rule.asked(pairs.kind)]
    fails = [~rule.holds(pairs) for rule in rules]
    return [
        _once(rule.why_not(pair, reader) for rule, no in zip(rules, fails, strict=True) if no[row])
        for row, pair in enumerate(pairs)
    ]


def _once(words: Iterable[Words]) -> list[Words]:
    """Two private things in common read the same, and are said once."""
    return list({str(one): one for one in words}.values())
