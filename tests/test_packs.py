"""Evidence packs: what is in them, for whom, and what proves them."""

import csv
import io
import json
import zipfile
from datetime import date
from hashlib import sha256
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from supervisor.access import MANAGER_COLUMNS
from supervisor.cli import main
from supervisor.errors import Refused
from supervisor.models import Audit, Identity, Job, Store, Trait, Word
from supervisor.reports import packs
from supervisor.reports.packs import Keys, Scope
from supervisor.reports.reports import REPORTS
from supervisor.rules import chain
from supervisor.rules.kinds import Answer, Role, Side, Vocabulary
from supervisor.sessions import delivery
from supervisor.trail import seals, trail_checks
from tests.everybody import settle

NAMES = ("Ben", "Ana", "Dan", "Tan", "Fay", "Cleo", "Mere", "Rua", "Xan", "Harris", "Rewi")
IDS = ('"ben', '"ana', ",ben", ",ana", "session-0", "dan-2027", "ben-2027")
NEVER = (
    "Qiwi", "Qgender", "Sam Pert", "She makes time", "Hana Moss", "Only four", "021 555 010",
    "ben-talk", "ben-asks-ana", "ben-apart", "rainbow", "youth", "consumer", "debrief",
    "example.org",
)  # fmt: skip


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    """Everybody's things, with one answer, and words that belong in no pack."""
    settle(store, cast, now)
    for kind, name in ((Vocabulary.CULTURE, "Qiwi"), (Vocabulary.GENDER, "Qgender")):
        cast.ben.traits.append(Trait(word=Word(vocabulary=kind, name=name)))
    store.add(Identity(person=cast.ben, received_at=now, rainbow=True,
                       youth_until=date(2030, 1, 1)))  # fmt: skip
    delivery.confirm(store, cast.past, Side.WORKER, Answer.HELD, cast.ben, now)
    store.commit()
    while seals.seal(store, "test", now):
        pass
    store.commit()
    return cast


def opened(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist()}


def made(store: Store, now, by, scope: Scope | None = None, secret: str | None = None) -> bytes:
    return packs.make(store, scope or Scope(), Keys("test", secret), str, by, now).content


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_manifest_fits_every_file_and_the_record(store: Store, theirs, now) -> None:
    before = trail_checks.check(store, "test")
    with zipfile.ZipFile(io.BytesIO(made(store, now, theirs.cleo))) as packed:
        manifest = json.loads(packed.read("manifest.json"))
        names = [one["name"] for one in manifest["files"]]
        assert sorted([*names, "manifest.json"]) == sorted(packed.namelist())
        for one in manifest["files"]:
            body = packed.read(one["name"])
            assert (sha256(body).hexdigest(), len(body)) == (one["sha256"], one["bytes"])
            if one["rows"] is not None:
                assert len(rows(body.decode("utf-8-sig"))) == one["rows"]
    assert manifest["counted_up_to"] == "2027-02-10T09:00:00+13:00"
    assert manifest["record"]["mark"] == before.head
    mark = chain.heard_head(manifest["record"]["mark"])
    assert mark is not None
    assert trail_checks.check(store, "test", [mark]).found == []
    assert set(manifest["definitions"]) == {"delivery_register.csv", "evidence_log.csv",
                                            "answers.csv", "group_register.csv"}  # fmt: skip


def test_the_same_moment_makes_the_same_bytes(store: Store, theirs, now) -> None:
    first = made(store, now, None, Scope(theirs.ben))
    store.rollback()
    assert made(store, now, None, Scope(theirs.ben)) == first


def record(content: bytes) -> dict[str, object]:
    return json.loads(opened(content)["manifest.json"])["record"]


def test_what_was_said_a_moment_ago_is_in_the_pack_and_under_its_mark(
    store: Store, theirs, now
) -> None:
    """The worker process has not come by since."""
    before = trail_checks.check(store, "test")
    delivery.confirm(store, theirs.past, Side.PROVIDER, Answer.HELD, theirs.ana, now)
    store.commit()
    assert trail_checks.check(store, "test").waiting
    pack = made(store, now, theirs.cleo, Scope(theirs.ben))
    store.commit()
    proof = record(pack)
    said = [one for one in rows(opened(pack)["answers.csv"]) if one["side"] == "provider"]
    assert said
    mark = chain.heard_head(str(proof["mark"]))
    assert mark
    assert mark[0] > before.seq
    assert proof["rows_not_sealed"] == 0
    assert trail_checks.check(store, "test", [mark]).found == []


