"""The same replies as each mail program sends them, and replies of difficult forms; for `test_replies_received`.

Persons and hosts are invented. Each is a function of the Message-ID of the e-mail of ours that it belongs to.
"""

from .mails import FOOTER, NO_REPLY, OTHER, OURS, REFUSAL, SALON, UNCLEAR, VISIT, reply

_MARKED = "\n".join(f"> {line}" for line in OURS.split("\n"))
_HEADER_CS = (
    "Od: Salon Jana <salon@example.com>\nOdesláno: úterý 1. prosince 2026 9:37\nKomu: Jana\nPředmět: Chybíte nám"
)
_HEADER_EN = (
    "From: Salon Jana <salon@example.com>\nSent: Tuesday, December 1, 2026 9:37 AM\nTo: Jana\nSubject: Chybíte nám"
)
_HEADER_DATED = (
    "Od: Salon Jana <salon@example.com>\nKomu: jana@example.com\nDatum: 1. 12. 2026 9:37:06\nPředmět: Chybíte nám"
)
# Programs that mark the quotation, each with the lines above it.
_MARKING = {
    "Gmail": f"út 1. 12. 2026 v 9:37 odesílatel {SALON} napsal:",
    "Gmail, wrapped": f"út 1. 12. 2026 v 9:37 odesílatel {SALON}\nnapsal:",
    "Gmail, older": f"Dne út 1. 12. 2026 9:37 uživatel {SALON} napsal:",
    "Gmail, English": f"On Tue, Dec 1, 2026 at 9:37 AM {SALON} wrote:",
    "Gmail, English, wrapped": "On Tue, Dec 1, 2026 at 9:37 AM Salon Jana <\nsalon@example.com> wrote:",
    "Gmail, Slovak": f"ut 1. 12. 2026 o 9:37 {SALON} napísal(a):",
    "Gmail, German": f"Am Di., 1. Dez. 2026 um 09:37 Uhr schrieb {SALON}:",
    "Gmail, Polish": f"wt., 1 gru 2026 o 09:37 {SALON} napisał(a):",
    "Centrum": f'{"_" * 62}\n> Od: "Salon Jana" <salon@example.com>\n> Datum: 01.12.2026 09:37',
    "iPhone": f"1. 12. 2026 v 9:37, {SALON}:",
    "iPhone, long": f"1. prosince 2026 v 9:37:06 SEČ, {SALON} napsal(a):",
    "iPhone, English": f"On 1 Dec 2026, at 9:37, {SALON} wrote:",
    "Apple Mail": f"Dne 1. 12. 2026 v 9:37, {SALON} napsal(a):",
    "Thunderbird": "Dne 01.12.26 v 9:37 Salon Jana napsal(a):",
    "Thunderbird, long year": "Dne 1. 12. 2026 v 9:37 Salon Jana napsal(a):",
    "Thunderbird, English": "On 12/1/26 09:37, Salon Jana wrote:",
}
# Programs that mark nothing.
_UNMARKING = {
    "Seznam": f"---------- Původní e-mail ----------\n{_HEADER_DATED}",
    "Seznam, older": "---------- Původní zpráva ----------\nOd: Salon Jana\nDatum: 1. 12. 2026\nPředmět: Chybíte nám",
    "Outlook, English": _HEADER_EN,
    "Outlook": f"________________________________\n{_HEADER_CS}",
    "Outlook, desktop": f"-----Původní zpráva-----\n{_HEADER_CS}",
    "Outlook, desktop, English": "-----Original Message-----\nFrom: Salon Jana\nSent: Tuesday",
    "Yahoo": f"    Dne úterý 1. prosince 2026 9:37:06 SEČ, {SALON} napsal(a):",
    "Samsung": f"-------- Původní zpráva --------\n{_HEADER_DATED}",
}
_VISIT_SIGNED = "Dobrý den, přijdu ve středu v 10.\n\nS pozdravem\nJana Nováková\ntel. 602 123 456"
_NOT_FOR_YOU = "Tato zpráva je důvěrná. Pokud nejste zamýšlený příjemce, zprávu prosím\nvymažte a neotvírejte přílohy."
_OUTLOOK_HTML = (
    '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Od:</b> Salon Jana &lt;salon@example.com&gt;<br>'
    "<b>Odesláno:</b> úterý 1. prosince 2026 9:37<br><b>Komu:</b> Jana<br><b>Předmět:</b> Chybíte nám</div>"
)
_OURS_HTML = OURS.replace("\n", "<br>")
_SEZNAM_HTML = (
    "<aside>---------- Původní e-mail ----------<br>Od: Salon Jana &lt;salon@example.com&gt;<br>Komu: Jana<br>"
    f"Datum: 1. 12. 2026 9:37:06<br>Předmět: Chybíte nám<blockquote>{_OURS_HTML}</blockquote></aside>"
)


