"""The pages of a match: choosing, being asked, the terms, ending it; each sees their own part."""

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from supervisor.matches import agreements, matches
from supervisor.matches.agreements import Party, Terms
from supervisor.models import (
    Entitlement,
    Identity,
    Match,
    Message,
    Offering,
    Person,
    Provider,
    Store,
    Trait,
    Window,
    Word,
)
from supervisor.rules.kinds import Kind, MatchState, Mode, Stance, Vocabulary


@pytest.fixture
def eve(store: Store, cast: SimpleNamespace) -> Person:
    """Another supervisor, with room for one; shares no hours with Dan beyond a morning."""
    person = Person(
        ref="eve", name="Eve Tan", email="eve@example.org", place=cast.dunedin,
        years_experience=9, modes=[Mode.VIDEO],
    )  # fmt: skip
    person.traits = [Trait(word=cast.consumer)]
    person.windows = [Window(weekday=0, starts_minute=540, ends_minute=720)]
    store.add(person)
    store.flush()
    store.add(Provider(person_id=person.id))
    store.flush()
    vetted = date(2028, 12, 31)
    kind = Kind.PEER_SUPERVISION
    store.add(Offering(person_id=person.id, kind=kind, capacity=1, vetted_until=vetted))
    store.commit()
    return person


@pytest.fixture
def dans(store: Store, cast: SimpleNamespace) -> Entitlement:
    owed = Entitlement(
        ref="dan-2027", link="dan-2027", person=cast.dan, kind=Kind.PEER_SUPERVISION,
        sessions=10, minutes=60,
        starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), mandatory=True,
    )  # fmt: skip
    store.add(owed)
    store.commit()
    return owed


@pytest.fixture
def offers(store: Store, cast: SimpleNamespace, dans, eve, now) -> list[Match]:
    """Ana and Eve are offered to Dan."""
    made = [matches.offer(store, dans, p, now, cast.cleo) for p in (cast.ana, eve)]
    store.commit()
    return made


CHOICES = "/entitlements/dan-2027/choices"


def asked(store: Store, cast, offers, now) -> Match:
    match = matches.choose(store, offers[0], cast.dan, now)
    store.commit()
    return match


def test_a_worker_reads_who_can_be_chosen_and_why(store, cast, offers, sign_in) -> None:
    page = sign_in(cast.dan).get(CHOICES).text
    assert "2 people fit" in page
    for words in ("Ana Rewi", "Eve Tan", "9 years in this work.", "Why it fits",
                  "Free at the same time: ", "What does not fit",
                  "By video or phone, not in person", "The people you do not choose are not told",
                  "They have 14 days to say yes"):  # fmt: skip
        assert words in page
    assert "points" not in page


def test_only_the_worker_and_the_hub_see_who_is_offered(store, cast, offers, sign_in) -> None:
    store.add(Match(entitlement=offers[0].entitlement, provider=cast.rua, state=MatchState.ACTIVE,
                    starts_on=date(2027, 1, 1)))  # fmt: skip
    store.commit()
    assert sign_in(cast.rua).get(CHOICES).status_code == 404
    for person in (cast.ana, cast.ben, cast.mere):
        browser: FlaskClient = sign_in(person)
        assert browser.get(CHOICES).status_code == 404
        assert browser.post(CHOICES, data={"match": offers[0].ref}).status_code == 404
        assert browser.get(f"/matches/{offers[0].ref}").status_code == 404


def test_choosing_asks_the_provider_and_says_until_when(store, cast, offers, sign_in, now) -> None:
    dan = sign_in(cast.dan)
    answer = dan.post(CHOICES, data={"match": offers[0].ref}, follow_redirects=True)
    assert "We have asked Ana Rewi." in answer.text
    assert "They have until Wednesday 24 February to say yes" in answer.text
    assert "If they are not available, you can choose one of these" in answer.text
    assert "Choose Eve" not in answer.text
    again = dan.post(CHOICES, data={"match": offers[1].ref})
    assert again.status_code == 422
    assert "Ana Rewi has been asked. Wait for the answer, or take it back." in again.text
    back = dan.post(f"/matches/{offers[0].ref}/taking-back", follow_redirects=True)
    assert "It is taken back." in back.text
    assert "Choose Eve" in back.text
    assert "Choose Ana" in back.text


