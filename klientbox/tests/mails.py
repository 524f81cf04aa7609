"""Whole e-mails as mail programs and servers write them, each with its class; for `test_replies_received`.

Persons and hosts are invented. Each is a function of the Message-ID of the e-mail of ours that it belongs to.
"""

from email.message import EmailMessage

JANA = "Jana Nová <jana@example.com>"
SALON = "Salon Jana <salon@example.com>"
_ADDRESS = "jana@example.com"
# The e-mail of ours, and how it ends.
FOOTER = "Odhlásit: odpovězte STOP"
OURS = f"Chybíte nám.\nUž je to 60 dní od Vaší poslední návštěvy. Objednejte se na úterý 10:00.\n{FOOTER}"
# KEPT: a report that waits to be read. COMPLAINT: a refusal without a reply.
NO_REPLY, FAILED, KEPT, COMPLAINT = "no reply", "failed", "kept", "complaint"
REFUSAL, VISIT, OTHER, UNCLEAR = "refusal", "visit", "other", "unclear"

_HTML_QUOTES = {
    "gmail": '<div class="gmail_quote"><div class="gmail_attr">po 23. 11. 2026 v 10:15 odesílatel Salon Jana napsal:'
    f'<br></div><blockquote class="gmail_quote">Chybíte nám.<br>{FOOTER}</blockquote></div>',
    "apple": '<br><blockquote type="cite">Dne 23. 11. 2026 v 10:15, Salon Jana &lt;salon@example.com&gt; napsal(a):'
    f'<br><br></blockquote><blockquote type="cite"><div>Chybíte nám.</div><div>{FOOTER}</div></blockquote>',
    "thunderbird": '<div class="moz-cite-prefix">Dne 23. 11. 26 v 10:15 Salon Jana napsal(a):<br></div>'
    f'<blockquote type="cite"><p>Chybíte nám.</p><p>{FOOTER}</p></blockquote>',
    "outlook": '<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg"><b>Od:</b> Salon Jana<br>'
    "<b>Odesláno:</b> pondělí 23. listopadu 2026 10:15<br><b>Komu:</b> jana@example.com<br>"
    f"<b>Předmět:</b> Chybíte nám</div><div><p>Chybíte nám.</p><p>{FOOTER}</p></div>",
    "outlook desktop": '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b>'
    " Salon Jana &lt;salon@example.com&gt;<br><b>Sent:</b> Monday, November 23, 2026 10:15 AM<br>"
    f'<b>To:</b> jana@example.com<br><b>Subject:</b> We miss you</p></div><p class="MsoNormal">{FOOTER}</p>',
    "seznam": "<p>---------- Původní e-mail ----------<br>Od: Salon Jana &lt;salon@example.com&gt;"
    "<br>Komu: jana@example.com<br>Datum: 23. 11. 2026 10:15:00<br>Předmět: Chybíte nám</p>"
    f"<blockquote><p>Chybíte nám.</p><p>{FOOTER}</p></blockquote>",
}


_ANNOUNCED = "<div>Dne 23. 11. 2026 v 10:15 Salon Jana napsal(a):</div>"


def reply(text=None, html=None, charset="utf-8", transfer=None, subject="Re: Chybíte nám", **headers):
    def build(message_id):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = JANA, SALON, subject
        mail["Message-ID"], mail["In-Reply-To"] = "<reply@mail.example>", message_id
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        options = {"charset": charset, **({"cte": transfer} if transfer else {})}
        if text is not None:
            mail.set_content(text, **options)
        if html is not None and text is not None:
            mail.add_alternative(f"<html><body>{html}</body></html>", subtype="html", **options)
        elif html is not None:
            mail.set_content(f"<html><body>{html}</body></html>", subtype="html", **options)
        return mail.as_bytes()

    return build


def _below(words, announcement="Dne 23. 11. 26 v 10:15 Salon Jana napsal(a):"):
    """A reply below the quotation."""
    return f"{announcement}\n> Chybíte nám.\n> {FOOTER}\n\n{words}\n"


def _above(words, announcement="po 23. 11. 2026 v 10:15 odesílatel Salon Jana <salon@example.com> napsal:"):
    """A reply above the quotation."""
    return f"{words}\n\n{announcement}\n\n> Chybíte nám.\n> {FOOTER}\n"


