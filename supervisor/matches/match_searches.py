"""The hub looks for the best for everybody, or for cover: asked for, found, read, then sent.

Who asks does not wait: a worker process looks, and holds no lock while it does. Nobody asks for
the search that follows a choice or a no.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, select, update

from supervisor import audit, capacity, claims, entitlements
from supervisor.errors import Refused
from supervisor.fits import fits
from supervisor.matches import match_moves, matches
from supervisor.matches.follow_ups import SearchSettings
from supervisor.matches.match_moves import Asked
from supervisor.matches.match_proposals import waiting
from supervisor.matches.matching import Answer
from supervisor.models import Entitlement, Match, MatchSearch, Person, Store
from supervisor.models.engine import read_again
from supervisor.rules.assign import Score
from supervisor.rules.kinds import MatchState
from supervisor.rules.words import N_, Words
from supervisor.settings import hub_today, read


@dataclass(frozen=True)
class Line:
    """Somebody of the answer, and why the two fit; `before` is whom they meet now, or were offered
    and have not chosen."""

    entitlement: Entitlement
    provider: Person
    reasons: list[Words]
    before: Person | None = None


def ask(
    store: Store, by: Person, now: datetime, away: Person | None = None, *, reopen: bool = False
) -> MatchSearch:
    """Have it looked for; the same, while it is looked for, is one search. With `reopen` for those
    too who meet somebody."""
    search = store.scalar(_asked(away, reopen=reopen).where(MatchSearch.done_at.is_(None)))
    if search is None:
        search = MatchSearch(
            away=away, reopen=reopen, seconds=read(store, SearchSettings).seconds, asked_at=now,
            asked_by_id=by.id,
        )  # fmt: skip
        store.add(search)
        store.flush()
        audit.record(store, now, by, "ask", "match_search", search.ref)
    return search


def latest(store: Store, away: Person | None = None) -> MatchSearch | None:
    """The newest of its sort."""
    return store.scalar(_asked(away).order_by(MatchSearch.id.desc()).limit(1))


def _asked(away: Person | None, *, reopen: bool = False) -> Select[MatchSearch]:
    theirs = away.id if away else None
    return select(MatchSearch).filter_by(away_id=theirs, follows=False, reopen=reopen)


def claim(store: Store, now: datetime) -> MatchSearch | None:
    """The oldest that nobody looks for now, for this process alone until its time is over; those
    that somebody waits for come first. What follows choices is looked for once at a time, for all
    the choices that were made until then."""
    free = claims.free(MatchSearch, now)
    open_ = select(MatchSearch).where(MatchSearch.done_at.is_(None), free)
    for search in store.scalars(open_.order_by(MatchSearch.follows, MatchSearch.id)):
        if search.follows and _one_is_looked_for(store, now):
            return None
        if claims.take(store, search, now):
            if search.follows:
                _forget_follow_ups(store, search, and_(MatchSearch.done_at.is_(None), free))
            return search
    return None


def _one_is_looked_for(store: Store, now: datetime) -> bool:
    looked_for = MatchSearch.done_at.is_(None), MatchSearch.claimed_until > now
    query = select(MatchSearch.id).where(MatchSearch.follows, *looked_for)
    return store.scalar(query) is not None


def _forget_follow_ups(store: Store, but: MatchSearch, where: ColumnElement[bool]) -> None:
    others = delete(MatchSearch).where(MatchSearch.follows, MatchSearch.id != but.id, where)
    store.execute(others.execution_options(synchronize_session="fetch"))


def question(store: Store, search: MatchSearch, now: datetime) -> Asked:
    """What is asked of the records. What follows a choice moves no offer along: that is for the
    hub to read first."""
    on = hub_today(store, now)
    asked = match_moves.ask(store, on, search.away, reopen=search.reopen)
    return asked.as_they_stand if search.follows else asked


def note(store: Store, search_id: int, reached: Score, most: Score) -> None:
    """How far it has come, for whoever looks at the page."""
    store.execute(
        update(MatchSearch)
        .where(MatchSearch.id == search_id)
        .values(met=reached.met, total=reached.total, most_met=most.met, most_total=most.total)
    )


def finish(store: Store, search_id: int, answer: Answer | None, now: datetime) -> None:
    """Keep the answer; None says that there is none, because something broke."""
    search = store.get_one(MatchSearch, search_id)
    search.done_at = now
    if answer:
        search.rows = [list(astuple(row)) for row in answer.rows]
        search.needs, search.unmet = answer.needs, answer.unmet
        note(store, search_id, answer.reached, answer.most)
    if search.follows and answer:
        old = and_(MatchSearch.done_at.is_not(None), MatchSearch.sent_at.is_(None))
        _forget_follow_ups(store, search, old)
    store.flush()


def rows(search: MatchSearch) -> list[matches.Row]:
    """The answer."""
    return [matches.Row(*row) for row in search.rows or ()]


def new(store: Store, search: MatchSearch) -> list[matches.Row]:
    """What would be offered: who has something to choose from already is left alone, and so is
    who has found somebody since."""
    found = [row for row in rows(search) if not row.kept]
    settled = waiting(store) | _met_since(store, search.asked_at) if found else set()
    return [row for row in found if row.entitlement not in settled]


def changes(store: Store, some: Sequence[matches.Row], now: datetime) -> int:
    """How many of them meet somebody now, and would be offered somebody else."""
    on = hub_today(store, now)
    query = select(Entitlement.ref).join(Match, Match.entitlement_id == Entitlement.id)
    meet = set(store.scalars(query.where(capacity.running(on), Match.cover.is_(False))))
    return sum(row.entitlement in meet for row in some)


def moved(store: Store, search: MatchSearch) -> list[matches.Row]:
    """Who would be offered somebody else than they were, as long as nobody has answered."""
    found = [row for row in rows(search) if row.instead]
    return [row for row in found if match_moves.can_move(store, row)]


def _met_since(store: Store, asked_at: datetime) -> set[str]:
    query = select(Entitlement.ref).join(Match, Match.entitlement_id == Entitlement.id)
    begun = Match.state == MatchState.ACTIVE, Match.provider_yes_at >= asked_at
    return set(store.scalars(query.where(*begun)))


def offerable(store: Store, now: datetime) -> tuple[MatchSearch, int] | None:
    """What followed the newest choice or no, and how many people could be offered somebody by
    it; None where nobody could, or where it was sent."""
    since = now - timedelta(hours=read(store, SearchSettings).hours)
    query = select(MatchSearch).where(
        MatchSearch.follows, MatchSearch.done_at > since, MatchSearch.rows.is_not(None)
    )
    search = store.scalar(query.order_by(MatchSearch.id.desc()).limit(1))
    if search is None or search.sent_at:
        return None
    people = {row.person for row in new(store, search)}
    return (search, len(people)) if people else None


def lines(store: Store, some: Sequence[matches.Row], now: datetime) -> list[Line]:
    """Who would be offered whom, and why."""
    on = hub_today(store, now)
    pairs = {(row.entitlement, row.provider): row for row in some}
    told = fits.reasons_of(store, list(pairs), on)
    return [_line(store, row, told[pair], on) for pair, row in pairs.items() if pair in told]


def _line(store: Store, row: matches.Row, why: list[Words], on: date) -> Line:
    owed = store.scalars(select(Entitlement).filter_by(ref=row.entitlement)).one()
    provider = store.scalars(select(Person).filter_by(ref=row.provider)).one()
    if row.instead:
        before = store.scalar(select(Person).filter_by(ref=row.instead))
    else:
        runs = entitlements.running_match(store, owed, on)
        before = runs.provider if runs else None
    return Line(owed, provider, why, before)


def unmet(store: Store, search: MatchSearch) -> list[Entitlement]:
    """For whom nobody was found."""
    query = select(Entitlement).where(Entitlement.ref.in_(search.unmet or ()))
    return list(store.scalars(query.join(Entitlement.person).order_by(Person.name)))


def send(
    store: Store, search: MatchSearch, by: Person, now: datetime, *, sure: bool = False
) -> list[Match]:
    """Offer what was found, once. Who may not be matched any more is left out; where everything
    was opened, whoever sends it has said that they are `sure`."""
    read_again(store, search)
    _refuse_to_send(store, search, now)
    if search.reopen and not sure:
        raise Refused(N_("Tick that you have read who would change."), field="sure")
    search.sent_at = now
    made = [m for row in moved(store, search) for m in match_moves.move(store, row, by, now)]
    made += matches.propose(store, rows(search), now, by, cover=search.away is not None)
    audit.record(store, now, by, "send", "match_search", search.ref)
    return made


def _refuse_to_send(store: Store, search: MatchSearch, now: datetime) -> None:
    if search.done_at is None or search.rows is None:
        raise Refused(N_("There is nothing to send yet."))
    if search.sent_at:
        raise Refused(N_("These offers have been sent."))
    if now - search.done_at > timedelta(hours=read(store, SearchSettings).hours):
        raise Refused(N_("This is too old. Look again first."))