@pytest.mark.parametrize("ref", ["", "ben-ana", "nonsense"])
def test_only_what_is_offered_can_be_chosen(store, cast, offers, sign_in, ref) -> None:
    answer = sign_in(cast.dan).post(CHOICES, data={"match": ref})
    assert answer.status_code == 422
    assert "Choose one of them." in answer.text


def test_none_of_these_with_a_word_for_the_hub(store, cast, offers, sign_in) -> None:
    form = {"match": "none", "word": "  Somebody <b>in Oamaru</b>,\n\nplease "}
    answer = sign_in(cast.dan).post(CHOICES, data=form, follow_redirects=True)
    assert "The hub knows, and looks further." in answer.text
    assert "Nobody to choose from yet" in answer.text
    message = store.scalars(select(Message).where(Message.template == "choices_wanted")).one()
    assert message.facts["word"] == "Somebody <b>in Oamaru</b>, please"


def test_who_has_no_room_any_more_is_not_shown(store, cast, offers, eve, sign_in, now) -> None:
    match = matches.offer(store, cast.entitlement, eve, now, cast.cleo)
    matches.choose(store, match, cast.ben, now)
    matches.accept(store, match, eve, now)
    store.commit()
    page = sign_in(cast.dan).get(CHOICES).text
    assert "One person fits" in page
    assert "Eve Tan" not in page


def test_the_hub_chooses_for_somebody_on_the_phone(store, cast, offers, sign_in) -> None:
    store.refresh(offers[0])
    answer = sign_in(cast.cleo).post(CHOICES, data={"match": offers[0].ref})
    assert answer.status_code == 303
    store.expire_all()
    assert offers[0].worker_yes_at is not None


def test_a_provider_sees_who_asks_and_only_what_they_share(
    store, cast, offers, sign_in, now
) -> None:
    match = asked(store, cast, offers, now)
    culture = Word(vocabulary=Vocabulary.CULTURE, name="Ngāi Tahu")
    language = Word(vocabulary=Vocabulary.LANGUAGE, name="NZSL")
    cast.dan.traits += [Trait(word=culture), Trait(word=language, stance=Stance.NEEDED)]
    identity = Identity(person=cast.dan, received_at=now, rainbow=True)
    store.add(identity)
    store.commit()
    url = f"/matches/{match.ref}"
    page = sign_in(cast.ana).get(url).text
    for words in ("Dan Foley would like to meet you", "10 meetings of 60 minutes", "Dunedin",
                  "Please answer by Wednesday 24 February", "NZSL"):  # fmt: skip
        assert words in page
    for private in ("Ngāi Tahu", "consumer", "Harbour House", "rainbow", "Rua"):
        assert private not in page
    identity.agreed_on = date(2027, 1, 1)
    store.commit()
    page = sign_in(cast.ana).get(url).text
    assert "Ngāi Tahu" in page
    assert "consumer" in page
    assert "rainbow" not in page


def test_the_culture_that_was_chosen_is_said_to_whom_it_is_for(store, cast, offers, now) -> None:
    from supervisor.matches import match_views

    match = asked(store, cast, offers, now)
    match.entitlement.kind = Kind.CULTURAL_SUPERVISION
    assert match_views.told_of(match) == []
    match.entitlement.culture_wanted = Word(vocabulary=Vocabulary.CULTURE, name="Samoan")
    assert [one.words for one in match_views.told_of(match)] == [["Samoan"]]


