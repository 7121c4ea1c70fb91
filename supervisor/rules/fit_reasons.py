"""Why, and why not, in words: what terms and rules say of each pair."""

from collections.abc import Iterable, Sequence

import numpy as np

from supervisor.rules.fit_pairs import Pairs
from supervisor.rules.fit_rules import NOT_AVAILABLE, ROOM, RULES, Rule
from supervisor.rules.fit_terms import TERMS
from supervisor.rules.kinds import Reader
from supervisor.rules.words import Words

SILENT = "not_available"


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
    return [
        [words for _name, words in words_of(pair, rules, reader)]
        for pair, rules in zip(pairs, failing(pairs, (*RULES, *ROOM)), strict=True)
    ]


def words_of(pair: Pairs, rules: Sequence[Rule], reader: Reader) -> list[tuple[str, Words]]:
    """What each of these rules says of a pair, under its name; what a reader may not know bears
    no name, and is said once and last, as its place among others would tell which rule it is."""
    said = [(rule.name, rule.why_not(pair, reader)) for rule in rules]
    told = {str(words): (name, words) for name, words in said}
    silent = [(SILENT, words) for _name, words in told.values() if words == NOT_AVAILABLE]
    return [one for one in told.values() if one[1] != NOT_AVAILABLE] + silent


def failing(pairs: Pairs, rules: Sequence[Rule]) -> list[list[Rule]]:
    """For each pair the rules that stand in its way."""
    asked = [rule for rule in rules if rule.asked(pairs.kind)]
    fails = [~rule.lets_pass(pairs) for rule in asked]
    return [
        [rule for rule, no in zip(asked, fails, strict=True) if no[row]]
        for row in range(len(pairs))
    ]


def _once(words: Iterable[Words]) -> list[Words]:
    """Two private things in common read the same, and are said once."""
    return list({str(one): one for one in words}.values())
