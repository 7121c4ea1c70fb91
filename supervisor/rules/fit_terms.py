"""How well do they fit? One declaration per term: its points, and the words when it counts.

To add a term, add one line to TERMS. Words name nothing that a person keeps to themselves; what
both asked for privately reads "something you both asked for".
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from supervisor.rules.fit_columns import MATTERS
from supervisor.rules.fit_lists import UNKNOWN, Column, Flags, Points, share_word
from supervisor.rules.fit_pairs import Pairs
from supervisor.rules.fit_rules import MENTORING, Say, always, years_apart
from supervisor.rules.fit_times import when_free
from supervisor.rules.fit_week import minutes_ahead
from supervisor.rules.kinds import MATCHED_KINDS, Kind
from supervisor.rules.wall import place_of
from supervisor.rules.words import N_, Words

Test = Callable[[Pairs], Flags]
BOTH_ASKED = always(N_("Something you both asked for"))
NAMED = (
    N_("Asked for by name, first"),
    N_("Asked for by name, second"),
    N_("Asked for by name, third"),
    N_("Asked for by name, fourth"),
    N_("Asked for by name, fifth"),
)


@dataclass(frozen=True)
class Term:
    """`points` values many pairs at once. `why` words a pair for which it counts, `but` one for
    which it does not, where that may be said. `of_need`: the same for every provider."""

    name: str
    points: Callable[[Pairs], Points]
    why: Say | None = None
    but: Callable[[Pairs], Words | None] = lambda _pair: None
    kinds: tuple[Kind, ...] = MATCHED_KINDS
    of_need: bool = False

    def earned(self, pairs: Pairs) -> Points:
        """Its points, doubled where the worker says that it matters most."""
        if pairs.kind not in self.kinds:
            return np.zeros(len(pairs), np.int64)
        points = self.points(pairs).astype(np.int64)
        if self.name not in MATTERS:
            return points
        return np.where(pairs.w[f"most_{self.name}"], points * pairs.settings.doubled, points)


def worth(setting: str, test: Test) -> Callable[[Pairs], Points]:
    """The points of a setting, once, where the test holds."""
    return lambda x: np.where(test(x), getattr(x.settings, setting), 0)


def _rank(x: Pairs) -> Column:
    """The worker's rank of the provider, from 1; 0 where they did not name them."""
    return np.asarray(np.where(x.w.chosen == x.p.id[:, None], x.w.ranks, 0).max(axis=1))


def _choice(x: Pairs) -> Points:
    rank = _rank(x)
    points = x.settings.choice_first - x.settings.choice_step * (rank - 1)
    return np.where(rank > 0, np.maximum(points, 0), 0)