def _of_programs():
    for name, above in {**_MARKING, **_UNMARKING}.items():
        is_marked = name in _MARKING
        quotation = f"{above}\n\n{_MARKED if is_marked else OURS}"
        yield f"{name}: thanks above", OTHER, reply(f"Děkuji, mám zatím hotovo.\n\n{quotation}\n")
        yield f"{name}: STOP above", REFUSAL, reply(f"STOP\n\n{quotation}\n")
        yield f"{name}: a visit above, signed", VISIT, reply(f"{_VISIT_SIGNED}\n\n{quotation}\n")
        yield f"{name}: a refusal below", REFUSAL, reply(f"{quotation}\n\nProsím odhlásit\n")
        yield f"{name}: a visit below", OTHER if not is_marked else VISIT, reply(f"{quotation}\n\nPřijdu v pátek\n")
        if not is_marked:
            # Above is something else, so that a sentence below may have another meaning.
            yield f"{name}: thanks and STOP", REFUSAL, reply(f"Děkuji za zprávu.\n\n{quotation}\n\nSTOP\n")
            yield f"{name}: a greeting and STOP", REFUSAL, reply(f"Dobrý den,\n\n{quotation}\n\nSTOP\n")
            yield f"{name}: a visit and STOP", UNCLEAR, reply(f"Přijdu v pátek.\n\n{quotation}\n\nSTOP\n")
            for sentence in (
                "Prosím, už mi to opravdu neposílejte, chodím jinam.",
                "Mám dost vašich zpráv, vymažte mě z databáze a nepište.",
            ):
                yield f"{name}: {sentence}", UNCLEAR, reply(f"{quotation}\n\n{sentence}\n")
            yield f"{name}: of another mail", UNCLEAR, reply(f"{above}\n\nNapište STOP, prosím.\n\nOdhlaste mě\n")


