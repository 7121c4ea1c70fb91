"""Three short questions: asked now and then, answered by nobody in particular, shown as totals."""

from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text

from supervisor import pulse
from supervisor.errors import Refused
from supervisor.extensions import db
from supervisor.models import (
    Audit,
    Base,
    Confirmation,
    Message,
    Person,
    PulseAsk,
    PulseCount,
    PulseQuarter,
    PulseSaid,
    Session,
    Store,
)
from supervisor.pulse import PulseSettings
from supervisor.room import RoomSettings
from supervisor.rules import pulse as rules
from supervisor.rules.kinds import Answer, Mode, Outcome, Side
from supervisor.rules.pulse import Felt, Item
from supervisor.settings import save
from supervisor.still_true import still_true

KEY = "test"
YES = dict.fromkeys(Item, Felt.YES)
NO = dict.fromkeys(Item, Felt.NO)
DAY = timedelta(days=1)
Q1 = date(2027, 1, 1)
APRIL = timedelta(days=60)
"""From the tests' day in February to 11 April."""


def meet(store: Store, cast: SimpleNamespace, now: datetime, times: int) -> None:
    """Ana and Ben have met so many times, a day apart, the last one yesterday."""
    for back in range(times, 0, -1):
        starts = now - back * DAY
        store.add(
            Session(
                entitlement=cast.entitlement, provider=cast.ana, starts_at=starts, zone="UTC",
                local_start=starts.replace(tzinfo=None), minutes=60, mode=Mode.VIDEO,
                outcome=Outcome.HELD, changed_at=starts,
            )
        )  # fmt: skip
    store.commit()


def asked(store: Store, people: list[Person], now: datetime) -> None:
    """The card lies open for each of them."""
    store.add_all(PulseAsk(person=one, held=3, asked_on=now.date(), open=True) for one in people)
    store.commit()


def crowd(store: Store, count: int, now: datetime) -> list[Person]:
    people = [Person(ref=f"w{n}", name=f"Worker {n}") for n in range(count)]
    store.add_all(people)
    asked(store, people, now)
    return people


def cards(store: Store) -> list[tuple[str, bool]]:
    return [(one.person.ref, one.open) for one in store.scalars(select(PulseAsk))]


def test_a_worker_is_asked_after_every_third_meeting_and_once(store: Store, cast, now) -> None:
    meet(store, cast, now, 2)
    pulse.ask(store, now)
    assert cards(store) == []
    meet(store, cast, now + DAY, 1)
    for _twice in range(2):
        pulse.ask(store, now + DAY)
    assert cards(store) == [("ben", True)]
    told = store.scalars(select(Message)).all()
    assert [(one.recipient.ref, one.template, one.private) for one in told] == [
        ("ben", "pulse", True)
    ]
    pulse.put_away(store, cast.ben, now + DAY)
    meet(store, cast, now + 2 * DAY, 2)
    pulse.ask(store, now + 2 * DAY)
    assert cards(store) == [("ben", False)]
    meet(store, cast, now + 3 * DAY, 1)
    pulse.ask(store, now + 3 * DAY)
    assert cards(store) == [("ben", True)]


def test_how_often_is_the_hubs_to_say_and_so_is_whether(store: Store, cast, now) -> None:
    meet(store, cast, now, 3)
    save(store, PulseSettings(ask=False, every=3))
    pulse.ask(store, now)
    assert cards(store) == []
    save(store, PulseSettings(every=4))
    pulse.ask(store, now)
    assert cards(store) == []
    save(store, PulseSettings(every=2))
    pulse.ask(store, now)
    assert cards(store) == [("ben", True)]
    save(store, PulseSettings(ask=False))
    assert pulse.open_of(store, cast.ben, now) is None


def test_first_meetings_and_old_ones_from_an_import_ask_nobody(store: Store, cast, now) -> None:
    meet(store, cast, now - 20 * DAY, 4)
    pulse.ask(store, now)
    meet(store, cast, now, 1)
    store.query(Session).filter(Session.starts_at < now - 20 * DAY).update({"counts": False})
    pulse.ask(store, now)
    assert cards(store) == []


def test_whoever_no_letter_reaches_has_the_card_and_is_not_rung(store: Store, cast, now) -> None:
    cast.ben.email = None
    meet(store, cast, now, 3)
    pulse.ask(store, now)
    assert cards(store) == [("ben", True)]
    assert store.scalars(select(Message)).all() == []


