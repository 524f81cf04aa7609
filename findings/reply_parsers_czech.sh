#!/usr/bin/env bash
# Libraries that find the sender's own words in an e-mail reply, on replies of Czech and Slovak mail programs.
#
# Versions: mail-parser-reply 1.36 (set to Czech, German and English), email-reply-parser 0.5.12, quotequail 0.5.4.
# Seen: all three cut the quotation off an English Gmail reply. Of the Czech and Slovak Gmail reply mail-parser-reply and
# quotequail keep every quoted line, although the first one knows Czech: it finds Thunderbird's and Outlook's lines.
# email-reply-parser drops lines with ">", and keeps the line that announces them.
# So "Odhlásit: odpovězte STOP" in our own quoted e-mail reads as words of the client.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet install mail-parser-reply==1.36 email-reply-parser==0.5.12 quotequail==0.5.4
cat > "$folder/run.py" <<'PYTHON'
import quotequail
from email_reply_parser import EmailReplyParser
from mailparser_reply import EmailReplyParser as MailParserReply

ANNOUNCED = {
    "Gmail, English": "On Mon, Nov 23, 2026 at 10:15 AM Salon Example <salon@example.com> wrote:",
    "Gmail, Czech": "po 23. 11. 2026 v 10:15 odesílatel Salon Example <salon@example.com> napsal:",
    "Gmail, Slovak": "po 23. 11. 2026 o 10:15 Salon Example <salon@example.com> napísal(a):",
    "Thunderbird, Czech": "Dne 23. 11. 26 v 10:15 Salon Example napsal(a):",
}
EXPECTED = {
    "Gmail, English": ("cut", "cut", "cut"),
    "Gmail, Czech": ("kept", "announcement kept", "kept"),
    "Gmail, Slovak": ("kept", "announcement kept", "kept"),
    "Thunderbird, Czech": ("cut", "announcement kept", "kept"),
}


def judge(text):
    if "STOP" in text:
        return "kept"
    return "announcement kept" if "Salon Example" in text else "cut"


def quotequail_words(text):
    parts = quotequail.quote(text)
    own = "\n".join(words for is_own, words in parts if is_own)
    # The English announcement ends the displayed part.
    return own.removesuffix(ANNOUNCED["Gmail, English"])


changed = False
for program, announcement in ANNOUNCED.items():
    mail = f"Děkuji, přijdu.\n\n{announcement}\n\n> Chybíte nám.\n> Odhlásit: odpovězte STOP\n"
    seen = (
        judge(MailParserReply(languages=["cs", "de", "en"]).parse_reply(mail)),
        judge(EmailReplyParser.parse_reply(mail)),
        judge(quotequail_words(mail)),
    )
    print(f"{program:<20} mail-parser-reply: {seen[0]:<18} email-reply-parser: {seen[1]:<18} quotequail: {seen[2]}")
    changed |= seen != EXPECTED[program]
raise SystemExit("This has changed." if changed else 0)
PYTHON
"$folder/venv/bin/python" "$folder/run.py"
