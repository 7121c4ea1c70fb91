"""Everything about me: all of it, nobody else's, and what is mine alone in a file of its own."""

import io
import json
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supervisor.feeds import feeds
from supervisor.models import Audit, Base, Leave, Person, Store
from supervisor.privacy import my_data
from supervisor.privacy.data_parts import LEFT_OUT, PARTS
from supervisor.privacy.my_data import SECRET
from supervisor.privacy.person_map import FATES, Fate
from tests.everybody import settle

OTHERS = ("Dan Foley", "Eve Tan", "Gil Orr", "Rua Finch", "Sam Pert", "dan@", "ana@")


def test_every_table_is_in_the_copy_or_says_why_not() -> None:
    """A new one needs a line in `data_parts.py`."""
    there = {part.record.__tablename__ for part in PARTS}
    assert there | set(LEFT_OUT) == set(Base.metadata.tables)
    assert not there & set(LEFT_OUT)


def test_no_column_that_reads_like_a_key_is_told() -> None:
    names = {column.key for part in PARTS for column in part.record.__table__.columns}
    keys = {name for name in names for word in ("hash", "token", "sealed", "key") if word in name}
    assert keys
    assert keys <= SECRET


def test_what_goes_with_somebody_was_theirs_to_take_out() -> None:
    """Each table that erasing empties is in the copy, but for those that say why not."""
    emptied = {column.class_.__tablename__ for column, fate in FATES.items() if fate is Fate.GOES}
    assert emptied <= {part.record.__tablename__ for part in PARTS} | set(LEFT_OUT)


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    settle(store, cast, now)
    cast.ben.phone = "021 555 0199"
    cast.token = feeds.make_feed(store, cast.ben, "Phone", now)
    store.commit()
    return cast


def copied(browser: FlaskClient, what: str = "") -> tuple[dict[str, list[Any]], str]:
    """The two files: what each table holds, and the page."""
    answer = browser.post("/privacy/copy", data={"what": what})
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert set(file.namelist()) == {"data.json", "read-me.html"}
        tables = json.loads(file.read("data.json"))
        return {one["table"]: one["rows"] for one in tables}, file.read("read-me.html").decode()


def test_one_press_gives_all_of_it_to_read_and_as_data(theirs, sign_in) -> None:
    tables, page = copied(sign_in(theirs.ben))
    assert tables["person"][0]["name"] == "Ben Harris"
    assert tables["person"][0]["place"] == "Cromwell"
    assert tables["session"][0]["provider"] == "Ana Rewi"
    assert tables["job"][0]["manager"] == "Mere Parata"
    assert {"entitlement", "leave", "seat", "feed", "sign_in", "message", "nomination"} <= set(
        tables
    )
    for words in ("Everything about me", "Ben Harris", "021 555 0199", "My meetings", "Cromwell"):
        assert words in page
    for words in ("Weekday: Monday", "Starts minute: 9:00", "Kind: External peer supervision"):
        assert words in page


def test_what_is_mine_alone_is_a_choice_of_its_own(theirs, sign_in) -> None:
    ben = sign_in(theirs.ben)
    tables, page = copied(ben)
    assert not {"debrief", "debrief_ask", "conflict"} & set(tables)
    assert "Sam Pert" not in page
    apart, page = copied(ben, "apart")
    assert set(apart) == {"debrief", "conflict"}
    assert apart["conflict"][0]["name"] == "Sam Pert"
    assert "Nobody may make you show it." in page


def test_nobody_can_tell_which_file_was_taken(store: Store, theirs, sign_in) -> None:
    ben = sign_in(theirs.ben)
    for what in ("", "apart"):
        copied(ben, what)
    made = select(Audit.verb, Audit.noun, Audit.noun_ref, Audit.by_id).where(Audit.noun == "copy")
    assert {tuple(row) for row in store.execute(made)} == {("make", "copy", "", theirs.ben.id)}


def test_nothing_of_anybody_else_is_in_it(theirs, sign_in) -> None:
    for whose, met in ((theirs.ben, {"Ana Rewi", "Mere Parata"}), (theirs.ana, set())):
        tables, page = copied(sign_in(whose))
        said = json.dumps(tables) + page
        others = {name for name in OTHERS if name not in whose.email and name in said}
        assert others == set()
        assert {name for name in met if name in said} == met
    assert "Ben Harris" not in said


def test_no_key_of_the_machine_is_in_it(theirs, sign_in) -> None:
    tables, page = copied(sign_in(theirs.ben))
    assert theirs.token not in page
    for rows in tables.values():
        assert all(not set(row) & SECRET for row in rows)
    assert "token" not in json.dumps(tables)


def test_a_supervisor_does_not_learn_of_whom_was_not_chosen(store: Store, theirs, sign_in) -> None:
    """An offer that its worker has not answered is in the worker's copy alone."""
    from supervisor.models import Entitlement, Match

    dans = store.scalars(select(Entitlement).where(Entitlement.ref == "dan-2027")).one()
    store.add(Match(ref="secret", entitlement=dans, provider=theirs.ana))
    store.commit()
    tables, _page = copied(sign_in(theirs.ana))
    assert [row["ref"] for row in tables["match"]] == ["ben-ana"]


def test_the_hub_takes_out_nobody_elses(theirs, sign_in) -> None:
    cleo = sign_in(theirs.cleo)
    tables, _page = copied(cleo)
    assert [row["name"] for row in tables["person"]] == ["Cleo Martin"]
    assert cleo.post("/people/ben/copy").status_code == 404


def test_a_row_of_each_table_that_names_the_owner_is_found(store: Store, theirs, now) -> None:
    held = {one.table for one in my_data.of(store, theirs.ben, apart=False)}
    held |= {one.table for one in my_data.of(store, theirs.ben, apart=True)}
    owned = {
        column.class_.__tablename__
        for column, fate in FATES.items()
        if column.key == "person_id" and fate is not Fate.WITHOUT
        and store.scalar(select(column).where(column == theirs.ben.id).limit(1))
    }  # fmt: skip
    assert owned - set(LEFT_OUT) <= held
    assert Leave.__tablename__ in held
    assert store.query(Person).count() > 5


def test_the_page_says_what_the_two_files_are(theirs, sign_in) -> None:
    page = sign_in(theirs.ben).get("/privacy").text
    assert "Everything about me" in page
    assert "What is yours alone" in page