def test_the_card_goes_by_itself_and_nobody_is_reminded(store: Store, cast, now) -> None:
    meet(store, cast, now, 3)
    pulse.ask(store, now)
    assert pulse.open_of(store, cast.ben, now + 13 * DAY)
    assert pulse.open_of(store, cast.ben, now + 14 * DAY) is None
    with pytest.raises(Refused):
        pulse.answer(store, cast.ben, YES, KEY, now + 14 * DAY)
    for day in range(1, 14):
        pulse.ask(store, now + day * DAY)
    assert len(store.scalars(select(Message)).all()) == 1


def test_a_letter_about_what_is_done_does_not_go(store: Store, cast, now) -> None:
    meet(store, cast, now, 3)
    pulse.ask(store, now)
    letter = store.scalars(select(Message)).one()
    assert still_true(store, letter)
    pulse.answer(store, cast.ben, YES, KEY, now)
    assert not still_true(store, letter)


def test_whoever_says_stop_is_asked_no_more_until_they_say_so(store: Store, cast, now) -> None:
    pulse.begin_again(store, cast.ben)
    pulse.stop(store, cast.ben)
    meet(store, cast, now, 3)
    pulse.ask(store, now)
    assert cards(store) == [("ben", False)]
    assert pulse.has_stopped(store, cast.ben)
    pulse.begin_again(store, cast.ben)
    pulse.ask(store, now)
    assert cards(store) == [("ben", True)]


def test_an_answer_is_given_once(store: Store, cast, now) -> None:
    asked(store, [cast.ben], now)
    pulse.answer(store, cast.ben, YES, KEY, now)
    with pytest.raises(Refused):
        pulse.answer(store, cast.ben, NO, KEY, now)
    assert len(store.scalars(select(PulseSaid)).all()) == 1


def test_an_answer_looks_otherwise_every_time_and_opens_with_its_key_alone() -> None:
    mixed = dict(zip(Item, (Felt.PARTLY, Felt.UNSAID, Felt.NO), strict=True))
    sealed = {rules.seal(mixed, KEY, f"word{n}") for n in range(20)}
    parts = {one.split(".")[1] for one in sealed}
    assert len(parts) > 5
    assert all(rules.unseal(one, KEY) == mixed for one in sealed)
    assert all(rules.unseal(one, "another") is None for one in sealed)


def test_a_quarter_is_counted_once_and_all_of_it_together(store: Store, cast, now) -> None:
    people = crowd(store, 11, now)
    for person in people[:5]:
        pulse.answer(store, person, YES, KEY, now)
    for person in people[5:]:
        pulse.answer(store, person, {Item.SUPPORTED: "no", Item.CHANGED: "what"}, KEY, now)
    pulse.gather(store, KEY, now)
    assert pulse.totals(store, Q1, date(2027, 12, 31)).people is None
    pulse.gather(store, KEY, now + APRIL)
    pulse.gather(store, KEY, now + APRIL + DAY)
    found = pulse.totals(store, Q1, date(2027, 12, 31))
    assert found.people == 11
    assert found.items[Item.SUPPORTED] == {"yes": None, "partly": None, "no": 6, "unsaid": None}
    assert store.scalars(select(PulseSaid)).all() == []
    part = pulse.totals(store, date(2027, 1, 2), date(2027, 12, 31))
    assert part.people is None


def test_too_few_answers_wait_for_the_next_quarter(store: Store, cast, now) -> None:
    pulse.gather(store, KEY, now)
    people = crowd(store, 5, now)
    for person in people[:4]:
        pulse.answer(store, person, YES, KEY, now)
    pulse.gather(store, KEY, now + APRIL)
    assert store.scalars(select(PulseQuarter.people)).all() == [0, 0]
    assert store.scalars(select(PulseCount)).all() == []
    pulse.answer(store, people[4], NO, KEY, now + DAY)
    pulse.gather(store, KEY, now + APRIL + DAY)
    assert len(store.scalars(select(PulseSaid)).all()) == 5
    pulse.gather(store, KEY, now + APRIL + 90 * DAY)
    second = pulse.totals(store, date(2027, 4, 1), date(2027, 6, 30))
    assert second.people == 5
    assert second.items[Item.SUPPORTED]["yes"] is None


def test_an_answer_sealed_with_another_key_stays_as_it_is(store: Store, cast, now) -> None:
    asked(store, [cast.ben], now)
    pulse.answer(store, cast.ben, YES, "another", now)
    before = store.scalars(select(PulseSaid.sealed)).all()
    pulse.gather(store, KEY, now + APRIL)
    assert store.scalars(select(PulseSaid.sealed)).all() == before


