"""The sheets of people: where they work and are, who they are, what they offer, who is away.

To add a column, add a line here: its name, its cell and where it lands.
"""

from sqlalchemy.orm import joinedload, selectinload

from supervisor.models import (
    Choice,
    Conflict,
    Job,
    Leave,
    Offering,
    Organisation,
    Person,
    Place,
    Visit,
)
from supervisor.rules.kinds import (
    Channel,
    Kind,
    Mode,
    Part,
    Role,
    Stance,
    Vocabulary,
)
from supervisor.workbook.cells import (
    DAY,
    EMAIL,
    MINUTE,
    NAME,
    REF,
    WINDOWS,
    YES_NO,
    ZONE,
    listed,
    number,
    one_of,
    one_of_words,
    text,
    whole,
)
from supervisor.workbook.checks import (
    apart,
    back_later,
    ends_later,
    in_order,
    together,
)
from supervisor.workbook.columns import field, link
from supervisor.workbook.columns_people import (
    hats,
    identity,
    offered_cultures,
    offering_person,
    other_of_conflict,
    provider_hours,
    traits,
    windows,
)
from supervisor.workbook.rows import Sheet
from supervisor.workbook.settle import settle_leave, settle_person, settle_place

MATTERS = [
    "choice", "near", "culture", "language", "gender", "time", "experience", "focus", "practice",
    "youth", "rainbow", "continuity",
]  # fmt: skip
ID = field("id", REF, "ref", required=True)
LATITUDE = field("latitude", number(-90, 90))
LONGITUDE = field("longitude", number(-180, 180))

ORGANISATIONS = Sheet(
    "organisations",
    Organisation,
    key=("id",),
    defaults={"kind": "employer"},
    columns=(ID, field("name", NAME, required=True), field("kind", text(60))),
)

PLACES = Sheet(
    "places",
    Place,
    key=("id",),
    settle=settle_place,
    checks=(together("latitude", "longitude"),),
    columns=(
        ID,
        field("name", NAME, required=True),
        LATITUDE,
        LONGITUDE,
        field("region", text(60)),
        field("land", text(60)),
    ),
)

PEOPLE = Sheet(
    "people",
    Person,
    key=("id",),
    settle=settle_person,
    load=(
        selectinload(Person.traits),
        selectinload(Person.windows),
        selectinload(Person.hats),
        joinedload(Person.identity),
    ),
    checks=(together("latitude", "longitude"),),
    columns=(
        ID,
        field("name", NAME, required=True),
        field("email", EMAIL),
        field("phone", text(60)),
        field("contact_by", one_of(Channel)),
        link("place", "places"),
        LATITUDE,
        LONGITUDE,
        field("clinical", YES_NO),
        traits("perspectives", Vocabulary.PERSPECTIVE),
        traits("cultures", Vocabulary.CULTURE, private=Part.CULTURE),
        traits("languages", Vocabulary.LANGUAGE, private=Part.LANGUAGE),
        traits("needed_languages", Vocabulary.LANGUAGE, Stance.NEEDED),
        identity("identity_consent_on", DAY, "agreed_on", private=None),
        traits("focus", Vocabulary.FOCUS),
        traits("gender", Vocabulary.GENDER, private=Part.GENDER),
        traits("preferred_gender", Vocabulary.GENDER, Stance.PREFERRED),
        identity("youth_until", DAY, "youth_until", private=Part.YOUTH),
        identity("rainbow", YES_NO, "rainbow", private=Part.RAINBOW),
        traits("practice_models", Vocabulary.PRACTICE_MODEL),
        field("modes", listed(one_of(Mode))),
        field("travel_km", whole(0, 2000)),
        field("years_experience", number(0, 80)),
        windows("free", WINDOWS),
        field("time_zone", ZONE),
        field("matters_most", listed(one_of_words(MATTERS), most=3)),
        hats("hats"),
        field("locale", one_of_words(["en", "mi"])),
        field("left_on", DAY),
    ),
)

JOBS = Sheet(
    "jobs",
    Job,
    key=("id",),
    checks=(apart("person", "manager"), in_order("starts_on", "ends_on")),
    columns=(
        ID,
        link("person", "people", required=True),
        link("organisation", "organisations", required=True),
        field("role", one_of(Role), required=True),
        link("manager", "people"),
        field("fte", number(0, 2)),
        field("funded_service", YES_NO),
        field("sole_peer", YES_NO),
        field("starts_on", DAY),
        field("ends_on", DAY),
    ),
)

PROVIDERS = Sheet(
    "providers",
    Offering,
    key=("person", "kind"),
    defaults={"capacity": 0},
    load=(selectinload(Offering.cultures),),
    columns=(
        offering_person("person"),
        field("kind", one_of(Kind), required=True),
        field("capacity", whole(0, 500)),
        field("vetted_until", DAY),
        field("regions", listed(text(60))),
        provider_hours("hours_a_year", number(0, 4000)),
        offered_cultures("cultures_offered"),
    ),
)

CHOICES = Sheet(
    "choices",
    Choice,
    key=("person", "provider"),
    checks=(apart("person", "provider"),),
    columns=(
        link("person", "people", required=True),
        link("provider", "people", required=True),
        field("rank", whole(1, 5), required=True),
    ),
)

CONFLICTS = Sheet(
    "conflicts",
    Conflict,
    key=("person", "other"),
    checks=(apart("person", "other"),),
    columns=(link("person", "people", required=True), other_of_conflict("other")),
    private=lambda conflict: conflict.declared_at is not None,
)

LEAVE = Sheet(
    "leave",
    Leave,
    key=("person", "starts_on"),
    checks=(back_later("starts_on", "ends_on"),),
    settle=settle_leave,
    columns=(
        link("person", "people", required=True),
        field("starts_on", DAY, required=True),
        field("ends_on", DAY, required=True),
    ),
)

VISITS = Sheet(
    "visits",
    Visit,
    key=("person", "place", "first_on", "from"),
    checks=(in_order("first_on", "last_on"), ends_later("from", "until")),
    columns=(
        link("person", "people", required=True),
        link("place", "places", required=True),
        field("first_on", DAY, required=True),
        field("every_weeks", whole(1, 12), required=True),
        field("from", MINUTE, "starts_minute", required=True),
        field("until", MINUTE, "ends_minute", required=True),
        field("last_on", DAY),
    ),
)