@pytest.mark.parametrize("key", ["another", ""])
def test_a_process_with_another_key_leaves_the_chain_alone_and_says_so(
    store: Store, theirs, now, key: str
) -> None:
    before = trail_checks.check(store, "test")
    delivery.confirm(store, theirs.past, Side.PROVIDER, Answer.HELD, theirs.ana, now)
    store.commit()
    waiting = trail_checks.check(store, "test").waiting
    proof = record(packs.make(store, Scope(), Keys(key), str, theirs.cleo, now).content)
    assert (proof["mark"], proof["rows_not_sealed"]) == (before.head, waiting)


def test_of_one_worker_it_holds_their_rows_alone(store: Store, theirs, now) -> None:
    files = opened(made(store, now, theirs.cleo, Scope(theirs.ben)))
    assert {row["person"] for row in rows(files["delivery_register.csv"])} == {"ben"}
    assert {row["session"] for row in rows(files["evidence_log.csv"])} == {"session-0"}
    said = [(r["side"], r["value"], r["by"]) for r in rows(files["answers.csv"])]
    assert said == [("worker", "held", "ben"), ("", "held", "")]
    assert "Dan Foley" not in "".join(files.values())


def test_of_one_employer_it_holds_whoever_worked_there_then(store: Store, theirs, now) -> None:
    def people(organisation) -> set[str]:
        files = opened(made(store, now, theirs.cleo, Scope(organisation=organisation)))
        return {row["person"] for row in rows(files["delivery_register.csv"])}

    assert people(theirs.lakes) == {"ben", "eve"}
    assert people(theirs.harbour) == {"dan"}
    store.add(Job(person=theirs.ben, organisation=theirs.harbour, role=Role.EDUCATOR,
                  ends_on=date(2026, 12, 31)))  # fmt: skip
    store.flush()
    assert people(theirs.harbour) == {"dan"}


def test_of_the_district_it_holds_groups_too(store: Store, theirs, now) -> None:
    files = opened(made(store, now, theirs.cleo))
    assert "meeting-0" in files["evidence_log.csv"]
    assert {r["person"] for r in rows(files["delivery_register.csv"])} == {"ben", "dan", "eve"}
    assert {r["group"] for r in rows(files["group_register.csv"])} == {"circle", "sister"}


def test_an_employers_pack_and_a_workers_say_nothing_of_groups(store: Store, theirs, now) -> None:
    for scope in (Scope(theirs.ben), Scope(organisation=theirs.lakes)):
        assert "group_register.csv" not in opened(made(store, now, theirs.cleo, scope))


@pytest.mark.parametrize("of", ["district", "worker", "employer"])
def test_an_auditors_copy_holds_no_name_and_no_id(store: Store, theirs, now, of: str) -> None:
    scopes = {"district": Scope(), "worker": Scope(theirs.ben),
              "employer": Scope(organisation=theirs.lakes)}  # fmt: skip
    text = "\n".join(opened(made(store, now, theirs.cleo, scopes[of], "key")).values())
    assert [name for name in (*NAMES, *IDS) if name in text] == []
    assert "random text" in text


def test_a_managers_pack_has_a_managers_columns_and_their_team(store: Store, theirs, now) -> None:
    files = opened(made(store, now, theirs.cleo, Scope(manager=theirs.mere)))
    assert set(files) == {"team.csv", "README.txt", "manifest.json"}
    team = rows(files["team.csv"])
    assert set(team[0]) == {*MANAGER_COLUMNS, "as_at", "about"}
    assert {row["person"] for row in team} == {"Ben Harris"}
    assert not {"Ana Rewi", "Dan Foley"} & set("".join(files.values()).split(","))
    with pytest.raises(Refused, match="none for an auditor"):
        made(store, now, theirs.cleo, Scope(manager=theirs.mere), "key")