def quarter(**felt: int) -> dict[str, dict[str, int]]:
    return {item: dict.fromkeys(Felt, 0) | felt for item in Item}


def test_no_total_tells_what_a_quarter_hides() -> None:
    """Of each answer the quarters and their sum: taking away never leaves one that is hidden."""
    first = quarter(yes=9, partly=8, no=7, unsaid=6)
    second = quarter(yes=9, partly=8, no=4, unsaid=1)
    third = quarter(yes=20, partly=6, no=9, unsaid=7)
    year = rules.shown([first, second, third], 5)[Item.CHANGED]
    assert year == {"yes": 38, "partly": 22, "no": None, "unsaid": None}
    alone = rules.shown([second], 5)[Item.CHANGED]
    assert alone == {"yes": 9, "partly": 8, "no": None, "unsaid": None}


def test_no_two_sums_of_quarters_tell_what_a_third_hides() -> None:
    """Two and three of no are five, with two more seven: the two would be worked out."""
    quarters = [quarter(yes=9, partly=8, no=no, unsaid=9) for no in (2, 3, 2)]
    for some in (quarters[:2], quarters[1:], quarters):
        assert rules.shown(some, 5)[Item.CHANGED]["no"] is None


@pytest.mark.parametrize("few", [{}, {"no": 1}, {"unsaid": 4}, {"no": 2, "unsaid": 2}])
def test_what_is_left_of_how_many_answered_is_never_few(few: dict[str, int]) -> None:
    """Who answered is shown: with only no and "rather not say" hidden, the rest would be theirs."""
    told = rules.shown([quarter(yes=17, partly=6, **few)], 5)[Item.SUPPORTED]
    assert told == {"yes": 17, "partly": None, "no": None, "unsaid": None}


def test_quarters_are_those_of_the_calendar() -> None:
    assert rules.quarter_before(date(2027, 1, 1)) == date(2026, 10, 1)
    assert rules.quarter_before(date(2027, 7, 31)) == date(2027, 4, 1)
    assert [rules.last_of(date(2027, m, 1)).month for m in (1, 4, 7, 10)] == [3, 6, 9, 12]


def rows_of(store: Store) -> dict[str, list[str]]:
    """The whole database as text, each table in the order in which a copy would list it."""
    physical = "ctid, xmin, *" if db.engine.dialect.name == "postgresql" else "*"
    return {
        table: [str(tuple(row)) for row in store.execute(text(f'select {physical} from "{table}"'))]
        for table in inspect(store.connection()).get_table_names()
    }


@pytest.fixture
def answered(store: Store, cast: SimpleNamespace, now) -> list[Person]:
    """Eight have answered one after the other, half of them yes, half no."""
    pulse.gather(store, KEY, now)
    people = crowd(store, 8, now)
    for at, person in enumerate(people):
        pulse.answer(store, person, YES if at % 2 else NO, KEY, now + at * timedelta(minutes=7))
        store.commit()
    return people


def test_a_copy_of_the_database_ties_no_answer_to_anybody(store: Store, answered, now) -> None:
    """Whoever holds a copy, without the key: who answered reads like who did not, and an answer
    has neither a person, a time, an order nor anything that can be read."""
    whole = rows_of(store)
    assert set(Base.metadata.tables["pulse_said"].columns.keys()) == {"key", "sealed"}
    assert set(PulseAsk.__table__.columns.keys()) == {
        "person_id", "held", "asked_on", "open", "stopped",
    }  # fmt: skip
    for words in (*Felt, *Item):
        assert not any(f"'{words}'" in row for row in whole["pulse_said"])
    assert store.scalars(select(Audit)).all() == []
    assert whole["pulse_count"] == whole["delivery_event"] == whole["confirmation"] == []
    refs = [person.ref for person in answered]
    assert not any(f"'{ref}'" in row for ref in refs for row in whole["pulse_said"])


def test_who_answered_and_who_did_not_look_alike(store: Store, cast, now) -> None:
    asked(store, [cast.ben, cast.dan], now)
    pulse.answer(store, cast.ben, YES, KEY, now)
    pulse.put_away(store, cast.dan, now + DAY)
    one, other = (store.get(PulseAsk, person.id) for person in (cast.ben, cast.dan))
    assert one
    assert other
    kept = ("held", "asked_on", "open", "stopped")
    assert [getattr(one, name) for name in kept] == [getattr(other, name) for name in kept]