def test_the_providers_yes_begins_it(store, cast, offers, sign_in, now) -> None:
    match = asked(store, cast, offers, now)
    ana = sign_in(cast.ana)
    early = ana.post(f"/matches/{match.ref}/acceptance", data={"starts_on": "2026-12-01"})
    assert early.status_code == 422
    assert "Choose a day from 10 February to 31 December." in early.text
    answer = ana.post(f"/matches/{match.ref}/acceptance", data={"starts_on": "2027-02-15"})
    assert answer.status_code == 303
    store.expire_all()
    assert (match.state, match.starts_on) == (MatchState.ACTIVE, date(2027, 2, 15))


def test_a_worker_cannot_say_the_providers_yes(store, cast, offers, sign_in, now) -> None:
    match = asked(store, cast, offers, now)
    assert sign_in(cast.dan).post(f"/matches/{match.ref}/acceptance").status_code == 404
    store.expire_all()
    assert match.state == MatchState.OFFERED


def test_a_providers_no_is_told_to_nobody_as_theirs(store, cast, offers, sign_in, now) -> None:
    match = asked(store, cast, offers, now)
    ana = sign_in(cast.ana)
    assert ana.post(f"/matches/{match.ref}/refusal").status_code == 303
    page = ana.get(f"/matches/{match.ref}").text
    assert "This is not open any more" in page
    assert "Dan" not in page
    page = sign_in(cast.dan).get(CHOICES).text
    assert "Ana" not in page
    assert "Choose Eve" in page


def test_the_hub_reads_both_and_says_whose_no_it_was(store, cast, offers, sign_in, now) -> None:
    match = asked(store, cast, offers, now)
    cleo = sign_in(cast.cleo)
    page = cleo.get(f"/matches/{match.ref}").text
    assert "No from Dan Foley" in page
    assert "No from Ana Rewi" in page
    cleo.post(f"/matches/{match.ref}/refusal", data={"side": "provider"})
    store.expire_all()
    assert (match.state, match.closed_by_id) == (MatchState.DECLINED, cast.cleo.id)


def signed(store: Store, cast, now, *parties: Party, **terms: bool) -> Match:
    wish = Terms(Mode.VIDEO, 24, None, **{"manager_sees_dates": False,
                                          "manager_sees_kind": False} | terms)  # fmt: skip
    agreements.draft(store, cast.match)
    agreements.change(store, cast.match, wish, cast.ben, now)
    hands = {Party.WORKER: cast.ben, Party.PROVIDER: cast.ana, Party.EMPLOYER: cast.mere}
    for party in parties:
        agreements.sign(store, cast.match, party, hands[party], now)
    store.commit()
    return cast.match


AGREEMENT = "/matches/ben-ana/agreement"


def test_looking_at_the_terms_writes_nothing_and_saving_does(store, cast, sign_in) -> None:
    ben = sign_in(cast.ben)
    page = ben.get(AGREEMENT).text
    assert "Nothing is written down yet" in page
    assert cast.match.agreement is None
    form = {"mode": "phone", "cancellation_hours": "12", "tikanga": "A cup of tea <first>"}
    assert ben.post(AGREEMENT, data=form).status_code == 303
    page = ben.get(AGREEMENT).text
    assert "A cup of tea &lt;first&gt;" in page
    assert "Say so 12 hours before, if you can." in page
    assert "karakia" not in page.lower()


@pytest.mark.parametrize("hours", ["", "many", "-1", "1000", "²"])
def test_hours_that_are_no_number_are_refused_with_words(store, cast, sign_in, hours) -> None:
    answer = sign_in(cast.ben).post(AGREEMENT, data={"cancellation_hours": hours})
    assert answer.status_code == 422
    assert "Write the hours as a number, like 24." in answer.text


def press_sign(browser: FlaskClient, **form: str) -> TestResponse:
    """Sign what the page shows."""
    [seen] = set(re.findall(r'name="seen" value="(\w+)"', browser.get(AGREEMENT).text))
    return browser.post(f"{AGREEMENT}/signature", data={"seen": seen, **form})