def _report(*recipients, kind="delivery-status", original=True, subject="Report"):
    """A delivery report (RFC 3464); each recipient is (address, action, status)."""

    def build(message_id):
        blocks = "\n".join(
            f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n"
            for address, action, status in recipients
        )
        returned = (
            f"--b\nContent-Type: text/rfc822-headers\n\nFrom: {SALON}\nTo: {_ADDRESS}\nMessage-ID: {message_id}\n\n"
            if original
            else ""
        )
        return (
            f"From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: salon@example.com\nSubject: {subject}\n"
            "Message-ID: <report@mx.example>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
            f'Content-Type: multipart/report; report-type={kind}; boundary="b"\n\n'
            f"--b\nContent-Type: text/plain\n\nAbout your mail.\n\n--b\nContent-Type: message/{kind}\n\n"
            f"Reporting-MTA: dns; mx.example\n\n{blocks}\n\n{returned}--b--\n"
        ).encode()

    return build


def _receipt(disposition):
    def build(message_id):
        return (
            f"From: {JANA}\nTo: salon@example.com\nSubject: Read: We miss you\nMessage-ID: <receipt@mail.example>\n"
            f"In-Reply-To: {message_id}\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n'
            "--b\nContent-Type: text/plain\n\nAbout your mail.\n\n--b\n"
            "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; jana@example.com\n"
            f"Original-Message-ID: {message_id}\nDisposition: {disposition}\n\n--b--\n"
        ).encode()

    return build


def _server_text(subject, body, sender="MAILER-DAEMON@mx.example", names_ours=True):
    """A report in a text format of its own; it is sent to the sender of our e-mail, with our e-mail below."""

    def build(message_id):
        reference = f"In-Reply-To: {message_id}\n" if names_ours else ""
        return (
            f"From: {sender}\nTo: salon@example.com\nSubject: {subject}\nMessage-ID: <text@mx.example>\n"
            f"{reference}Auto-Submitted: auto-replied\nContent-Type: text/plain; charset=utf-8\n\n{body}"
        ).encode()

    return build


def _feedback(kind, original=True):
    """A report of the recipient's provider (RFC 5965)."""

    def build(message_id):
        number = f"Message-ID: {message_id}\n" if original else ""
        return (
            "From: feedback@isp.example\nTo: salon@example.com\nSubject: abuse report\nMessage-ID: <arf@isp.example>\n"
            'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
            "--b\nContent-Type: text/plain\n\nThis is an email abuse report.\n\n--b\n"
            f"Content-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: X/1\nVersion: 1\n"
            f"Original-Rcpt-To: <{_ADDRESS}>\n\n--b\nContent-Type: message/rfc822\n\n{number}From: {SALON}\n"
            f"To: {_ADDRESS}\nSubject: Hello\n\nx\n--b--\n"
        ).encode()

    return build


_NO_CLIENT = "Dobrý den, nejsem vaše klientka, prosím už mi nepište, děkuji mockrát. Jana z Brna"
_AWAY_CS = "Dobrý den, do 7. 12. jsem na dovolené. V nutných případech volejte recepci."