def test_the_order_of_answers_is_gone_within_the_hour(store: Store, answered, now) -> None:
    """Two copies cannot be laid over each other, and no row shows which act wrote it."""
    before = {row.key: row.sealed for row in store.scalars(select(PulseSaid))}
    store.commit()
    orders = set()
    for _hour in range(6):
        pulse.gather(store, KEY, now)
        store.commit()
        listed = store.scalars(text("select sealed from pulse_said")).all()
        opened = [rules.unseal(one, KEY) for one in listed]
        orders.add(tuple(one == YES for one in opened if one))
        assert not {*listed} & {*before.values()}
    assert len(orders) > 1
    after = store.scalars(select(PulseSaid.key)).all()
    assert len(after) == 8
    assert not {*after} & {*before}
    if db.engine.dialect.name == "postgresql":
        writers = store.scalars(text("select distinct xmin::text from pulse_said")).all()
        assert len(writers) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_neither_the_file_nor_its_log_holds_an_answer_in_words(
    app: Flask, store: Store, answered, now
) -> None:
    """The pages of SQLite and its write-ahead log as they lie on the disk, freed pages too."""
    path = Path(str(db.engine.url.database))
    parts = [path, path.with_name(f"{path.name}-wal")]
    on_disk = b"".join(part.read_bytes() for part in parts if part.exists())
    assert b"pulse_said" in on_disk
    assert Item.LESS_ALONE.encode() not in on_disk
    sealed = store.scalars(select(PulseSaid.sealed)).all()
    assert all(one.encode() in on_disk for one in sealed)


def test_neither_a_debrief_nor_a_dispute_counts(store: Store, cast, now) -> None:
    meet(store, cast, now, 3)
    last = store.scalars(select(Session).order_by(Session.starts_at.desc())).first()
    assert last
    last.outcome = None
    for side, said in ((Side.WORKER, Answer.HELD), (Side.PROVIDER, Answer.WORKER_AWAY)):
        store.add(Confirmation(session=last, side=side, answer=said, said_at=now))
    store.flush()
    pulse.ask(store, now)
    assert cards(store) == []


@pytest.fixture
def ben(store: Store, cast, now, sign_in) -> FlaskClient:
    asked(store, [cast.ben], now)
    return sign_in(cast.ben)


def test_five_taps_from_the_page_to_thank_you(store: Store, cast, ben) -> None:
    home = ben.get("/support").text
    assert "Three short questions, if you like" in home
    page = ben.get("/pulse").text
    for words in (
        "Do you feel supported",
        "Rather not say",
        "What is kept, and why",
        "Stop asking",
    ):
        assert words in page
    answer = ben.post("/pulse", data={"supported": "yes", "less_alone": "no", "changed": "partly"})
    assert answer.location == "/support"
    assert "Your answers are kept without your name." in ben.get("/support").text
    assert "There is nothing to answer now." in ben.get("/pulse").text
    again = ben.post("/pulse", data={"supported": "yes"}, follow_redirects=True).text
    assert "There is nothing to do." in again
    assert len(store.scalars(select(PulseSaid)).all()) == 1


@pytest.mark.parametrize("nothing", [{}, {"supported": "perhaps"}])
def test_what_picks_nothing_is_no_answer(store: Store, cast, ben, nothing) -> None:
    page = ben.post("/pulse", data=nothing, follow_redirects=True).text
    assert "Pick an answer, or press" in page
    assert "Send my answers" in page
    assert store.scalars(select(PulseSaid)).all() == []


def test_not_this_time_and_never_again_are_one_press_each(store: Store, cast, ben) -> None:
    assert "That is fine." in ben.post("/pulse/away", follow_redirects=True).text
    assert "There is nothing to do." in ben.post("/pulse/away", follow_redirects=True).text
    assert "Ask me again" in ben.post("/pulse/stop", follow_redirects=True).text
    assert "after your next meetings" in ben.post("/pulse/begin", follow_redirects=True).text
    assert store.scalars(select(PulseSaid)).all() == []


def test_the_hub_reads_totals_and_what_is_hidden(
    store: Store, answered, cast, now, sign_in
) -> None:
    pulse.gather(store, KEY, now + APRIL)
    store.commit()
    cleo = sign_in(cast.cleo)
    assert "/reports/pulse" in cleo.get("/reports").text
    page = cleo.get("/reports/pulse").text
    assert "Do you feel less alone in your work?" in page
    assert ">8<" in page
    assert ">4<" not in page
    assert "fewer than 5 people" in page
    save(store, RoomSettings(least=4))
    store.commit()
    assert ">4<" in cleo.get("/reports/pulse").text
