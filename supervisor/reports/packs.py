"""An evidence pack: what one worker, one employer, one manager's team or the district is owed and
got, as files that can be held against the mark of the record. Only the hub makes it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from supervisor import audit
from supervisor.errors import Refused
from supervisor.models import Entitlement, Organisation, Person, Store
from supervisor.reports.pack_files import Pack, Page, zipped
from supervisor.reports.pseudonyms import PERSON, pseudonym, without_names
from supervisor.reports.report_answers import answers
from supervisor.reports.report_asks import ALL, worked_for
from supervisor.reports.report_delivery import delivery
from supervisor.reports.report_evidence import evidence
from supervisor.reports.report_groups import group_register
from supervisor.reports.report_parts import about
from supervisor.reports.report_team import team_table
from supervisor.rules import chain
from supervisor.rules.words import N_, Words
from supervisor.settings import hub_today
from supervisor.spreadsheets import Say, Table
from supervisor.trail import looks, seals, trail_checks, trail_rows
from supervisor.viewers import manager_viewer

FILES = {
    "delivery_register": (
        delivery,
        Words(N_("The delivery register: what is contracted, expected, held and delivered.")),
    ),
    "evidence_log": (
        evidence,
        Words(N_("The evidence log: each session, when it was, and who confirmed it when.")),
    ),
    "answers": (
        answers,
        Words(N_("Answers: all that was said of each session, with what was put right later.")),
    ),
}
GROUPS = Words(
    N_("The group register: each group, its seats, and what became of its meetings. No members.")
)
TEAM = Words(N_("The team: what a manager may read, and nothing else."))
FOR_HUB = Words(N_("For the hub alone: it names people."))
FOR_AUDITOR = Words(N_("For an auditor: random texts stand in the place of names and ids."))
FOR_MANAGER = Words(N_("For one manager: only the columns that a manager may read."))


@dataclass(frozen=True)
class Scope:
    """Whom it is about: at most one of these; none of them is the whole district."""

    person: Person | None = None
    organisation: Organisation | None = None
    manager: Person | None = None

    @property
    def words(self) -> Words:
        """The same in words, without a name."""
        if self.person:
            return Words(N_("One worker"))
        if self.organisation:
            return Words(N_("Everybody who works for one employer"))
        return Words(N_("The team of one manager") if self.manager else N_("The whole district"))


@dataclass(frozen=True)
class Keys:
    """What seals the record, and what makes pseudonyms: with it the pack is an auditor's."""

    sealing: str
    secret: str | None = None


def make(
    store: Store,
    scope: Scope,
    keys: Keys,
    say: Say,
    by: Person | None,
    now: datetime,
) -> Pack:
    """The pack, written down as taken out. Its rows are read first and sealed then, so that the
    mark of its manifest stands for all of them."""
    secret = keys.secret
    if sum(one is not None for one in (scope.person, scope.organisation, scope.manager)) > 1:
        raise Refused(N_("A pack is about one worker, one employer or one team, not several."))
    if scope.manager and secret is not None:
        raise Refused(N_("A manager's pack names their own team, so it is none for an auditor."))
    pages = _team(store, scope.manager, now) if scope.manager else _pages(store, scope, secret, now)
    seals.catch_up(store, keys.sealing, now)
    made = zipped(pages, _facts(store, scope, secret), _lines(scope, secret), say)
    whose = scope.person or scope.manager
    if by:
        looks.note(store, by, looks.news(store, by, [(_about(scope), looks.PACK)], now), now)
    audit.record(store, now, by, "make", "pack", made.digest[: chain.SHORTEST_HEAD * 2], whose)
    return made


def _about(scope: Scope) -> int | None:
    return scope.person.id if scope.person else None


def _team(store: Store, manager: Person, now: datetime) -> list[Page]:
    on = hub_today(store, now)
    return [Page("team", team_table(store, manager_viewer(manager.id, on), now), TEAM)]


def _pages(store: Store, scope: Scope, secret: str | None, now: datetime) -> list[Page]:
    kept = _entitlements(store, scope)
    tables = [
        (name, about(report(store, now), kept), what) for name, (report, what) in FILES.items()
    ]
    if kept is None:
        tables.append(("group_register", group_register(store, now, ALL), GROUPS))
    return [Page(name, _for_reader(table, secret), what) for name, table, what in tables]


def _entitlements(store: Store, scope: Scope) -> set[str] | None:
    """The ids of those it is about; None for all, with the groups and their meetings."""
    owed = Entitlement
    query = select(owed.ref)
    if scope.person:
        return set(store.scalars(query.where(owed.person_id == scope.person.id)))
    if scope.organisation is None:
        return None
    return set(store.scalars(query.where(worked_for(scope.organisation))))


def _for_reader(table: Table, secret: str | None) -> Table:
    return table if secret is None else without_names(table, secret)


def _facts(store: Store, scope: Scope, secret: str | None) -> dict[str, object]:
    """What the manifest says besides its files: the filter, and how the record can be proved."""
    end, checked = trail_rows.last_link(store), trail_checks.last(store)
    return {
        "about": scope.words.text,
        "only": _whose(scope, secret),
        "record": {
            "rows": end.seq if end else 0,
            "mark": chain.said_head(end.seq, end.mac) if end else None,
            "rows_not_sealed": trail_rows.count_waiting(store),
            "last_checked": checked.at.isoformat() if checked else None,
            "found_then": checked.found if checked else None,
        },
    }


def _whose(scope: Scope, secret: str | None) -> str | None:
    one = scope.person or scope.organisation or scope.manager
    if scope.person and secret is not None:
        return pseudonym(PERSON, scope.person.ref, secret)
    return one.ref if one else None


def _lines(scope: Scope, secret: str | None) -> list[Words]:
    """How the README begins."""
    reader = FOR_HUB if secret is None else FOR_AUDITOR
    return [scope.words, FOR_MANAGER if scope.manager else reader]
