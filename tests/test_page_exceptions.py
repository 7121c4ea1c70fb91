"""The pages of a conflict and of an exception, and what nobody reads on any page."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import conflicts
from supervisor.models import Conflict, Override, Store
from tests.test_overrides import ask, hub

__all__ = ["hub"]
DANS = "/people/dan/entitlements/dan-2027"
WHY_NOT = f"{DANS}/why-not?q=ana"
FORM = f"{DANS}/exceptions/ana"
FILLED = {"rules": "external", "reason": "Nobody else near", "until": "2027-06-30", "second": "ivy"}


def test_somebody_adds_a_name_and_takes_it_back(store: Store, cast, sign_in) -> None:
    ben = sign_in(cast.ben)
    assert "People I would rather not be matched with" in ben.get("/support").text
    page = ben.post("/apart", data={"name": "Sam Pert"}, follow_redirects=True).text
    assert "It is kept, and counts from now on." in page
    assert "<h3>Sam Pert</h3>" in page
    ref = store.scalars(select(Conflict.ref)).one()
    page = ben.post(f"/apart/{ref}/withdrawal", follow_redirects=True).text
    assert "It is taken back." in page
    assert "Nobody is on it." in page


def test_the_answer_is_the_same_whether_the_name_is_known_or_not(
    store: Store, cast, sign_in
) -> None:
    ben, pages = sign_in(cast.ben), []
    for name in ("Dan Foley", "Sam Pert"):
        page = ben.post("/apart", data={"name": name}, follow_redirects=True)
        pages.append((page.status_code, page.text.replace(name, "…")))
        store.query(Conflict).delete()
        store.commit()
    one, other = (_without_refs(text) for _status, text in pages)
    assert one == other


def _without_refs(page: str) -> list[str]:
    return [line for line in page.splitlines() if "/withdrawal" not in line]


def test_the_page_lists_nobody_whom_the_hub_did_not_name_to_them(store, cast, sign_in) -> None:
    page = sign_in(cast.ben).get("/apart").text
    assert 'value="Ana Rewi"' in page
    assert "Dan Foley" not in page
    assert "Cleo Martin" not in page


def test_a_name_that_is_none_is_said_beside_its_field(store, cast, sign_in) -> None:
    page = sign_in(cast.ben).post("/apart", data={"name": " "})
    assert page.status_code == 422
    assert "Write a name" in page.text


def test_the_hub_types_it_and_reads_it_nowhere(store, hub, sign_in) -> None:
    cleo = sign_in(hub.cleo)
    said = cleo.post("/people/ben/apart", data={"name": "Quentin Zealous"}, follow_redirects=True)
    assert "does not know that name yet" in said.text
    said = cleo.post("/people/ben/apart", data={"name": "Dan Foley"}, follow_redirects=True)
    assert "The hub knows that name." in said.text
    assert cleo.post("/people/ben/apart", data={"name": ""}).status_code == 422
    for path in ("/today", "/people", "/people/ben", "/people/ben/apart", "/reports/exceptions",
                 "/reports/delivery", "/apart", "/providers"):  # fmt: skip
        assert "Quentin" not in cleo.get(path).text, path
    assert "Quentin Zealous" in sign_in(hub.ben).get("/apart").text


FORBIDDEN = ("conflict", "private", "declared", "would rather not")


@pytest.mark.parametrize(("who", "name"), [("ben", "Ana Rewi"), ("ana", "Ben Harris")])
def test_no_page_of_the_hub_or_of_the_other_says_or_counts_it(
    store: Store, hub, sign_in, now, who, name
) -> None:
    """The hub reads that Ben needs somebody else, as if a perspective were withheld."""
    conflicts.declare(store, getattr(hub, who), name, getattr(hub, who), now)
    store.commit()
    cleo = sign_in(hub.cleo)
    for path in ("/today", "/people/ben", "/reports/exceptions"):
        page = cleo.get(path).text
        assert "Not available" in page, path
        assert not _said(page), path
    board = cleo.get("/today").text
    assert "Needs somebody else" in board
    assert "/people/ben/entitlements/ben-2027/shortlist" in board
    for path in ("/reports/exceptions.csv", "/reports/exceptions.xlsx"):
        octets = cleo.get(path).data
        assert not any(word.encode() in octets for word in FORBIDDEN)
    other = sign_in(hub.ana if who == "ben" else hub.ben)
    for path in ("/matches/ben-ana", "/week" if who == "ben" else "/support"):
        assert not _said(other.get(path).text)


def _said(page: str) -> list[str]:
    """Words that would give it away, apart from those that stand on the page every day."""
    for usual in ("You do not see notes, reasons for saying no, or conflicts.",
                  "People I would rather not be matched with",
                  "Write down whom they would rather not meet"):  # fmt: skip
        page = page.replace(usual, "")
    return [word for word in FORBIDDEN if word in page.casefold()]


def test_why_not_names_the_rule_or_nothing(store: Store, hub, sign_in, now) -> None:
    cleo = sign_in(hub.cleo)
    assert "Why is somebody not here?" in cleo.get(f"{DANS}/shortlist").text
    page = cleo.get(WHY_NOT).text
    assert "Works for the same employer" in page
    assert FORM in page
    conflicts.declare(store, hub.dan, "Ana Rewi", hub.dan, now)
    store.commit()
    page = cleo.get(WHY_NOT).text
    assert "Not available" in page
    assert not _said(page.replace("What somebody said in private", ""))


def test_who_fits_needs_no_exception(store: Store, hub, sign_in) -> None:
    hub.job.ends_on = hub.owed.starts_on
    store.commit()
    cleo = sign_in(hub.cleo)
    assert "They can be matched." in cleo.get(WHY_NOT).text
    assert "Nothing. They can be matched." in cleo.get(FORM).text
    assert "Nobody of that name" in cleo.get(f"{DANS}/why-not?q=zzz").text


def test_the_form_offers_the_same_rules_whatever_stands(store: Store, hub, sign_in, now) -> None:
    """What reads “not available” is neither ticked nor left out: it would tell what it is."""
    cleo = sign_in(hub.cleo)

    def boxes() -> list[str]:
        return [line.strip() for line in cleo.get(FORM).text.splitlines() if 'name="rules"' in line]

    before = boxes()
    assert [line for line in before if "checked" in line] == [
        line for line in before if 'value="external"' in line
    ]
    assert not any('value="conflict"' in line or 'value="language"' in line for line in before)
    conflicts.declare(store, hub.dan, "Ana Rewi", hub.dan, now)
    store.commit()
    assert boxes() == before


def test_an_exception_from_the_question_to_its_end(store: Store, hub, sign_in) -> None:
    cleo, ivy = sign_in(hub.cleo), sign_in(hub.ivy)
    page = cleo.post(FORM, data=FILLED, follow_redirects=True).text
    assert "Asked. It holds once Ivy Moss has said yes." in page
    assert "Do you agree?" not in page
    ref = store.scalars(select(Override.ref)).one()
    assert cleo.post(f"/exceptions/{ref}/answer", data={"agreed": "yes"}).status_code == 404
    assert "Do you agree?" in ivy.get(f"/exceptions/{ref}").text
    assert "Choose yes or no." in ivy.post(f"/exceptions/{ref}/answer").text
    page = ivy.post(f"/exceptions/{ref}/answer", data={"agreed": "yes"}, follow_redirects=True).text
    assert "Agreed." in page
    assert "Ana Rewi" in cleo.get(f"{DANS}/shortlist").text
    report = cleo.get("/reports/exceptions").text
    assert "Nobody else near" in report
    page = cleo.post(f"/exceptions/{ref}/ending", follow_redirects=True).text
    assert "Taken back." in page
    again = ivy.post(f"/exceptions/{ref}/answer", data={"agreed": "no"})
    assert again.status_code == 422
    assert "answered, or taken back" in again.text


@pytest.mark.parametrize("left_out", ["reason", "until", "second", "rules"])
def test_what_is_left_out_is_said_beside_its_field(store: Store, hub, sign_in, left_out) -> None:
    given = {name: value for name, value in FILLED.items() if name != left_out}
    page = sign_in(hub.cleo).post(FORM, data=given)
    assert page.status_code == 422
    assert f'id="{left_out}-e"' in page.text
    assert store.scalars(select(Override)).all() == []


def test_the_hub_finds_every_exception_again(store: Store, hub, sign_in, now) -> None:
    cleo = sign_in(hub.cleo)
    assert "None was asked for" in cleo.get("/exceptions").text
    made = ask(store, hub, now)
    store.commit()
    page = cleo.get("/exceptions").text
    assert "Dan Foley and Ana Rewi" in page
    assert "Waiting for an answer. Until 30 June 2027." in page
    assert f"/exceptions/{made.ref}" in page
    assert 'href="/exceptions"' in cleo.get("/reports").text


def test_a_question_that_waits_is_not_asked_again(store: Store, hub, sign_in, now) -> None:
    ask(store, hub, now)
    store.commit()
    page = sign_in(hub.cleo).post(FORM, data=FILLED)
    assert "waits for an answer already" in page.text
    assert "Waiting for an answer. Asked on 10 February 2027, until 30 June 2027" in page.text


def test_without_a_second_person_nobody_is_asked(store: Store, hub, sign_in) -> None:
    hub.ivy.left_on = hub.owed.starts_on
    store.commit()
    assert "Nobody else can agree" in sign_in(hub.cleo).get(FORM).text


def test_the_worker_and_the_supervisor_read_nothing_of_it(
    store: Store, hub: SimpleNamespace, sign_in, now
) -> None:
    made = ask(store, hub, now)
    store.commit()
    for person in (hub.dan, hub.ana):
        browser = sign_in(person)
        assert browser.get(f"/exceptions/{made.ref}").status_code == 404
        for path in ("/support", "/week", "/entitlements/dan-2027/choices"):
            assert "xception" not in browser.get(path).text