def _near(x: Pairs) -> Points:
    """Rounded down is what distance takes off; nobody who does not travel is 0 km away in vain."""
    most = x.settings.near
    km = np.where(x.in_person, x.km, 0).astype(np.int64)
    return np.where(x.in_person, most - most * km // np.maximum(x.limit, 1), 0)


def _how_near(x: Pairs) -> Words:
    if not x.km[0]:
        return Words(N_("Near enough to meet in person"))
    return Words(N_("Near enough to meet in person: %(km)d km"), {"km": int(x.km[0])})


def _not_in_person(x: Pairs) -> Words | None:
    if x.visited[0] and not x.in_person[0]:
        return Words(N_("In person only on days when they come to a place near you"))
    return None if x.in_person[0] else Words(N_("By video or phone, not in person"))


def _culture(x: Pairs) -> Flags:
    return x.both_share & share_word(x.w.cultures, x.p.cultures)


def _language(x: Pairs) -> Flags:
    return x.both_share & share_word(x.w.uncommon_languages, x.p.uncommon_languages)


def _language_in_common(x: Pairs) -> Words:
    need, provider = x.one
    common = need.worker.languages & provider.party.languages - {x.settings.common_language}
    return Words(N_("Both speak %(languages)s"), {"languages": ", ".join(sorted(common))})


def _gender(x: Pairs) -> Flags:
    return x.both_share & share_word(x.w.preferred_genders, x.p.genders)


def _time(x: Pairs) -> Points:
    hours = x.common[1].astype(np.int64)
    return np.asarray(np.minimum(hours * x.settings.time_hour, x.settings.time_most))


def _free_together(x: Pairs) -> Words:
    need, provider = x.one
    worker, other, on = need.worker, provider.party, x.table.day.on
    when = when_free(worker, other, on)
    if minutes_ahead(worker.zone, on) == minutes_ahead(other.zone, on):
        return Words(N_("Free at the same time: %(when)s"), {"when": when})
    whose = {"when": when, "place": place_of(worker.zone)}
    return Words(N_("Free at the same time: %(when)s, %(place)s time"), whose)


def _time_unknown(x: Pairs) -> Words | None:
    unknown = x.w.longest[0] == 0 or x.p.longest[0] == 0
    return Words(N_("Free times are not known yet")) if unknown else None


def _experience(x: Pairs) -> Points:
    """Years may be broken; points are rounded down."""
    most, best = x.settings.experience, x.settings.experience_best_years
    off = x.settings.experience_step * np.abs(years_apart(x) - best)
    return np.asarray(np.nan_to_num(np.floor(np.round(np.maximum(most - off, 0), 6))))


def _more_years(x: Pairs) -> Words:
    return Words(N_("Years more in this work: %(years)g"), {"years": float(years_apart(x)[0])})


def _focus(x: Pairs) -> Flags:
    return share_word(x.w.focus, x.p.focus)


def _focus_in_common(x: Pairs) -> Words:
    need, provider = x.one
    common = sorted(need.worker.focus & provider.party.focus)
    return Words(N_("Both work with %(focus)s"), {"focus": ", ".join(common).replace("_", " ")})


def _practice(x: Pairs) -> Flags:
    return share_word(x.w.practice, x.p.practice)


def _practice_in_common(x: Pairs) -> Words:
    need, provider = x.one
    common = sorted(need.worker.practice & provider.party.practice)
    return Words(N_("Both work in this way: %(practice)s"), {"practice": ", ".join(common)})


def _youth(x: Pairs) -> Flags:
    young = (x.w.youth_until >= x.on) & (x.p.youth_until >= x.on)
    return np.asarray(x.both_share & young)


def _rainbow(x: Pairs) -> Flags:
    return x.both_share & x.w.rainbow & x.p.rainbow


def _continuity(x: Pairs) -> Flags:
    return np.asarray(x.need.current == x.p.id)


def days_waited(x: Pairs) -> Points:
    since = x.need.waiting_since
    return np.where(since == UNKNOWN, 0, np.clip(x.on - since, 0, x.settings.waiting_most))


def _new_starter(x: Pairs) -> Flags:
    days = x.on - x.w.began_on
    known = x.w.began_on != UNKNOWN
    return np.asarray(known & (days >= 0) & (days <= x.settings.new_starter_days))


TERMS: tuple[Term, ...] = (
    Term("base", worth("base", Pairs.all), of_need=True),
    Term(
        "choice",
        _choice,
        lambda x: Words(NAMED[min(int(_rank(x)[0]), len(NAMED)) - 1]),
    ),
    Term("near", _near, _how_near, _not_in_person),
    Term("culture", worth("culture", _culture), always(N_("A culture in common"))),
    Term("language", worth("language", _language), _language_in_common),
    Term("gender", worth("gender", _gender), always(N_("Something that was asked for"))),
    Term("time", _time, _free_together, _time_unknown),
    Term("experience", _experience, _more_years, kinds=(MENTORING,)),
    Term("focus", worth("focus", _focus), _focus_in_common),
    Term("practice", worth("practice", _practice), _practice_in_common),
    Term("youth", worth("youth", _youth), BOTH_ASKED),
    Term("rainbow", worth("rainbow", _rainbow), BOTH_ASKED),
    Term("continuity", worth("continuity", _continuity), always(N_("They meet already"))),
    Term(
        "waiting",
        days_waited,
        lambda x: Words(N_("Days of waiting: %(days)d"), {"days": int(days_waited(x)[0])}),
        of_need=True,
    ),
    Term(
        "sole_peer",
        worth("sole_peer", lambda x: x.w.sole_peer),
        always(N_("The only peer worker in a team")),
        of_need=True,
    ),
    Term(
        "new_starter",
        worth("new_starter", _new_starter),
        always(N_("New in this work")),
        of_need=True,
    ),
)


def fit(pairs: Pairs) -> Points:
    """How well each pair fits: all terms together."""
    total: Points = sum((term.earned(pairs) for term in TERMS), np.zeros(len(pairs), np.int64))
    return total
