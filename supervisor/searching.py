"""Searches that take their time, answered by the worker process: the best for everybody, and whom
to look for next. Nobody else waits for the database while it looks."""

from datetime import datetime, timedelta

from supervisor import clock, looking, recruit_searches, recruiting
from supervisor.extensions import db
from supervisor.fits import standing_offers
from supervisor.matches import match_moves, match_refresh, match_searches
from supervisor.matches.match_moves import Asked
from supervisor.matches.matching import Answer
from supervisor.models import MatchSearch, Store
from supervisor.rules.assign import Score

A_MOMENT = timedelta(seconds=1)


def for_matches(now: datetime) -> bool:
    """Answer the oldest search that somebody waits for; whether there was one. Nobody else has to
    wait for the database while it looks."""
    store, claimed = db.session(), looking.write(match_searches.claim, now)
    if claimed is None:
        return False
    number, seconds = claimed.id, claimed.seconds
    lists = _lists(store, claimed)
    question = match_searches.question(store, claimed, now)
    store.rollback()
    answer = _answered(number, question, seconds)
    looking.write(match_searches.finish, number, answer, clock.now())
    _refresh(question, answer, lists)
    return True


def _lists(store: Store, search: MatchSearch) -> list[match_refresh.Seen]:
    """What can be chosen before the question is read, so that whatever changes after it is seen to
    have changed; a search that somebody asked for changes none."""
    return match_refresh.seen(store, standing_offers.lists(store)) if search.follows else []


def _refresh(question: Asked, answer: Answer | None, lists: list[match_refresh.Seen]) -> None:
    """Each list in a transaction of its own."""
    for change in match_refresh.changes(question.held, answer, lists) if answer else []:
        looking.write(match_refresh.apply, change, clock.now())


def _answered(number: int, question: Asked, seconds: int) -> Answer | None:
    """The answer, telling how far it is; None where something broke."""

    def note(reached: Score, most: Score) -> None:
        looking.write(match_searches.note, number, reached, most)

    return looking.found_or_none(
        "the search", number, lambda: match_moves.answer(question, seconds, note)
    )


def for_recruits(now: datetime) -> bool:
    """Answer the oldest question of whom to look for next; whether there was one."""
    store, claimed = db.session(), looking.write(recruit_searches.claim, now)
    if claimed is None:
        return False
    number, seconds = claimed.id, claimed.seconds
    question = recruit_searches.question(store, now)
    store.rollback()
    found = _found(number, question, seconds)
    looking.write(recruit_searches.finish, number, found, clock.now())
    return True


def _found(number: int, question: recruiting.Question, seconds: int) -> recruiting.Found | None:
    """The answer, telling now and then how far it is; None where something broke."""
    told = [clock.really()]

    def note(looked: int, profiles: int) -> None:
        if clock.really() - told[0] >= A_MOMENT:
            told[0] = clock.really()
            looking.write(recruit_searches.note, number, looked, profiles)

    return looking.found_or_none(
        "the search for whom to look for",
        number,
        lambda: recruiting.answer(question, seconds, note),
    )