# [(name, class, function)]
MAILS = [
    # Replies with a quotation.
    ("Gmail, above", VISIT, reply(_above("Děkuji, přijdu v pátek."))),
    ("Gmail, STOP above", REFUSAL, reply(_above("STOP"))),
    ("Gmail, HTML", VISIT, reply(html=f"<div>Přijdu v pátek</div>{_HTML_QUOTES['gmail']}")),
    ("Gmail, both bodies", REFUSAL, reply(_above("Odhlaste mě"), f"<div>Odhlaste mě</div>{_HTML_QUOTES['gmail']}")),
    ("Gmail, Slovak", REFUSAL, reply(_above("Odhlásiť", "po 23. 11. 2026 o 10:15 Salon Jana napísal(a):"))),
    ("Gmail, English", OTHER, reply(_above("Thanks!", "On Mon, Nov 23, 2026 at 10:15 AM Salon Jana wrote:"))),
    ("iPhone", OTHER, reply(_above("Děkuji\n\nOdesláno z iPhonu", "23. 11. 2026 v 10:15, Salon Jana:"))),
    ("iPhone, HTML", VISIT, reply(html=f"Můžu v úterý?<br>Odesláno z iPhonu<br>{_HTML_QUOTES['apple']}")),
    ("Apple Mail, STOP", REFUSAL, reply(html=f"Stop prosím<br>{_HTML_QUOTES['apple']}")),
    ("Thunderbird, below", REFUSAL, reply(_below("STOP"))),
    ("Thunderbird, below, a visit", VISIT, reply(_below("Přijdu ve 14 hodin."))),
    ("Thunderbird, HTML", REFUSAL, reply(html=f"{_HTML_QUOTES['thunderbird']}<p>Už mi nepište</p>")),
    ("Outlook on the web", OTHER, reply(html=f"<div>Děkuji moc</div>{_HTML_QUOTES['outlook']}")),
    ("Outlook on the web, STOP", REFUSAL, reply(html=f"<div>STOP</div>{_HTML_QUOTES['outlook']}")),
    ("Outlook", VISIT, reply(html=f"<p>I will come on Friday.</p>{_HTML_QUOTES['outlook desktop']}")),
    ("Seznam", OTHER, reply(html=f"<p>Ano, děkuji</p>{_HTML_QUOTES['seznam']}")),
    (
        "Seznam, plain",
        REFUSAL,
        reply(f"Prosím odhlásit\n\n---------- Původní e-mail ----------\nOd: {SALON}\nDatum: dnes\n\n{FOOTER}\n"),
    ),
    ("Seznam, below", REFUSAL, reply(html=f"<p>Salon napsal:</p><blockquote>{FOOTER}</blockquote>Nechci")),
    ("Seznam, named as user", OTHER, reply(f"Super\n\nDne 23. 11. 2026 10:15 napsal uživatel {SALON}:\n{FOOTER}\n")),
    ("HTML, announced in a block", OTHER, reply(html=f"Super, díky{_ANNOUNCED}<blockquote>{FOOTER}</blockquote>")),
    ("HTML, announced, STOP below", REFUSAL, reply(html=f"{_ANNOUNCED}<blockquote>{FOOTER}</blockquote>STOP")),
    ("HTML beside an empty text", REFUSAL, reply("", "<p>STOP</p>")),
    ("below a line, and marked", REFUSAL, reply(f"{'_' * 20}\n> Od: Salon Jana\n> {FOOTER}\n\nSTOP\n")),
    ("below an unmarked quotation", REFUSAL, reply(f"Od: {SALON}\nKomu: jana@example.com\n\n{FOOTER}\n\nSTOP\n")),
    ("below an indented quotation", REFUSAL, reply(f"Dne 23. 11. 26 Salon napsal(a):\n    {FOOTER}\n\nSTOP\n")),
    ("a refusal that calls itself automatic", REFUSAL, reply("STOP", X_Auto_Response_Suppress="All")),
    ("a refusal that calls itself bulk", REFUSAL, reply("STOP", Precedence="bulk")),
    ("unclear, marked by Exchange", UNCLEAR, reply(_NO_CLIENT, X_Auto_Response_Suppress="DR, OOF, AutoReply")),
    ("unclear, marked as bulk", UNCLEAR, reply(_NO_CLIENT, Precedence="bulk")),
    ("unclear, marked as junk", UNCLEAR, reply(_NO_CLIENT, Precedence="junk")),
    ("unclear, of a program", NO_REPLY, reply(_NO_CLIENT, Auto_Submitted="auto-replied", Precedence="bulk")),
    ("unclear, of an older program", NO_REPLY, reply(_NO_CLIENT, X_Autoreply="yes")),
    ("consent taken back beside a visit", UNCLEAR, reply("Dobrý den, odvolávám souhlas. Termín v úterý platí.")),
    ("the subject of a request", REFUSAL, reply("Děkuji", subject="Žádost o odhlášení")),
    ("the subject of a request alone", REFUSAL, reply("", subject="Žádost o vyřazení z databáze")),
    ("an unclear subject", UNCLEAR, reply("Děkuji", subject="Stížnost: odhlášení nefunguje")),
    ("an unclear subject beside a visit", UNCLEAR, reply("Přijdu v pátek.", subject="Odhlášení a termín")),
    ("a subject about a visit", VISIT, reply("Prosím o zrušení termínu v pátek.", subject="Zrušení")),
    ("our subject and a refusal", REFUSAL, reply("Děkuji", subject="Re: Hello - prosím odhlásit")),
    ("nothing of their own", OTHER, reply(_above(""))),
    ("between the lines", VISIT, reply(f"Dobrý den\n\n> Chybíte nám.\nPřijdu v úterý\n> {FOOTER}\n")),
    ("unclear", UNCLEAR, reply(_above("Tak to už mi raději ani nic neposílejte, byla jsem nespokojená s barvením"))),
    ("subject alone", REFUSAL, reply("", subject="STOP")),
    # Spelt otherwise.
    ("Windows-1250", REFUSAL, reply(_above("Odhlásit z odběru"), charset="windows-1250", transfer="quoted-printable")),
    ("ISO-8859-2", REFUSAL, reply(_above("Neposílejte mi to"), charset="iso-8859-2", transfer="8bit")),
    ("Base64", VISIT, reply(_above("Přijdu v pátek v 15 hodin"), transfer="base64")),
    # Automatic replies of programs.
    (
        "out of office, Exchange",
        NO_REPLY,
        reply(_AWAY_CS, X_Auto_Response_Suppress="All", Auto_Submitted="auto-generated"),
    ),
    ("out of office, RFC 3834", NO_REPLY, reply(f"{_AWAY_CS} STOP", Auto_Submitted="auto-replied (vacation)")),
    ("out of office, X-Autoreply", NO_REPLY, reply("I am away. Stop by next week.", X_Autoreply="yes")),
    ("out of office, Precedence", NO_REPLY, reply(_AWAY_CS, Precedence="auto_reply")),
    ("out of office, by its subject", NO_REPLY, reply(_AWAY_CS, subject="Automatická odpověď: Chybíte nám")),
    ("out of office, Slovak subject", NO_REPLY, reply(_AWAY_CS, subject="Automatická odpoveď: Chybíte nám")),
    ("out of office, English subject", NO_REPLY, reply("I am on leave.", subject="Automatic reply: We miss you")),
    ("out of office, German subject", NO_REPLY, reply("Bin im Urlaub.", subject="Automatische Antwort: Hallo")),
    ("out of office, Slovak, in the office", NO_REPLY, reply(_AWAY_CS, subject="Neprítomnosť v kancelárii: Ahoj")),
    ("out of office, German, short", NO_REPLY, reply("Bin weg.", subject="Abwesend: Hallo")),
    ("out of office, a sentence", NO_REPLY, reply(_AWAY_CS, subject="Jsem na dovolené")),
    ("out of office, absence", NO_REPLY, reply(_AWAY_CS, subject="Odpověď v nepřítomnosti: Chybíte nám")),
    ("out of office, prefix", NO_REPLY, reply(_AWAY_CS, subject="Auto: Chybíte nám")),
    ("out of office, to a message", NO_REPLY, reply(_AWAY_CS, subject="Automatická odpověď na zprávu: Hallo")),
    ("out of office, Re", NO_REPLY, reply("I am on leave.", subject="Re: Automatic reply: We miss you")),
    ("a subject that begins so", OTHER, reply("Děkuji", subject="Autoservis")),
    ("out of office, short subject", NO_REPLY, reply(_AWAY_CS, subject="Mimo kancelář: Chybíte nám")),
    # Reports.
    ("failed", FAILED, _report((_ADDRESS, "failed", "5.1.1"))),
    ("expired", FAILED, _report((_ADDRESS, "expired", "4.4.7"))),
    ("failed, without our e-mail", NO_REPLY, _report((_ADDRESS, "failed", "5.1.1"), original=False)),
    ("failed, forwarded", FAILED, _report(("jana.private@example.net", "failed", "5.2.2"))),
    ("delayed", NO_REPLY, _report((_ADDRESS, "delayed", "4.4.1"), subject="Delivery delayed")),
    ("relayed", NO_REPLY, _report((_ADDRESS, "relayed", "2.0.0"))),
    ("delivered", NO_REPLY, _report((_ADDRESS, "delivered", "2.0.0"))),
    (
        "another one failed",
        NO_REPLY,
        _report((_ADDRESS, "delivered", "2.0.0"), ("petr@example.com", "failed", "5.1.1")),
    ),
    ("read", NO_REPLY, _receipt("manual-action/MDN-sent-manually; displayed")),
    ("deleted unread", NO_REPLY, _receipt("automatic-action/MDN-sent-automatically; deleted")),
    (
        "qmail",
        FAILED,
        _server_text(
            "failure notice",
            "Hi. This is the qmail-send program at mx.example.\n"
            "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
            "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
            f"<{_ADDRESS}>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 no such user\n"
            "Giving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\nSubject: Hello\n",
        ),
    ),
    (
        "qmail, our e-mail named in its copy alone",
        FAILED,
        lambda message_id: (
            f"From: MAILER-DAEMON@mx.example\nTo: salon@example.com\nSubject: failure notice\nMessage-ID: <q@mx>\n\n"
            f"Hi. This is the qmail-send program at mx.example.\n\n<{_ADDRESS}>:\n550 no such user\n\n"
            f"--- Below this line is a copy of the message.\n\nMessage-ID: {message_id}\nSubject: Hello\n"
        ).encode(),
    ),
    (
        "Exim",
        FAILED,
        _server_text(
            "Mail delivery failed: returning message to sender",
            "This message was created automatically by mail delivery software.\n\n"
            "A message that you sent could not be delivered to one or more of its\n"
            "recipients. This is a permanent error. The following address(es) failed:\n\n"
            f"  {_ADDRESS}\n    Unrouteable address\n\n"
            "------ This is a copy of the message, including all the headers. ------\n\nSubject: Hello\n",
        ),
    ),
    (
        "Czech words and a code",
        FAILED,
        _server_text(
            "Nedoručitelná zpráva",
            f"Vaše zpráva nemohla být doručena na adresu:\n\n{_ADDRESS}\n\n550 5.1.1 Uživatel neexistuje\n",
            "mailer-daemon@seznam.example",
        ),
    ),
    (
        "Czech words",
        FAILED,
        _server_text("Nedoručeno", f"Zprávu pro {_ADDRESS} nelze doručit, schránka neexistuje.\n"),
    ),
    (
        "Czech words and our e-mail, of a postmaster",
        FAILED,
        _server_text("Vráceno", f"Zprávu se nepodařilo doručit.\n\n{OURS}\n", "postmaster@firma.example"),
    ),
    (
        "Slovak words without our number",
        NO_REPLY,
        _server_text(
            "Nedoručiteľná správa",
            f"Správu pre {_ADDRESS} nebolo možné doručiť.\n550 neznámy používateľ\n",
            names_ours=False,
        ),
    ),
    (
        "words about another one",
        NO_REPLY,
        _server_text("Nedoručeno", "Zprávu pro petr@example.com nelze doručit.\n", names_ours=False),
    ),
    (
        "Czech words of a delay",
        NO_REPLY,
        _server_text("Zpožděno", "Zprávu zatím nebylo možné doručit, pokusíme se o to znovu. 451 4.4.1\n"),
    ),
    ("words that no one knows", KEPT, _server_text("Zpráva", "O vaší zprávě vám dáváme vědět.\n")),
    (
        "a report without a report",
        KEPT,
        lambda message_id: (
            "From: MAILER-DAEMON@mx.example\nTo: salon@example.com\nSubject: Report\n"
            f"Message-ID: <bad@mx.example>\nIn-Reply-To: {message_id}\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: text/plain\n\nhello\n--b--\n'
        ).encode(),
    ),
    (
        "a read receipt of Outlook",
        NO_REPLY,
        reply(
            "Your message\n\nSubject: Hello\n\nwas read on 1.12.2026 10:00\n",
            subject="Read: Hello",
            Auto_Submitted="auto-replied",
        ),
    ),
    ("returned, without words", FAILED, _server_text("Returned mail", "See above.\n")),
    ("a person about a failure", OTHER, reply("Přišlo mi, že mail delivery failed, user unknown. Je to v pořádku?")),
    ("a complaint", COMPLAINT, _feedback("abuse")),
    ("a complaint by the address alone", KEPT, _feedback("abuse", original=False)),
    ("no spam after all, by the address alone", NO_REPLY, _feedback("not-spam", original=False)),
    ("an unknown complaint", KEPT, _feedback("x-new")),
    ("no spam after all", NO_REPLY, _feedback("not-spam")),
]
