"""Groups for a whole hub: at once where it is small enough, else each region by itself and then
those who are left, wherever they live."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from supervisor.rules.fit_week import Stretches, without
from supervisor.rules.grouping import (
    Attender,
    Grouped,
    Leader,
    Made,
    Question,
    Room,
    Site,
    Slot,
    is_taken,
    times,
)
from supervisor.rules.grouping_exact import Say, solve
from supervisor.rules.kinds import Mode
from supervisor.rules.words import N_, Words

AT_ONCE = 130
NO_LEADER = Words(N_("Nobody who leads groups has a time and a way to meet in common with them."))
NO_OTHERS = Words(N_("Too few others can come when and how they can."))
NO_FREE_ROOM = Words(N_("Where they could meet no room with enough seats is free for them."))
NO_ROOM = Words(N_("There is no room with those who can lead."))


@dataclass
class Whole:
    """What has been found so far, and who has nothing yet."""

    question: Question
    seconds: float
    say: Say

    def __post_init__(self) -> None:
        self.groups: list[Made] = []
        self.most = 0

    def run(self) -> Grouped:
        """Part after part; each is given its share of the time."""
        share = self.seconds / (len(self._regions()) + 1)
        for of, led in self._parts():
            people, leaders = self._open(of), self._free(led)
            if people and leaders:
                self._one(self.question.among(people, leaders), share)
        return Grouped(self.groups, min(self.most, len(self.question.people)))

    def _regions(self) -> list[str | None]:
        if len(self.question.people) <= AT_ONCE:
            return []
        found = Counter(one.region for one in self.question.people)
        return [region for region, _n in found.most_common()]

    def _parts(self) -> Iterator[tuple[Sequence[Attender], Sequence[Leader]]]:
        for region in self._regions():
            people = [one for one in self.question.people if one.region == region]
            yield people, [one for one in self.question.leaders if one.region == region]
        yield self.question.people, self.question.leaders

    def _open(self, people: Sequence[Attender]) -> list[Attender]:
        """Those without a group, who have waited longest first, as many as are solved at once."""
        placed = {n for made in self.groups for n in made.people}
        left = [one for one in people if one.id not in placed]
        first = sorted(left, key=lambda one: -one.waited)[:AT_ONCE]
        return [replace(one, free=self._still_free(one)) for one in first]

    def _free(self, leaders: Sequence[Leader]) -> list[Leader]:
        """Those who can lead one more beside what they were given."""
        led = Counter(one.leader for one in self.groups)
        return [
            replace(one, groups=one.groups - led[one.id], free=self._still_free(one))
            for one in leaders
            if one.groups > led[one.id]
        ]

    def _still_free(self, one: Attender) -> Stretches:
        theirs = [made for made in self.groups if one.id in (made.leader, *made.people)]
        return without(one.free, [times(made.slot, self.question.sizes) for made in theirs])

    def _left(self, site: Site) -> Site:
        """A site with the hours that are left of its rooms."""
        if site.rooms is None:
            return site
        return replace(site, rooms=[self._hours_left(site.id, room) for room in site.rooms])

    def _hours_left(self, site: int, room: Room) -> Room:
        minutes = self.question.sizes.minutes
        slots = {start: Slot(start, Mode.IN_PERSON, site, room.id) for start in room.starts}
        left = (s for s, slot in slots.items() if not is_taken(slot, self.groups, minutes))
        return replace(room, starts=frozenset(left))

    def _one(self, part: Question, seconds: float) -> None:
        placed, most = sum(len(one.people) for one in self.groups), self.most
        part = replace(part, sites=[self._left(site) for site in part.sites])
        found = solve(part, seconds, lambda here, can: self.say(placed + here, most + can))
        self.groups += found.groups
        self.most += found.most


def groups_for(question: Question, seconds: float, say: Say) -> Grouped:
    """Groups for everybody who asked, as many as can be, and how many that is at most."""
    return Whole(question, seconds, say).run()


def why_left(question: Question, groups: Sequence[Made]) -> dict[int, Words]:
    """Of each who has no group, why: in words that give away nobody."""
    placed = {n for made in groups for n in made.people}
    anywhere = question.without_rooms()
    with_leader = {n for one in anywhere.meetable for n in one.people}
    with_others, if_rooms = (
        {n for one in asked.slots for n in one.people} for asked in (question, anywhere)
    )

    def why(n: int) -> Words:
        if n not in with_leader:
            return NO_LEADER
        if n in with_others:
            return NO_ROOM
        return NO_FREE_ROOM if n in if_rooms else NO_OTHERS

    return {one.id: why(n) for n, one in enumerate(question.people) if one.id not in placed}
