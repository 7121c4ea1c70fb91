"""What went wrong with somebody's calendar, in words for its owner: what it is, and what helps."""

from supervisor.rules.words import N_

TROUBLES: dict[str, str] = {
    "no_address": N_("That is no address of a calendar. It begins with https://."),
    "http": N_(
        "An address with http:// can be read by others on its way. Copy the one that begins with "
        "https://."
    ),
    "file": N_(
        "That is a file on your own device, where we cannot look. Copy the address that your "
        "calendar has on the internet."
    ),
    "name_inside": N_(
        "There is a name or a password inside this address. Take it out, and write it under “I "
        "have an account”."
    ),
    "private": N_(
        "The address leads into a private network, where we do not look. Is it your hub’s own "
        "server? Then ask the hub to allow it."
    ),
    "unreachable": N_("The calendar did not answer in time. We keep trying."),
    "no_server": N_("We find no server of that name. Is the address written as it should be?"),
    "unwell": N_("The calendar’s server has a problem of its own. We keep trying."),
    "certificate": N_("The calendar could not prove who it is. We keep trying."),
    "shut": N_("The calendar wants a sign-in. Make its private address anew and paste that one."),
    "password": N_("The name or the password does not open it. Take it away and add it again."),
    "forbidden": N_(
        "The calendar does not let us in. Make a new address, or a new password for apps, and add "
        "that one."
    ),
    "no_account": N_("There is no account of calendars at this address. Copy it once more."),
    "gone": N_("There is no calendar at this address any more. Make a new address and paste it."),
    "later": N_("The calendar asks us to come back later. We do."),
    "refused": N_("The calendar did not let us read it. We keep trying."),
    "detours": N_("The address leads from one place to the next. Copy it once more."),
    "elsewhere": N_(
        "Your server keeps its calendars on another machine, which we do not give your password. "
        "Take this away, and add the address of that machine."
    ),
    "too_big": N_("The calendar is too big: more than 1 MB. Share one with fewer old entries."),
    "too_many": N_("The calendar has more than 2,000 entries. Share one with fewer old entries."),
    "too_long": N_("The calendar takes too long to read. Share one with fewer old entries."),
    "too_much": N_(
        "The calendar needs more room to read than there is. Share one with fewer old entries."
    ),
    "crashed": N_(
        "Something in the calendar stops the program that reads it. The hub can see it. Until it "
        "is mended, share another calendar."
    ),
    "no_calendar": N_(
        "This is the address of a page, not of a calendar. Copy the private address."
    ),
    "cut_short": N_("Only a part of the calendar came. We keep trying."),
    "lost": N_("The hub has a new key and cannot open this address. Paste it once more."),
    "broken": N_("Something went wrong on our side. The hub can see it. We keep trying."),
}
DOUBTS: dict[str, str] = {
    "zone": N_("we do not know its time zone, so every hour that it could mean counts as busy"),
    "start": N_("we cannot read when it begins"),
    "length": N_("it does not say how long it is, so we count an hour"),
    "rule": N_("we cannot follow how it repeats, so its time counts as busy every day"),
    "broken": N_("we cannot read all of it, so its time counts as busy"),
}


def of_trouble(why: str) -> str:
    """A sentence, for whatever may go wrong."""
    return TROUBLES.get(why, TROUBLES["broken"])


def of_doubt(why: str) -> str:
    """How an entry is understood that is not clear."""
    return DOUBTS.get(why, DOUBTS["broken"])
