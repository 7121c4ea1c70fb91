"""May they be matched? One declaration per rule: the test, and the words for who asks.

To add a rule, add one line to RULES: its name, the test (of many pairs or of one), the kinds in
which it is asked, and what each reader is told when it fails. Without words of its own a rule
reads "not available", so that it gives nothing away: so it is for a worker except for time,
distance and language, and for a conflict or what is withheld it is so for everybody.

An exception lets one pair pass one rule for a while, where the rule says in `except_` what the
hub may set aside. A conflict has no such words, nor has what a worker asked for themselves; nor
a no, as one that could be set aside would be told from a conflict by that.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from supervisor.rules.fit_lists import (
    UNKNOWN,
    Flags,
    has_words,
    holds,
    lack_word,
    share_id,
    share_word,
)
from supervisor.rules.fit_pairs import Pairs
from supervisor.rules.kinds import MATCHED_KINDS, Kind, Mode, Reader
from supervisor.rules.words import N_, Words

NOT_AVAILABLE = Words(N_("Not available"))
NOT_OFFERED = Words(N_("Does not offer this kind of support"))
PEER, CULTURAL, MENTORING = Kind.PEER_SUPERVISION, Kind.CULTURAL_SUPERVISION, Kind.MENTORING

Say = Callable[[Pairs], Words]


@dataclass(frozen=True)
class Rule:
    """`holds` asks many pairs of one kind at once. `to_all` words a failing pair for every
    reader, `to_hub` for the coordinator alone. `by_region`: the worker's region and the
    provider are all that it looks at. `except_` says what an exception from it sets aside;
    without it nobody can make one."""

    name: str
    holds: Callable[[Pairs], Flags]
    kinds: tuple[Kind, ...] = MATCHED_KINDS
    to_all: Say | None = None
    to_hub: Say | None = None
    by_region: bool = False
    except_: str = ""

    def asked(self, kind: Kind) -> bool:
        return kind in self.kinds

    def lets_pass(self, x: Pairs) -> Flags:
        """Which pairs it stands in the way of no more: they keep it, or an exception is made."""
        passed = self.holds(x)
        if self.except_ and self.name in x.table.waived:
            passed = passed | x.among(x.table.waived[self.name])
        return passed

    def why_not(self, pair: Pairs, reader: Reader) -> Words:
        """What this reader is told of a pair that fails."""
        say = self.to_all or (self.to_hub if reader == Reader.COORDINATOR else None)
        return say(pair) if say else NOT_AVAILABLE


def offers_nothing(reader: Reader) -> Words:
    """What is said of somebody who offers no support at all."""
    return NOT_OFFERED if reader == Reader.COORDINATOR else NOT_AVAILABLE


def always(text: str) -> Say:
    """The same words for every pair."""
    return lambda _pair: Words(text)


def _has_capacity(x: Pairs) -> Flags:
    return np.asarray(~x.offer.offered | (x.offer.capacity > 0))


def _is_vetted(x: Pairs) -> Flags:
    return np.asarray(~x.offer.offered | (x.offer.vetted_until >= x.on))


def _vetting_ended(x: Pairs) -> Words:
    offer = x.one[1].offers[x.kind]
    if offer.vetted_until is None:
        return Words(N_("Not vetted"))
    return Words(N_("Vetted until %(day)s"), {"day": offer.vetted_until})


def _is_here(x: Pairs) -> Flags:
    """Leave ends no match that runs: cover sees to it."""
    return ~x.provider.left & (~x.provider.away | x.runs)


def _serves_region(x: Pairs) -> Flags:
    return ~has_words(x.offer.regions) | share_word(x.offer.regions, x.w.region)


def _is_another(x: Pairs) -> Flags:
    return np.asarray(x.w.id != x.p.id)


def _is_no_mirror(x: Pairs) -> Flags:
    return ~holds(x.p.supervised_by, x.w.id)


def _is_external(x: Pairs) -> Flags:
    if x.kind not in x.table.day.external:
        return x.all()
    return ~share_id(x.w.organisations, x.p.organisations) & (x.runs | ~_will_be_inside(x))


def _will_be_inside(x: Pairs) -> Flags:
    """What begins now is to last; what runs already ends once it has to."""
    here, there = (x.w.organisations, x.w.joins), (x.p.organisations, x.p.joins)
    return share_id(here[1], there[0]) | share_id(here[0], there[1]) | share_id(here[1], there[1])


def _is_outside_chain(x: Pairs) -> Flags:
    return ~(holds(x.w.above, x.p.id) | holds(x.p.above, x.w.id))


def _is_not_clinical(x: Pairs) -> Flags:
    return ~x.p.clinical


def _has_no_conflict(x: Pairs) -> Flags:
    against = (
        holds(one.against, other.id) | share_id(one.against_organisations, other.organisations)
        for one, other in ((x.w, x.p), (x.p, x.w))
    )
    return ~np.logical_or(*against)


def _said_no(x: Pairs) -> Flags:
    """One of the two said no a short while ago; it reads like a conflict, and the reverse."""
    return x.runs | ~x.among(x.table.declined)


def _share_perspective(x: Pairs) -> Flags:
    return share_word(x.w.perspectives, x.p.perspectives)


def _offers_culture(x: Pairs) -> Flags:
    """Nothing wanted yet: nobody is suggested, the worker is asked."""
    return share_word(x.need.culture_wanted, x.offer.cultures)


def _speaks_needed(x: Pairs) -> Flags:
    """Against what the provider shares; without their yes they speak nothing here."""
    none_needed = ~has_words(x.w.needed_languages)
    return none_needed | (x.p.shares & ~lack_word(x.w.needed_languages, x.p.languages))


def _language_missing(x: Pairs) -> Words:
    need, provider = x.one
    if not provider.party.shares or not provider.party.languages:
        return NOT_AVAILABLE
    missing = sorted(need.worker.needed_languages - provider.party.languages)
    return Words(N_("Does not speak %(languages)s"), {"languages": ", ".join(missing)})


def years_apart(x: Pairs) -> Flags:
    """Years that the provider has more; rounded, as 2.3 less 1.3 is not quite 1."""
    return np.asarray(np.round(x.p.years - x.w.years, 6))


def _has_more_years(x: Pairs) -> Flags:
    return np.asarray(years_apart(x) >= x.settings.mentoring_years)


def _can_meet(x: Pairs) -> Flags:
    return x.in_person | x.visited | x.by(Mode.VIDEO) | x.by(Mode.PHONE)


def _too_far(x: Pairs) -> Words:
    if x.by(Mode.IN_PERSON)[0] and x.km[0] > x.limit[0]:
        return Words(N_("%(km)d km apart, too far to meet in person"), {"km": int(x.km[0])})
    return Words(N_("No way of meeting that suits you both"))


def _have_time(x: Pairs) -> Flags:
    """Somebody whose free times are unknown passes; days on which the provider comes count too."""
    unknown = (x.w.longest == 0) | (x.p.longest == 0)
    return np.asarray(unknown | (x.common[0] >= x.need.minutes) | x.visited)


def _no_time(x: Pairs) -> Words:
    facts = {"minutes": x.one[0].minutes}
    return Words(N_("Not free at the same time for %(minutes)d minutes"), facts)


RULES: tuple[Rule, ...] = (
    Rule("offer", lambda x: x.offer.offered, to_hub=lambda _pair: NOT_OFFERED, by_region=True),
    Rule(
        "capacity",
        _has_capacity,
        to_hub=always(N_("Takes nobody on at present")),
        by_region=True,
        except_=N_("They take nobody on at present"),
    ),
    Rule(
        "vetted",
        _is_vetted,
        to_hub=_vetting_ended,
        by_region=True,
        except_=N_("They are not vetted on the day"),
    ),
    Rule("here", _is_here, by_region=True),
    Rule("region", _serves_region, by_region=True, except_=N_("They serve other regions")),
    Rule("another", _is_another),
    Rule("mirror", _is_no_mirror),
    Rule(
        "external",
        _is_external,
        to_hub=always(N_("Works for the same employer")),
        except_=N_("They work for the same employer"),
    ),
    Rule("chain", _is_outside_chain, except_=N_("One is in the other’s line of managers")),
    Rule("clinical", _is_not_clinical, kinds=(PEER,), except_=N_("They are in a clinical role")),
    Rule("conflict", _has_no_conflict),
    Rule("declined", _said_no),
    Rule(
        "perspective",
        _share_perspective,
        kinds=(PEER, MENTORING),
        except_=N_("They have no perspective in common"),
    ),
    Rule("culture", _offers_culture, kinds=(CULTURAL,)),
    Rule("language", _speaks_needed, to_all=_language_missing),
    Rule(
        "years",
        _has_more_years,
        kinds=(MENTORING,),
        except_=N_("They do not have more years of the work"),
    ),
    Rule("reach", _can_meet, to_all=_too_far, except_=N_("They have no usual way to meet")),
    Rule("time", _have_time, to_all=_no_time, except_=N_("They are not free at the same time")),
)


def kinds_of(name: str) -> tuple[Kind, ...]:
    """The kinds in which a rule is asked."""
    return next(rule.kinds for rule in RULES if rule.name == name)


def _has_place(x: Pairs) -> Flags:
    return np.asarray(x.runs | (x.offer.capacity == 0) | (x.offer.taken < x.offer.capacity))


def _has_hours(x: Pairs) -> Flags:
    limit = x.provider.minutes_a_year
    left = limit - x.provider.minutes_taken
    return np.asarray(x.runs | (limit == UNKNOWN) | (x.need.effort <= left))


def _wears_one_hat(x: Pairs) -> Flags:
    """Nobody meets somebody in two kinds; the same kind again, in a new period, is one."""
    table = x.table
    if not x.settings.one_hat:
        return x.all()
    needs, providers = table.kept
    other = np.array([table.needs[row].kind != x.kind for row in needs], np.bool_)
    people = len(table.people["id"])
    taken = table.worker[needs[other]] * people + table.person[providers[other]]
    return ~np.isin(table.worker[x.needs] * people + table.person[x.providers], taken)


ROOM: tuple[Rule, ...] = (
    Rule(
        "place",
        _has_place,
        to_hub=always(N_("All places are taken")),
        except_=N_("All their places are taken"),
    ),
    Rule(
        "hours",
        _has_hours,
        to_hub=always(N_("Not enough hours are left")),
        except_=N_("They have not enough hours left"),
    ),
    Rule("hat", _wears_one_hat, to_hub=always(N_("Meets them already in another kind of support"))),
)
"""What the matches that stay leave free: asked of one more match. The solver holds the same over
all pairs together."""


def that_may_be_set_aside(kind: Kind) -> list[Rule]:
    """The rules of a kind from which an exception can be made, whatever stands."""
    return [rule for rule in (*RULES, *ROOM) if rule.except_ and rule.asked(kind)]
