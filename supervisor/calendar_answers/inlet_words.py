"""What the hub reads where mail does not come in: what it means, and what helps."""

from supervisor.calendar_answers.inlets import DOOR, MAILBOX
from supervisor.rules.words import N_

TITLE = N_("Answers by email do not come in")
MEANS = N_(
    "Since %(day)s, %(time)s we cannot see who says yes or no from a calendar, or which email "
    "comes back. Nothing is lost: it waits with the mail server. %(help)s"
)
HELPS: dict[tuple[str, str], str] = {
    (MAILBOX, "password"): N_(
        "The mailbox does not take the name or the password. Ask whoever looks after the machine "
        "to set SUPERVISOR_IMAP_USER and SUPERVISOR_IMAP_PASSWORD anew."
    ),
    (MAILBOX, "folder"): N_(
        "The mailbox has no folder of that name. Ask whoever looks after the machine to look at "
        "SUPERVISOR_IMAP_FOLDER."
    ),
    (MAILBOX, "certificate"): N_(
        "The mailbox could not prove who it is, so we did not sign in. Ask whoever looks after "
        "the machine to look at SUPERVISOR_IMAP_HOST, and at the certificate there."
    ),
    (MAILBOX, "unreachable"): N_(
        "The mailbox cannot be reached. We try again every minute. If it goes on, ask whoever "
        "looks after the machine to look at SUPERVISOR_IMAP_HOST."
    ),
    (DOOR, "taken"): N_(
        "Another program listens at the address where mail is handed over. Ask whoever looks "
        "after the machine to stop it, or to change SUPERVISOR_MAIL_DOOR."
    ),
    (DOOR, "forbidden"): N_(
        "The machine does not let us listen where mail is handed over. Ask whoever looks after it "
        "to take a number over 1023 in SUPERVISOR_MAIL_DOOR."
    ),
    (DOOR, "elsewhere"): N_(
        "The address where mail is handed over is not one of this machine. Ask whoever looks after "
        "it to look at SUPERVISOR_MAIL_DOOR."
    ),
}
OTHERWISE = N_(
    "We try again every minute. If it goes on, show these words to whoever looks after the machine."
)


def helps(name: str, why: str) -> str:
    """Why it is so, and what to do."""
    return HELPS.get((name, why), OTHERWISE)