def test_nobody_signs_what_they_have_not_read(store, cast, sign_in, now) -> None:
    """Ben changes the terms while Ana has the page open."""
    signed(store, cast, now)
    ana = sign_in(cast.ana)
    [seen] = set(re.findall(r'name="seen" value="(\w+)"', ana.get(AGREEMENT).text))
    sign_in(cast.ben).post(AGREEMENT, data={"cancellation_hours": "1"})
    answer = ana.post(f"{AGREEMENT}/signature", data={"seen": seen})
    assert answer.status_code == 422
    assert "This was changed after you opened it." in answer.text
    store.expire_all()
    assert cast.match.agreement.provider_signed_at is None
    assert press_sign(ana).status_code == 303


def test_both_sign_on_screen(store, cast, sign_in, now) -> None:
    signed(store, cast, now)
    ben, ana = sign_in(cast.ben), sign_in(cast.ana)
    assert "Sign this" in ben.get(AGREEMENT).text
    assert press_sign(ben).status_code == 303
    page = ana.get(AGREEMENT).text
    assert "Ben Harris signed on 10 February 2027." in page
    assert "Ana Rewi has not signed yet." in page
    press_sign(ana)
    page = ben.get(AGREEMENT).text
    assert "Signed on 10 February 2027. You look at it again by 10 August 2027." in page
    assert "Sign this" not in page
    answer = ana.post(f"{AGREEMENT}/review", follow_redirects=True)
    assert "Thank you. Next time: 10 February 2028." in answer.text


def test_a_provider_is_not_asked_what_the_manager_may_see(store, cast, sign_in, now) -> None:
    signed(store, cast, now)
    assert "What the manager may see besides" in sign_in(cast.ben).get(AGREEMENT).text
    assert "What the manager may see besides" not in sign_in(cast.ana).get(AGREEMENT).text


def test_the_hub_signs_for_one_and_is_refused_for_both(store, cast, sign_in, now) -> None:
    signed(store, cast, now)
    cleo = sign_in(cast.cleo)
    assert "Sign for Ben Harris" in cleo.get(AGREEMENT).text
    assert cleo.post(f"{AGREEMENT}/signature").status_code == 409
    assert press_sign(cleo, party="worker").status_code == 303
    assert "The hub signed for them." in cleo.get(AGREEMENT).text
    refused = press_sign(cleo, party="provider")
    assert refused.status_code == 422
    assert "The hub signs for one side only" in refused.text


def test_a_manager_signs_without_learning_who_it_is(store, cast, sign_in, now) -> None:
    mere = sign_in(cast.mere)
    signed(store, cast, now, Party.WORKER, manager_sees_dates=True)
    assert mere.get(AGREEMENT).status_code == 404
    assert mere.post(f"{AGREEMENT}/signature").status_code == 404
    agreements.sign(store, cast.match, Party.PROVIDER, cast.ana, now)
    store.commit()
    page = mere.get(AGREEMENT).text
    assert "Ben Harris" in page
    assert "External peer supervision" in page
    assert "Also the dates of the meetings." in page
    for hidden in ("Ana", "Tikanga", "Video"):
        assert hidden not in page
    assert sign_in(cast.rua).get(AGREEMENT).status_code == 404
    assert mere.post(AGREEMENT, data={"cancellation_hours": "1"}).status_code == 404
    assert press_sign(mere).status_code == 303
    store.expire_all()
    assert cast.match.agreement.employer_signed_by_id == cast.mere.id


def test_a_manager_who_signs_what_the_employer_pays_for_does_not_read_the_kind(
    store, cast, sign_in, now
) -> None:
    cast.entitlement.kind, cast.entitlement.payer = Kind.CULTURAL_SUPERVISION, "lakes"
    signed(store, cast, now, Party.WORKER, Party.PROVIDER)
    page = sign_in(cast.mere).get(AGREEMENT).text
    assert "Nothing about this." in page
    assert "Cultural supervision" not in page
    signed(store, cast, now, Party.WORKER, Party.PROVIDER, manager_sees_kind=True)
    page = sign_in(cast.mere).get(AGREEMENT).text
    assert "Cultural supervision" in page


