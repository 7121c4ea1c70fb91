"""A manager asks whether a number is right, the hub looks, and the answer reaches them."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor.models import Audit, Message, Question, Store
from tests.everybody import settle


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    theirs = settle(store, cast, now)
    store.query(Question).delete()
    store.commit()
    return theirs


@pytest.fixture
def asked(store: Store, theirs, sign_in) -> str:
    form = {"about": theirs.entitlement.link, "word": "I count five."}
    sign_in(theirs.mere).post("/team/questions", data=form)
    return f"/questions/{store.scalars(select(Question.ref)).one()}"


def told(store: Store, template: str) -> list[Message]:
    asked = Message.cause.startswith("check")
    return list(store.scalars(select(Message).where(Message.template == template, asked)))


def test_a_question_waits_on_today_with_the_sessions_behind_the_number(
    store, theirs, asked, sign_in
) -> None:
    hub = sign_in(theirs.cleo)
    board = hub.get("/today").text
    assert "Asks whether the number for Ben Harris is right. I count five." in board
    assert f'href="{asked}"' in board
    page = hub.get(asked).text
    assert "Mere Parata asked on" in page
    assert "/sessions/session-0" in page
    assert "/sessions/session-1" not in page, "it has not begun"
    assert len(told(store, "check_numbers")) == 1
    assert store.scalars(select(Audit).where(Audit.verb == "ask_to_check")).first()


def test_the_same_question_twice_is_one_until_it_is_answered(store, theirs, sign_in) -> None:
    mere = sign_in(theirs.mere)
    for about in ("", "", theirs.entitlement.link, theirs.entitlement.link):
        answer = mere.post("/team/questions", data={"about": about}, follow_redirects=True)
        assert "The hub has been asked to check." in answer.text
    questions = store.scalars(select(Question)).all()
    assert {one.entitlement_id for one in questions} == {None, theirs.entitlement.id}
    assert len(questions) == len(told(store, "check_numbers")) == 2
    sign_in(theirs.cleo).post(f"/questions/{questions[0].ref}/answer", data={"right": "yes"})
    mere.post("/team/questions")
    assert len(store.scalars(select(Question)).all()) == 3


@pytest.mark.parametrize(("right", "says"), [("yes", "It is right."), ("no", "It was put right.")])
def test_the_answer_reaches_the_manager_by_letter_and_on_their_page(
    store, theirs, asked, sign_in, right, says
) -> None:
    hub = sign_in(theirs.cleo)
    form = {"right": right, "word": "Two have not been confirmed yet."}
    answer = hub.post(f"{asked}/answer", data=form, follow_redirects=True)
    assert "Mere Parata is told." in answer.text
    assert "Asks whether" not in answer.text
    [letter] = told(store, "number_checked")
    assert letter.recipient.ref == "mere"
    assert letter.facts == {
        "about": "Ben Harris", "right": right == "yes", "word": "Two have not been confirmed yet.",
    }  # fmt: skip
    page = sign_in(theirs.mere).get("/team").text
    assert says in page
    assert "Two have not been confirmed yet." in page
    assert "Ana" not in page


def test_a_question_is_answered_once_and_with_one_of_two_answers(
    store, theirs, asked, sign_in
) -> None:
    hub = sign_in(theirs.cleo)
    assert "Say whether it is right." in hub.post(f"{asked}/answer", follow_redirects=True).text
    assert told(store, "number_checked") == []
    for _twice in range(2):
        last = hub.post(f"{asked}/answer", data={"right": "yes"}, follow_redirects=True).text
    assert "This was answered already." in last
    assert len(told(store, "number_checked")) == 1


def test_nobody_asks_about_a_row_that_is_not_theirs(store, theirs, sign_in) -> None:
    refused = sign_in(theirs.rua).post("/team/questions", data={"about": theirs.entitlement.link})
    assert refused.status_code == 404
    assert store.scalars(select(Question)).all() == []


def test_whoever_is_no_longer_in_the_team_is_gone_from_the_answers(
    store, theirs, asked, sign_in
) -> None:
    sign_in(theirs.cleo).post(f"{asked}/answer", data={"right": "yes"})
    for job in theirs.ben.jobs:
        job.manager = None
    store.commit()
    page = sign_in(theirs.mere).get("/team")
    assert "Ben Harris" not in page.text
