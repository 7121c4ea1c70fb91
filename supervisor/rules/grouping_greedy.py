"""Forming groups one after the other, each time where most people can come: where to begin, and
what the exact answer is measured against."""

from supervisor.rules.grouping import Made, Open, Question, Slot, is_taken, overlap


def greedy(question: Question) -> list[Made]:
    """Groups until no hour has enough people left with somebody to lead them."""
    left, made = set(range(len(question.people))), list[Made]()
    while best := _best(question, left, made):
        made.append(best)
        left -= {n for n, one in enumerate(question.people) if one.id in best.people}
    return made


def _best(question: Question, left: set[int], made: list[Made]) -> Made | None:
    tries = (_group(question, one, left, made) for one in question.slots)
    return max((one for one in tries if one), key=lambda one: len(one.people), default=None)


def _group(question: Question, one: Open, left: set[int], made: list[Made]) -> Made | None:
    """The longest waiting of those who can come to it and are left."""
    leader = next((n for n in one.leaders if _can_lead(question, n, one.slot, made)), None)
    if leader is None or is_taken(one.slot, made, question.sizes.minutes):
        return None
    leads = question.leaders[leader].id
    inside: list[int] = []
    for n in sorted(left & set(one.people), key=lambda n: -question.people[n].waited):
        person = question.people[n].id
        if len(inside) < question.most_in(one.slot) and not any(
            question.are_apart(person, other) for other in (leads, *inside)
        ):
            inside.append(person)
    enough = len(inside) >= question.sizes.least
    return Made(leads, one.slot, tuple(inside)) if enough else None


def _can_lead(question: Question, n: int, slot: Slot, made: list[Made]) -> bool:
    """Whether they have room for one more group, and are in none at that hour."""
    leader, minutes = question.leaders[n], question.sizes.minutes
    theirs = [one for one in made if one.leader == leader.id]
    busy = [*theirs, *(one for one in made if leader.id in one.people)]
    return len(theirs) < leader.groups and not any(overlap(one.slot, slot, minutes) for one in busy)
