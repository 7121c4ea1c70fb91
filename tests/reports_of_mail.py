"""Delivery reports as mail servers write them, about the mail with the id <one@hub>."""

OURS = "Message-ID: <one@hub>\nSubject: Times to meet\n\nHello Ben, a word that nobody quotes\n"


def standard(
    status: str = "5.1.1", action: str = "failed", said: str = "smtp; 550 5.1.1 no such user"
) -> str:
    """RFC 3464, with the whole mail in it."""
    return f"""From: MAILER-DAEMON@mx.example.org
To: hub@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Wed, 10 Feb 2027 09:00:00 +1300

Final-Recipient: rfc822; ben@example.org
Action: {action}
Status: {status}
Diagnostic-Code: {said}

--b
Content-Type: message/rfc822

{OURS}
--b--
"""


GMAIL = """From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: hub@localhost
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: <one@hub>
In-Reply-To: <one@hub>
X-Failed-Recipients: ben@gmail.com
Content-Type: multipart/report; boundary="g"; report-type=delivery-status

--g
Content-Type: multipart/related; boundary="h"

--h
Content-Type: text/html; charset="UTF-8"

<p>Your message wasn't delivered to <b>ben@gmail.com</b> because the address couldn't be found.</p>
--h--
--g
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Received-From-MTA: dns; hub@localhost
Arrival-Date: Wed, 10 Feb 2027 09:00:00 -0800 (PST)
X-Original-Message-ID: <one@hub>

Final-Recipient: rfc822; ben@gmail.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
Last-Attempt-Date: Wed, 10 Feb 2027 09:00:01 -0800 (PST)

--g
Content-Type: text/rfc822-headers

Message-ID: <one@hub>
Subject: Times to meet

--g--
"""
EXCHANGE = """From: postmaster@lakes.org.nz
To: hub@localhost
Subject: Undeliverable: Times to meet
In-Reply-To: <one@hub>
Content-Type: multipart/report; report-type=delivery-status; boundary="e"

--e
Content-Type: multipart/alternative; boundary="f"

--f
Content-Type: text/plain; charset="us-ascii"

Delivery has failed to these recipients or groups:
ben@lakes.org.nz<mailto:ben@lakes.org.nz>
The email address you entered couldn't be found.
Diagnostic information for administrators:
Generating server: SY4.ausprd01.prod.outlook.com
Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP'
Original message headers:
Message-ID: <one@hub>

--f--
--e
Content-Type: message/delivery-status

Reporting-MTA: dns;SY4.ausprd01.prod.outlook.com

Final-Recipient: rfc822;ben@lakes.org.nz
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found

--e--
"""
OLD_EXCHANGE = """From: System Administrator <postmaster@lakes.org.nz>
To: hub@localhost
Subject: Undeliverable:Times to meet
Content-Type: multipart/mixed; boundary="o"

--o
Content-Type: text/plain; charset="iso-8859-1"

Your message did not reach some or all of the intended recipients.
      ben@lakes.org.nz on 10/02/2027 9:00
            The e-mail account does not exist at the organization this message was sent to.
            <mail.lakes.org.nz #5.1.1>

--o
Content-Type: message/rfc822

Message-ID: <one@hub>
Subject: Times to meet

Hello
--o--
"""
QMAIL = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.org
To: hub@localhost
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ben@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <hub@localhost>
Received: (qmail 4512 invoked by uid 89); 10 Feb 2027 09:00:00 -0000
{OURS}"""
EXIM = f"""Return-path: <>
X-Failed-Recipients: ben@example.org
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example.org>
To: hub@localhost
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its recipients.

  ben@example.org
    host mx.example.org [192.0.2.4]
    SMTP error from remote mail server after RCPT TO:<ben@example.org>:
    550 Unrouteable address

------ This is a copy of the message, including all the headers. ------

{OURS}"""
AWAY = """From: Ben <ben@example.org>
To: hub@localhost
Subject: Automatic reply: Times to meet
In-Reply-To: <one@hub>
Auto-Submitted: auto-replied

I am away until 5.1.10 and was delayed. The mailbox does not exist in my world.
"""
