"""The sheets of support: what is owed, who meets whom, each session, the groups.

To add a column, add a line here: its name, its cell and where it lands.
"""

from sqlalchemy.orm import joinedload, selectinload

from supervisor.access import RUNNING
from supervisor.models import (
    Amendment,
    Entitlement,
    Group,
    Match,
    Seat,
    Series,
    Session,
)
from supervisor.rules.kinds import (
    GroupKind,
    Kind,
    Mode,
    Side,
    Vocabulary,
)
from supervisor.workbook.cells import (
    DAY,
    LOCAL,
    NAME,
    REF,
    YES_NO,
    ZONE,
    one_of,
    text,
    whole,
)
from supervisor.workbook.checks import (
    an_outcome_to_confirm,
    at_most,
    in_order,
    in_period,
    not_the_worker,
    paid_by_somebody,
)
from supervisor.workbook.columns import field, link, word
from supervisor.workbook.columns_support import (
    agreement,
    answer,
    confirmed_at,
    local_start,
    outcome,
)
from supervisor.workbook.rows import Sheet
from supervisor.workbook.settle import (
    begin_with_entitlement,
    place_in_time,
    settle_amendment,
    settle_entitlement,
    settle_group,
    settle_match,
    settle_seat,
    settle_session,
)

ID = field("id", REF, "ref", required=True)

ENTITLEMENTS = Sheet(
    "entitlements",
    Entitlement,
    key=("id",),
    checks=(in_order("starts_on", "ends_on"), paid_by_somebody),
    settle=settle_entitlement,
    columns=(
        ID,
        link("person", "people", required=True),
        field("kind", one_of(Kind), required=True),
        field("sessions", whole(0, 400), required=True),
        field("minutes", whole(5, 600), required=True),
        field("starts_on", DAY, required=True),
        field("ends_on", DAY, required=True),
        word("culture_wanted", Vocabulary.CULTURE, "culture_wanted_id"),
        field("mandatory", YES_NO),
        field("payer", text(60)),
        field("waiting_since", DAY),
    ),
)

AMENDMENTS = Sheet(
    "amendments",
    Amendment,
    key=("entitlement", "from_on"),
    checks=(in_period,),
    settle=settle_amendment,
    columns=(
        link("entitlement", "entitlements", required=True),
        field("from_on", DAY, required=True),
        field("sessions", whole(0, 400), required=True),
    ),
)

MATCHES = Sheet(
    "matches",
    Match,
    key=("entitlement", "provider", "cover", "starts_on"),
    defaults={"cover": False},
    load=(joinedload(Match.agreement),),
    only=Match.state.in_(RUNNING),
    prepare=begin_with_entitlement,
    checks=(not_the_worker, in_order("starts_on", "ends_on"), in_order("agreed_on", "review_on")),
    settle=settle_match,
    columns=(
        link("entitlement", "entitlements", required=True),
        link("provider", "people", required=True),
        field("starts_on", DAY),
        field("ends_on", DAY),
        field("cover", YES_NO),
        agreement("agreed_on"),
        agreement("review_on"),
    ),
)

SESSIONS = Sheet(
    "sessions",
    Session,
    key=("id",),
    load=(selectinload(Session.confirmations),),
    prepare=place_in_time,
    checks=(not_the_worker, an_outcome_to_confirm),
    settle=settle_session,
    columns=(
        ID,
        link("entitlement", "entitlements", required=True),
        link("provider", "people", required=True),
        local_start("starts_at"),
        field("minutes", whole(5, 600), required=True),
        field("mode", one_of(Mode), required=True),
        outcome("outcome"),
        confirmed_at(Side.WORKER),
        confirmed_at(Side.PROVIDER),
        answer(Side.WORKER),
        answer(Side.PROVIDER),
        field("counts", YES_NO),
    ),
)

GROUPS = Sheet(
    "groups",
    Group,
    key=("id",),
    settle=settle_group,
    checks=(at_most("minimum", "maximum"),),
    defaults={"minimum": 3, "maximum": 8},
    columns=(
        ID,
        field("name", NAME, required=True),
        field("kind", one_of(GroupKind), required=True),
        link("facilitator", "people"),
        link("place", "places"),
        field("mode", one_of(Mode), required=True),
        field("minimum", whole(1, 100)),
        field("maximum", whole(1, 100)),
        field("open", YES_NO),
        field("rota_from", DAY),
    ),
)

GROUP_MEMBERS = Sheet(
    "group_members",
    Seat,
    key=("group", "person"),
    settle=settle_seat,
    columns=(
        link("group", "groups", required=True),
        link("person", "people", required=True),
        field("joined_on", DAY),
        field("left_on", DAY),
        field("waiting", YES_NO),
    ),
)

SERIES = Sheet(
    "series",
    Series,
    key=("group", "first_start"),
    columns=(
        link("group", "groups", required=True),
        field("first_start", LOCAL, required=True),
        field("time_zone", ZONE, "zone", required=True),
        field("every_weeks", whole(1, 52), required=True),
        field("minutes", whole(5, 600), required=True),
        field("until", DAY, "until_on"),
    ),
)