def test_before_both_said_yes_there_are_no_terms(store, cast, offers, sign_in, now) -> None:
    match = asked(store, cast, offers, now)
    assert sign_in(cast.dan).get(f"/matches/{match.ref}/agreement").status_code == 404


def test_it_is_ended_on_screen_without_a_reason(store, cast, sign_in) -> None:
    ben = sign_in(cast.ben)
    page = ben.get("/matches/ben-ana").text
    assert "You and Ana Rewi" in page
    assert "You do not have to say why" in page
    early = ben.post("/matches/ben-ana/ending", data={"ends_on": "2027-02-01"})
    assert early.status_code == 422
    assert "Choose a day from today to 31 December" in early.text
    answer = ben.post("/matches/ben-ana/ending", data={"ends_on": "2027-02-28"})
    assert answer.status_code == 303
    page = sign_in(cast.ana).get("/matches/ben-ana").text
    assert "From 1 January 2027 to 28 February 2027." in page


def test_what_is_over_can_be_read_and_not_changed(store, cast, sign_in, now) -> None:
    signed(store, cast, now, Party.WORKER, Party.PROVIDER)
    cast.match.ends_on, cast.match.state = date(2027, 2, 1), MatchState.ENDED
    store.commit()
    ben = sign_in(cast.ben)
    page = ben.get(AGREEMENT).text
    assert "This is over." in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert ben.post(AGREEMENT, data={"cancellation_hours": "1"}).status_code == 422
    page = ben.get("/matches/ben-ana").text
    assert "End it" not in page


def test_cover_is_offered_apart_from_the_match(store, cast, eve, sign_in, now) -> None:
    matches.offer(store, cast.entitlement, eve, now, cast.cleo, cover=True)
    store.commit()
    page = sign_in(cast.ben).get("/entitlements/ben-2027/choices").text
    assert "For a while, until Ana Rewi is back" in page


@pytest.mark.parametrize("name", ["ana", "ben", "cleo", "mere", "dan"])
def test_every_letter_of_a_match_reads_well(app, store, cast, offers, now, name) -> None:
    """Each is rendered with what its act wrote, and names no kind of support."""
    from supervisor import letters

    _walk(store, cast, offers, now)
    person = getattr(cast, name)
    written = store.scalars(select(Message).where(Message.recipient_id == person.id)).all()
    for message in written:
        letter = letters.as_said(store, message, now)
        assert letter is not None
        text = " ".join([letter.subject, *(p.words for p in letter.paragraphs)])
        for word in ("supervision", "Supervision", "mentor", "cultural", "coach"):
            assert word not in text.replace("supervisor", "")


def _walk(store: Store, cast, offers, now) -> None:
    """Every message that a match can cause."""
    signed(store, cast, now, Party.WORKER, Party.PROVIDER, manager_sees_dates=True)
    matches.choose(store, offers[0], cast.dan, now)
    matches.decline(store, offers[0], cast.ana, now)
    matches.choose(store, offers[1], cast.dan, now)
    matches.accept(store, offers[1], offers[1].provider, now)
    matches.end(store, cast.match, date(2027, 2, 28), cast.ben, now)
    again = matches.offer(store, cast.entitlement, cast.ana, now + timedelta(days=20), cast.cleo)
    matches.choose(store, again, cast.ben, now)
    store.scalars(
        select(Message).where(Message.template == "match_asked", Message.facts.is_not(None))
    ).all()[-1].sent_at = now
    matches.none_of_these(store, cast.entitlement, "Somebody near", cast.ben, now)
    store.commit()


def test_who_meets_somebody_is_not_told_that_the_hub_looks_for_one(store, cast, sign_in) -> None:
    page = sign_in(cast.ben).get(f"/entitlements/{cast.entitlement.link}/choices").text
    assert "You meet Ana Rewi" in page
    assert "The hub is looking for somebody" not in page