@pytest.mark.parametrize("secret", [None, "key"])
def test_no_pack_holds_reasons_identity_or_who_needed_to_talk(
    store: Store, theirs, now, secret: str | None
) -> None:
    content = made(store, now, theirs.cleo, Scope(), secret)
    text = "\n".join(opened(content).values())
    assert [word for word in NEVER if word in text or word.encode() in content] == []


def test_taking_one_out_is_written_down_with_what_tells_it(store: Store, theirs, now) -> None:
    pack = packs.make(store, Scope(theirs.ben), Keys("test"), str, theirs.cleo, now)
    row = store.scalars(select(Audit).where(Audit.noun == "pack")).one()
    assert (row.verb, row.by_id, row.for_id) == ("make", theirs.cleo.id, theirs.ben.id)
    assert pack.digest.startswith(row.noun_ref)
    log = REPORTS["access"](store, now)
    assert ("cleo", "Cleo Martin", "Took out a pack", row.noun_ref) in [r[1:5] for r in log.rows]


def test_one_pack_is_not_about_several(store: Store, theirs, now) -> None:
    with pytest.raises(Refused, match="not several"):
        made(store, now, theirs.cleo, Scope(theirs.ben, theirs.lakes))


def test_the_hub_takes_it_from_its_pages(store: Store, theirs, sign_in, now) -> None:
    cleo = sign_in(theirs.cleo)
    assert "Lakes Peer Service" in cleo.get("/reports").text
    assert "Make the pack of Ben Harris" in cleo.get("/people/ben").text
    assert "Make the pack of their team" in cleo.get("/people/mere").text
    answer = cleo.post("/reports/pack", data={"person": "ben"})
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="evidence-2027-02-10.zip"'
    )
    assert "Ben Harris" in opened(answer.data)["delivery_register.csv"]
    nameless = cleo.post("/reports/pack", data={"organisation": "lakes", "nameless": "yes"})
    assert "Ben" not in "".join(opened(nameless.data).values())
    assert store.scalars(select(Audit.verb).where(Audit.noun == "pack")).all() == ["make"] * 2


def test_who_is_not_there_has_no_pack(store: Store, theirs, sign_in) -> None:
    cleo = sign_in(theirs.cleo)
    for field in ("person", "organisation", "manager"):
        assert cleo.post("/reports/pack", data={field: "nobody"}).status_code == 404
    both = cleo.post("/reports/pack", data={"person": "ben", "organisation": "lakes"},
                     follow_redirects=True)  # fmt: skip
    assert "not several" in both.text
    assert sign_in(theirs.mere).post("/reports/pack").status_code == 404


def test_the_command_writes_the_same(store: Store, theirs, database, monkeypatch, tmp_path) -> None:
    store.rollback()
    monkeypatch.setenv("SUPERVISOR_DATABASE", database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    monkeypatch.setenv("SUPERVISOR_NOW", "2027-02-10T09:00:00+13:00")
    out = tmp_path / "pack.zip"
    run = CliRunner().invoke
    said = run(main, ["audit", "pack", "--person", "ben", "--without-names", "--out", str(out)])
    assert (said.exit_code, said.stderr) == (0, "")
    files = opened(out.read_bytes())
    digest = sha256(files["manifest.json"].encode()).hexdigest()
    assert f"begins with {digest[:32]}." in said.stdout
    assert "Ben" not in files["delivery_register.csv"]
    mark = json.loads(files["manifest.json"])["record"]["mark"]
    verified = run(main, ["audit", "verify", "--head", mark])
    assert (verified.exit_code, "All is as written." in verified.stdout) == (0, True)
    gone = run(main, ["audit", "pack", "--organisation", "nowhere", "--out", str(out)])
    assert (gone.exit_code, gone.stderr) == (1, "There is no organisation with the id nowhere.\n")
    team = run(main, ["audit", "pack", "--manager", "mere", "--out", str(out)])
    assert team.exit_code == 0
    assert "team.csv" in opened(out.read_bytes())
