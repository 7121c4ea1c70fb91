"""What a manager asks of the hub about the numbers, and what the hub answers."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from supervisor import audit, messages
from supervisor.access import Viewer, team_entitlements
from supervisor.errors import NotFound, Refused
from supervisor.models import Entitlement, Person, Question, Session, Store
from supervisor.models.engine import lock_people, read_again
from supervisor.rules.words import N_
from supervisor.stand_ins import readers

SHOWN_DAYS = 60
"""How long an answer stays on the manager's page."""


def of_team(store: Store, viewer: Viewer, link: str) -> Entitlement | None:
    """The row of their own page that a manager asks about; none for the whole team."""
    if not link:
        return None
    query = select(Entitlement).where(team_entitlements(viewer), Entitlement.link == link)
    found = store.scalars(query).first()
    if found is None:
        raise NotFound(N_("There is no such row on your page."))
    return found


def ask_to_check(
    store: Store, manager: Person, entitlement: Entitlement | None, word: str, now: datetime
) -> Question:
    """Ask the hub whether a number is right; while it is open, the same question is one."""
    lock_people(store, [manager.id])
    about = entitlement and entitlement.id
    before = [one for one in open_questions(store, manager) if one.entitlement_id == about]
    if before:
        before[0].word = word or before[0].word
        return before[0]
    question = Question(manager=manager, entitlement=entitlement, word=word or None, asked_at=now)
    store.add(question)
    store.flush()
    _tell_the_hub(store, question, now)
    audit.record(store, now, manager, "ask_to_check", "question", question.ref)
    return question


def _tell_the_hub(store: Store, question: Question, now: datetime) -> None:
    for person in readers(store, now):
        facts = {"manager": question.manager.name}
        messages.tell(store, person, f"check:{question.ref}", "check_numbers", facts, now)


def open_questions(store: Store, manager: Person | None = None) -> list[Question]:
    """What nobody has answered yet, the oldest first; of one manager, or of all."""
    query = (
        select(Question)
        .where(Question.answered_at.is_(None))
        .options(
            joinedload(Question.manager),
            joinedload(Question.entitlement).joinedload(Entitlement.person),
        )
        .order_by(Question.asked_at, Question.id)
    )
    return list(store.scalars(query.where(Question.manager_id == manager.id) if manager else query))


def asked_by(store: Store, viewer: Viewer, now: datetime) -> list[Question]:
    """A manager's own questions: the open ones and those answered of late, the newest first. Of
    somebody who is not in their team any more, nothing."""
    theirs = select(Entitlement.id).where(team_entitlements(viewer))
    query = (
        select(Question)
        .where(
            Question.manager_id == viewer.person_id,
            or_(Question.entitlement_id.is_(None), Question.entitlement_id.in_(theirs)),
            or_(
                Question.answered_at.is_(None),
                Question.answered_at > now - timedelta(days=SHOWN_DAYS),
            ),
        )
        .options(joinedload(Question.entitlement).joinedload(Entitlement.person))
        .order_by(Question.asked_at.desc(), Question.id.desc())
    )
    return list(store.scalars(query))


def behind_it(store: Store, question: Question, now: datetime) -> list[Session]:
    """The sessions that the number is made of: those that have begun, the latest first."""
    query = (
        select(Session)
        .where(Session.entitlement_id == question.entitlement_id, Session.starts_at <= now)
        .options(
            selectinload(Session.confirmations),
            joinedload(Session.provider),
            joinedload(Session.entitlement).joinedload(Entitlement.person),
        )
        .order_by(Session.starts_at.desc())
    )
    return list(store.scalars(query)) if question.entitlement_id else []


def answer(
    store: Store, question: Question, *, right: bool, word: str, by: Person, now: datetime
) -> None:
    """Tell the manager that it is right, or was put right. The letter names no number and no
    kind: their page has what they may see."""
    read_again(store, question)
    if question.answered_at:
        raise Refused(N_("This was answered already."))
    question.right, question.answer = right, word or None
    question.answered_at, question.answered_by_id = now, by.id
    facts = {
        "about": question.entitlement.person.name if question.entitlement else "",
        "right": right,
        "word": word,
    }
    messages.tell(store, question.manager, f"checked:{question.ref}", "number_checked", facts, now)
    audit.record(store, now, by, "answer", "question", question.ref)
    store.flush()
