"""The closed lists of the field: kinds of support, modes, outcomes, standings, hats, roles."""

from enum import StrEnum


class Kind(StrEnum):
    """A kind of support; never merged, never a tag of another (domain, *Kinds of support*)."""

    PEER_SUPERVISION = "peer_supervision"
    CULTURAL_SUPERVISION = "cultural_supervision"
    MENTORING = "mentoring"
    COACHING = "coaching"
    DEBRIEF = "debrief"
    LINE_CATCH_UP = "line_catch_up"
    BUDDY = "buddy"


MATCHED_KINDS = (
    Kind.PEER_SUPERVISION,
    Kind.CULTURAL_SUPERVISION,
    Kind.MENTORING,
    Kind.COACHING,
)


class GroupKind(StrEnum):
    """A kind of group; none of them counts as external supervision by itself."""

    CO_REFLECTION = "co_reflection"
    COMMUNITY_OF_PRACTICE = "community_of_practice"
    LEARNING_SET = "learning_set"
    NETWORK = "network"
    LEARNING_COLLABORATIVE = "learning_collaborative"


class Mode(StrEnum):
    """How two people meet."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"


class Side(StrEnum):
    """The two sides of a relationship."""

    WORKER = "worker"
    PROVIDER = "provider"


class Which(StrEnum):
    """Whether a change is of one meeting of a series, or of all later ones too."""

    ONLY = "only"
    LATER = "later"


class Reader(StrEnum):
    """Who reads why two people may be matched, or not: the worker, or the hub."""

    WORKER = "worker"
    COORDINATOR = "coordinator"


class Outcome(StrEnum):
    """What became of a session; a session without one is booked."""

    HELD = "held"
    CANCELLED_BY_WORKER = "cancelled_by_worker"
    CANCELLED_BY_PROVIDER = "cancelled_by_provider"
    DID_NOT_HAPPEN = "did_not_happen"


class Answer(StrEnum):
    """What one side says when asked whether a session happened."""

    HELD = "held"
    WORKER_AWAY = "worker_away"
    PROVIDER_AWAY = "provider_away"
    ANOTHER_DAY = "another_day"


class Standing(StrEnum):
    """Where an entitlement stands; in the order in which they are tried (domain, *Pace*)."""

    MET = "met"
    ENDED_SHORT = "ended_short"
    PAUSED = "paused"
    NOT_MATCHED = "not_matched"
    CANNOT_BE_MET = "cannot_be_met"
    BEHIND = "behind"
    SLIPPING = "slipping"
    NOTHING_BOOKED = "nothing_booked"
    ON_TRACK = "on_track"


class MatchState(StrEnum):
    """The life of a match: offered, accepted by both, ended; or it never began."""

    OFFERED = "offered"
    ACTIVE = "active"
    ENDED = "ended"
    DECLINED = "declined"
    LAPSED = "lapsed"


class Hat(StrEnum):
    """What a person may do in the product beyond their own pages."""

    COORDINATOR = "coordinator"
    FACILITATOR = "facilitator"
    FUNDER = "funder"


class Role(StrEnum):
    """The role of a job."""

    PEER_SUPPORT_WORKER = "peer_support_worker"
    CONSUMER_ADVISOR = "consumer_advisor"
    EDUCATOR = "educator"
    APPRENTICE = "apprentice"
    YOUTH_PEER = "youth_peer"
    VOLUNTEER = "volunteer"
    MANAGER = "manager"
    OTHER = "other"


class Channel(StrEnum):
    """How a person is reached; those without e-mail are rung or given paper. `CHAT` is where the
    hub allows it, and never for what is private."""

    EMAIL = "email"
    TEXT = "text"
    PHONE = "phone"
    PAPER = "paper"
    CHAT = "chat"


class Vocabulary(StrEnum):
    """A list of words that belongs to the hub."""

    PERSPECTIVE = "perspective"
    CULTURE = "culture"
    LANGUAGE = "language"
    GENDER = "gender"
    FOCUS = "focus"
    PRACTICE_MODEL = "practice_model"


class Part(StrEnum):
    """A part of who somebody is, which they share or not, each for itself."""

    CULTURE = "culture"
    LANGUAGE = "language"
    GENDER = "gender"
    RAINBOW = "rainbow"
    YOUTH = "youth"
    PERSPECTIVE = "perspective"


class Stance(StrEnum):
    """What a word says of a person: it is theirs, they need it, or they would like it."""

    OWN = "own"
    NEEDED = "needed"
    PREFERRED = "preferred"


class FeedPart(StrEnum):
    """Which of somebody's meetings an address holds."""

    ALL = "all"
    RECEIVING = "receiving"
    GIVING = "giving"
    GROUP = "group"


class FeedLevel(StrEnum):
    """How much a calendar entry says; chosen by its owner."""

    BUSY = "busy"
    NEUTRAL = "neutral"
    FULL = "full"
