"""Whom to look for next, asked on a page: a worker process looks, and the answer is kept."""

from dataclasses import asdict, astuple
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from supervisor import audit, claims, recruiting
from supervisor.models import Person, RecruitSearch, Store
from supervisor.recruiting import Found, Question, Sought
from supervisor.rules.assign import Score
from supervisor.rules.kinds import Kind
from supervisor.rules.recruit_more import More
from supervisor.rules.recruit_profiles import Profile, RecruitSettings, Site
from supervisor.settings import hub_today, read


def ask(store: Store, by: Person, now: datetime) -> RecruitSearch:
    """Have it looked for; while it is looked for, it is one search."""
    search = store.scalar(select(RecruitSearch).filter_by(done_at=None).limit(1))
    if search is None:
        seconds = read(store, RecruitSettings).seconds
        search = RecruitSearch(seconds=seconds, asked_at=now, asked_by_id=by.id)
        store.add(search)
        store.flush()
        audit.record(store, now, by, "ask", "recruit_search", search.ref)
    return search


def latest(store: Store) -> RecruitSearch | None:
    """The one that was asked for last."""
    return store.scalar(select(RecruitSearch).order_by(RecruitSearch.id.desc()).limit(1))


def kept(store: Store) -> RecruitSearch | None:
    """The last that has an answer."""
    answered = select(RecruitSearch).where(RecruitSearch.answer.is_not(None))
    return store.scalar(answered.order_by(RecruitSearch.id.desc()).limit(1))


def claim(store: Store, now: datetime) -> RecruitSearch | None:
    """The oldest that nobody looks for now, for this process alone until its time is over."""
    open_ = select(RecruitSearch).where(
        RecruitSearch.done_at.is_(None), claims.free(RecruitSearch, now)
    )
    for search in store.scalars(open_.order_by(RecruitSearch.id)):
        if claims.take(store, search, now):
            return search
    return None


def question(store: Store, now: datetime) -> Question:
    """What is asked of the records."""
    return recruiting.question(store, hub_today(store, now))


def note(store: Store, search_id: int, looked: int, profiles: int) -> None:
    """How far it has come, for whoever looks at the page."""
    mine = update(RecruitSearch).where(RecruitSearch.id == search_id)
    store.execute(mine.values(looked=looked, profiles=profiles))


def finish(store: Store, search_id: int, found: Found | None, now: datetime) -> None:
    """Keep the answer; None says that there is none, because something broke."""
    search = store.get_one(RecruitSearch, search_id)
    search.done_at, search.answer = now, _packed(found) if found else None
    store.flush()


def answer(search: RecruitSearch) -> Found:
    """What was found; there is something."""
    told = search.answer or {}
    return Found(
        on=date.fromisoformat(told["on"]),
        open=told["open"],
        reached=Score(*told["reached"]),
        most=Score(*told["most"]),
        sought=[_sought(one) for one in told["sought"]],
        beyond=told["beyond"],
        whole=told["whole"],
    )


def _packed(found: Found) -> dict[str, Any]:
    told = asdict(found) | {"on": found.on.isoformat()}
    return told | {"sought": [_pack(one) for one in found.sought]}


def _pack(one: Sought) -> dict[str, Any]:
    words = {name: sorted(getattr(one.profile, name)) for name in ("perspectives", "languages")}
    return {
        "profile": asdict(one.profile) | words,
        "sites": [asdict(site) for site in one.sites],
        "more": astuple(one.more),
        "sure": one.sure,
    }


def _sought(told: dict[str, Any]) -> Sought:
    profile = told["profile"]
    words = {name: frozenset(profile[name]) for name in ("perspectives", "languages")}
    sites = [site | {"point": site["point"] and tuple(site["point"])} for site in told["sites"]]
    return Sought(
        Profile(**profile | words | {"kind": Kind(profile["kind"])}),
        [Site(**site) for site in sites],
        More(*told["more"]),
        told["sure"],
    )