_GMAIL, _OUTLOOK = _MARKING["Gmail"], _UNMARKING["Outlook"]
_PHONE = "Odesláno z mého iPhonu"
# [(name, class, function)]
MAILS = [
    *_of_programs(),
    ("Gmail, not marked", OTHER, reply(f"Díky\n\n{_GMAIL}\n\n{OURS}\n")),
    (
        "STOP and a phone's signature",
        REFUSAL,
        reply(f"Stop\n\n{_PHONE}\n\n> 1. 12. 2026 v 9:37, {SALON}:\n> \n{_MARKED}"),
    ),
    (
        "thanks and a phone's signature",
        OTHER,
        reply(f"Díky\n\n{_PHONE}\n\n> 1. 12. 2026 v 9:37, {SALON}:\n> \n{_MARKED}"),
    ),
    ("between, thanks", OTHER, reply(f"{_GMAIL}\n\n> Chybíte nám.\n\nDěkuji, ozvu se.\n\n> {FOOTER}\n\n")),
    ("yes to STOP", UNCLEAR, reply(f"{_GMAIL}\n\n> {FOOTER}\n\nAno, to chci\n")),
    ("yes, STOP", REFUSAL, reply(f"{_GMAIL}\n\n> {FOOTER}\n\nAno, prosím STOP\n")),
    ("thanks below STOP", OTHER, reply(f"{_GMAIL}\n\n> {FOOTER}\n\nDěkuji\n")),
    ("a signature below STOP", REFUSAL, reply(f"STOP\n--\nJana\n\n{_OUTLOOK}\n\n{OURS}\n")),
    (
        "STOP below a signature and a quotation",
        REFUSAL,
        reply(f"Díky\n-- \nJana\nSTOP agency\n\n{_OUTLOOK}\n\n{OURS}\n\nSTOP\n"),
    ),
    ("a signature that names STOP", OTHER, reply(f"Děkuji\n-- \nJana\nSTOP agency\n\n{_OUTLOOK}\n\n{OURS}\n")),
    (
        "a refusal with a disclaimer",
        REFUSAL,
        reply(f"Odhlaste mě prosím.\n\n-- \nJana\n{_NOT_FOR_YOU}\n\n{_OUTLOOK}\n\n{OURS}"),
    ),
    (
        "a refusal, a long signature and a disclaimer",
        UNCLEAR,
        reply(
            "Odhlaste mě prosím z odběru.\n\nS pozdravem\n\nIng. Jana Nováková\nobchodní ředitelka\n"
            f"Firma s.r.o., Dlouhá 5, Praha\nTel: 602 123 456\n{_NOT_FOR_YOU}\n\n{_OUTLOOK}\n\n{OURS}\n"
        ),
    ),
    (
        "a visit with a disclaimer",
        VISIT,
        reply(f"Přijdu v úterý v 10.\n\nJana\n{_NOT_FOR_YOU}\n\n{_OUTLOOK}\n\n{OURS}\n"),
    ),
    ("thanks with a disclaimer", OTHER, reply(f"Děkuji.\n\nJana Nováková\n{_NOT_FOR_YOU}\n")),
    ("a refusal below a disclaimer", REFUSAL, reply(f"Děkuji.\n\n{_NOT_FOR_YOU}\n\nSTOP\n")),
    (
        "formal, long",
        REFUSAL,
        reply("Dobrý den,\n\nprosím o vyřazení mé e-mailové adresy z Vaší databáze.\n\nDěkuji a hezký den\nNovotná\n"),
    ),
    ("formal", UNCLEAR, reply("Dobrý den, nepřeji si již dostávat vaše obchodní sdělení. Děkuji. Jana Novotná")),
    ("formal, Slovak", REFUSAL, reply("Dobrý deň, prosím odhláste ma z odberu noviniek. Ďakujem")),
    ("subject alone, Czech", REFUSAL, reply("", subject="Odhlásit")),
    ("subject and a quotation", REFUSAL, reply(f"{_GMAIL}\n\n{_MARKED}\n", subject="Odhlásit")),
    ("subject and a phone's signature", REFUSAL, reply(_PHONE, subject="unsubscribe")),
    ("a phone's signature alone", OTHER, reply(_PHONE)),
    ("nothing", OTHER, reply("")),
    ("a visit, subject of ours", VISIT, reply("Ano přijdu v 10")),
    ("out of office, Auto-Submitted", NO_REPLY, reply("Jsem mimo do 7.12.", Auto_Submitted="auto-replied")),
    ("out of office, Exchange, short", NO_REPLY, reply("Čerpám dovolenou.", X_Auto_Response_Suppress="All")),
    ("out of office, Seznam", NO_REPLY, reply("Jsem na dovolené, vrátím se 7.12.", subject="Automatická odpověď")),
    ("out of office, Gmail", NO_REPLY, reply("Jsem na dovolené", Auto_Submitted="auto-replied", Precedence="bulk")),
    ("out of office, English, subject", NO_REPLY, reply("Until Monday", subject="Out of Office: Chybíte nám")),
    ("out of office, German, long", NO_REPLY, reply("Bis 7.12.", subject="Abwesenheitsnotiz: Chybíte nám")),
    (
        "a ticket system",
        NO_REPLY,
        reply("Přijato pod číslem 12. Pro odhlášení klikněte.", Auto_Submitted="auto-generated"),
    ),
    # Nothing shows that it is one; it refuses nothing.
    ("out of office without a mark", VISIT, reply("Dobrý den,\njsem mimo kancelář do 5.12. V nutném případě volejte.")),
    ("HTML, Outlook, STOP", REFUSAL, reply(html=f"<div>STOP</div>{_OUTLOOK_HTML}<div>{_OURS_HTML}</div>")),
    ("HTML, Outlook, thanks", OTHER, reply(html=f"<div>Děkuji</div>{_OUTLOOK_HTML}<div>{_OURS_HTML}</div>")),
    ("HTML, Outlook, STOP below", REFUSAL, reply(html=f"{_OUTLOOK_HTML}<div>{_OURS_HTML}</div><div>STOP</div>")),
    (
        "HTML, Outlook, STOP within the quotation",
        REFUSAL,
        reply(html=f"<div><br></div>{_OUTLOOK_HTML}<div>{_OURS_HTML}<div><br></div><div>STOP</div></div>"),
    ),
    (
        "HTML, Outlook, a sentence within the quotation",
        UNCLEAR,
        reply(
            html=f"<div>Dobrý den</div>{_OUTLOOK_HTML}<div>{_OURS_HTML}<div>Už mi nepište, chodím jinam.</div></div>"
        ),
    ),
    (
        "HTML, Gmail, thanks",
        OTHER,
        reply(
            html='<div dir="ltr">Díky moc</div><br><div class="gmail_quote"><div class="gmail_attr">út 1. 12. 2026'
            f' odesílatel Salon Jana napsal:<br></div><blockquote class="gmail_quote">{_OURS_HTML}</blockquote></div>'
        ),
    ),
    (
        "HTML, Gmail, a refusal below",
        REFUSAL,
        reply(
            html='<div class="gmail_quote"><div class="gmail_attr">út 1. 12. 2026 v 9:37 odesílatel Salon Jana napsal:'
            f"<br></div><blockquote>{_OURS_HTML}</blockquote></div><div>Odhlaste mě</div>"
        ),
    ),
    (
        "HTML, Gmail, a signature with a disclaimer",
        OTHER,
        reply(html=f'<div>Díky</div><div class="gmail_signature">Jana<br>{_NOT_FOR_YOU} STOP agency</div>'),
    ),
    ("HTML, Seznam, a refusal", REFUSAL, reply(html=f"<div>Prosím odhlásit</div><br>{_SEZNAM_HTML}")),
    ("HTML, Seznam, a refusal below", UNCLEAR, reply(html=f"{_SEZNAM_HTML}<div>Prosím odhlásit</div>")),
    ("HTML, Seznam, thanks", OTHER, reply(html=f"<div>Díky</div>{_SEZNAM_HTML}")),
    ("HTML alone", REFUSAL, reply(html="<p>Unsubscribe</p>")),
    (
        "forwarded",
        OTHER,
        reply(
            "Podívej, tady mají akci\n\n---------- Přeposlaná zpráva ---------\nOd: Salon Jana\nDatum: út 1. 12. 2026\n"
            f"Předmět: Chybíte nám\nKomu: Eva\n\n{OURS}\n"
        ),
    ),
    ("marked by bars", OTHER, reply(f"Díky\n\n| Chybíte nám.\n| {FOOTER}\n")),
    ("our text without any mark", OTHER, reply(f"Děkuji\n\n{OURS}\n")),
    ("our text without any mark, and STOP", REFUSAL, reply(f"{OURS}\n\nSTOP\n")),
    (
        "our text, wrapped",
        OTHER,
        reply(f"Děkuji\n\n{_HEADER_CS}\n\n{OURS.replace('odpovězte ', 'odpovězte' + chr(10))}\n"),
    ),
    (
        "Zimbra",
        OTHER,
        reply(f'Děkuji\n\nOd: "Salon Jana" <salon@example.com>\nKomu: Jana\nOdesláno: Úterý\n\n{OURS}\n'),
    ),
    ("Roundcube", OTHER, reply(f"Děkuji\n\nDne 2026-12-01 09:37, Salon Jana napsal:\n{_MARKED}\n")),
    ("K-9", OTHER, reply(f"Děkuji\n\n1. prosince 2026 9:37:06 SEČ, {SALON} napsal:\n{_MARKED}\n")),
    (
        "Proton",
        OTHER,
        reply(
            "Děkuji\n\nOdesláno pomocí zabezpečeného e-mailu Proton Mail.\n\n"
            f"Dne úterý 1. prosince 2026 v 9:37, {SALON} napsal(a):\n\n{_MARKED}\n"
        ),
    ),
    ("Spark", OTHER, reply(f"Děkuji\n\nDne 1. 12. 2026, 9:37 +0100, {SALON}, napsal(a):\n{_MARKED}\n")),
    (
        "Apple Mail, marked announcement",
        OTHER,
        reply(f"Děkuji\n\n> 1. 12. 2026 v 9:37, {SALON} napsal(a):\n> \n{_MARKED}\n"),
    ),
    ("Outlook, a phone", OTHER, reply(f"Děkuji\n\nZískejte Outlook pro Android\n{'_' * 32}\n{_HEADER_EN}\n\n{OURS}\n")),
    (
        "Seznam, a phone",
        OTHER,
        reply(
            "Děkuji\n\nOdesláno z aplikace Seznam Email\n\n---------- Původní zpráva ----------\n"
            f"Od: Salon Jana <salon@example.com>\n\n{OURS}\n"
        ),
    ),
    ("Windows Mail", OTHER, reply(f"Děkuji\n\nOdesláno z Pošty pro Windows\n\n{_HEADER_CS}\n\n{OURS}\n")),
    (
        "a bold header",
        OTHER,
        reply(f"Děkuji\n\n*Od:* {SALON}\n*Odesláno:* úterý 1. prosince 2026 9:37\n*Komu:* x\n\n{OURS}\n"),
    ),
    ("Windows-1250, Base64", REFUSAL, reply("Odhlásit", charset="windows-1250", transfer="base64")),
    (
        "ISO-8859-2, quoted-printable",
        REFUSAL,
        reply("Odhlašte mě, prosím", charset="iso-8859-2", transfer="quoted-printable"),
    ),
    ("no visit but another day", VISIT, reply("Dobrý den, nechci ten termín, raději příští týden. Hezký večer")),
    ("a refusal and an evening", REFUSAL, reply("Vymažte mě prosím z databáze.\n\nPěkný večer\nNovotná")),
    ("an erasure", UNCLEAR, reply("Dobrý den, žádám o výmaz osobních údajů, a to ještě dnes.\nNovotná")),
]
