"""What a client's reply says: a refusal of messages, something about a visit, something else, or unclear.

A wrong refusal costs a client their reminders, a missed one breaks the law. So a reply refuses only as a whole: all of
its words belong to a refusal, as in "Prosím, už mi nepište". Words of refusal beside anything else are unclear, and a
person decides.
"""

import re
import unicodedata

from . import text

REFUSAL, VISIT, OTHER, UNCLEAR = "refusal", "visit", "other", "unclear"
CLASSES = (REFUSAL, VISIT, OTHER, UNCLEAR)


def _word_set(listed: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", listed))


# Words that mobile operators act on when they are the whole reply. Within a sentence they may be about a visit.
_OPERATOR_WORDS = frozenset({"cancel", "end", "quit", "stop", "stopall", "optout", "revoke", "unsub", "unsubscribe"})
# Two or more words that make one word of refusal.
_JOINED = (
    (re.compile(r"\bopt(?:ing)? (?:me )?out\b"), "optout"),
    (
        re.compile(r"\b(?:do not|don t|dont|never) (?:ever )?(?:text|send|contact|write|message|e mail|email|call)\b"),
        "stop",
    ),
    (re.compile(r"\bno more\b"), "stop"),
    (re.compile(r"\btake me off\b"), "unsubscribe"),
    (re.compile(r"\bleave me alone\b"), "stop"),
    (re.compile(r"\b(?:i )?(?:do not|don t|dont) want\b"), "nechci"),
    (re.compile(r"\be (mail\w*)\b"), r"\1"),
    (re.compile(r"\bzrus(?:it|te) (?=(?:mi )?(?:odber|zasilani|posilani|newsletter|sms|zprav|reklam))"), "stop "),
)
# Each says no to messages by itself.
_REFUSING = _word_set(
    """
    stop stopka stopall optout unsub unsubscribe unsubscribed revoke remove
    odhlasit odhlas odhlaste odhlasuji odhlasuju odhlaseni odhlasujem odhlasenie
    neposilat neposilej neposilejte neposielat neposielaj neposielajte nezasilat nezasilejte nezasielajte
    nepsat nepis nepiste nepisat nepisujte nekontaktovat nekontaktujte neobtezujte neobtazujte neotravujte
    prestante prestan prestat prestanite
    nechci nechcu nechceme nechcem nezadam nepreji nepreju neprajem
    vyradit vyrad vyradte vymazat vymaz vymazte smazat smaz smazte
    """
)
# What may stand beside it without changing the meaning.
_HARMLESS = _word_set(
    """
    a i ne uz jiz dal dale dalsi dalej nikdy zadny zadna zadne ziadne ziadnu nic vic vice viac znovu
    me mi mne mna ma nam nas si se sa z ze zo od do na v to tu toto tohle tyto tieto ty takove takoveto takovou
    prosim vas vam dekuji dekuju dekujeme diky dik dakujem vdaka dobry den ahoj cau hezky pekny zdravim pozdravem s
    sms smsky smska esemesky esemes zprava zpravy zprav zpravami sprava spravy sprav text texty
    reklama reklamu reklamy reklamni reklamne spam spamy nabidka nabidku nabidky nabidek ponuka ponuku ponuky akce
    obchodni sdeleni obchodne oznamenia newsletter newsletteru newslettery mail maily mailu maile email emaily emailu
    cislo cisla moje muj mou svoje me telefon telefonni tel adresu
    odber odberu odebirat odoberat dostavat posilat posielat zasilat zasielat psat pisat zasilani posilani kontakt
    databaze databazy databazi seznam seznamu zoznam zoznamu evidence rozesilky
    all it anything everything please pls plz thanks thank you no not more any my the this these those your list number
    phone from to of for
    message messages texts texting sms emails sending send receive receiving getting get want promotional marketing
    ads offers anymore again ever now further contact contacting messaging hi hello dear
    """
)
# Alone or with words that are no refusal they may mean the visit as well as the messages.
_DOUBTFUL = _word_set(
    "ne no nie cancel end quit zrusit zruste zrusim konec koniec dost nezajem nezaujem zajem zaujem interested"
)
_VISIT = re.compile(
    r"""
    \b(?:
        termin | objedn | preobjedn | prijd | prijit | prijedu | prist | pridem | pridu | dorazi | stavi[mt] | nedoraz
      | neprij | neprid | prelo[zd] | presu[nv] | posu[nv] | zmeni | rezerv | navstev | hodin | cas(?:u|y|em|ov)?\b
      | pondel | uter(?:y|ek|ku) | utor(?:ok|ku) | stred[aueoy]\b | ctvrt(?:ek|ku|ecn) | stvrt(?:ok|ku) | pat(?:ek|ku)\b
      | piat(?:ok|ku)\b | sobot | nedel[eiuya] | zitra | zajtra | dnes | pozitri | vecer | rano\b | dopol | odpol
      | poledn
      | tyden | tydn | tyzd | mesic | mesiac | strih | ostrih | barv | farb | melir | manik | pedik | masaz | kosmet
      | rasy\b | neht | vous | kadern | holen | depil | ucesa | volno | volne\b
      | appointment | booking | book\b | resched | tomorrow | today | tonight | monday | tuesday | wednesday | thursday
      | friday | saturday | sunday | week | o\s?clock | visit | haircut | coming\b | come\b | see\ you | slot\b | late\b
      | by\ later | stop\ by\b | stop\ in\b
    )
    | \b\d{1,2}[:.]\d{2}\b | \b\d{1,2}\.\s?\d{1,2}\.(?!\d) | \bv[e]?\s\d{1,2}\b | \bo\s\d{1,2}\b | \bat\s\d{1,2}\b
    """,
    re.VERBOSE,
)
_INVISIBLE = {"Cc", "Cf", "Me", "Mn"}
_LONGEST_SIGNATURE = 12  # words below a refusal that stands in a line of its own


def classify(reply: str) -> str:
    """REFUSAL, VISIT, OTHER or UNCLEAR of a client's own words; quotations must be gone, see `quotations.own_words`."""
    words = _words(reply)
    if not words:
        return OTHER
    if _refuses(words) or _refuses_in_a_line(reply):
        return REFUSAL
    is_about_visit = bool(_VISIT.search(text.fold(reply)))
    if set(words) & _REFUSING:
        # "Nechci v pondělí, raději v úterý" is about a visit; "stop" and the like never are.
        is_mild = set(words) & _REFUSING <= {"nechci", "nechcu", "nechcem", "nechceme", "remove", "smazte", "vymazte"}
        return VISIT if is_about_visit and is_mild else UNCLEAR
    if is_about_visit:
        return VISIT
    if set(words) & _DOUBTFUL and len(words) <= _LONGEST_SIGNATURE:
        return UNCLEAR
    return OTHER


def refuses(reply: str) -> bool:
    """Whether a reply is a clear refusal."""
    return classify(reply) == REFUSAL


def _words(reply: str) -> list[str]:
    # Invisible characters, as phones put them before or into a word, count for nothing; nor do marks on letters.
    visible = "".join(char for char in reply if char.isspace() or unicodedata.category(char) not in _INVISIBLE)
    folded = " ".join(re.findall(r"\w+", text.fold(visible)))
    for pattern, word in _JOINED:
        folded = pattern.sub(word, folded)
    return folded.split()


def _refuses(words: list[str]) -> bool:
    """Whether all these words are a refusal and nothing else."""
    if len(words) == 1 and words[0] in _OPERATOR_WORDS:
        return True
    if not set(words) & _REFUSING:
        return False
    # The subject of our own unsubscribe address: STOP and the number of the message.
    others = [word for word in words if not re.fullmatch(r"[0-9a-f]{32}", word)]
    return set(others) <= _REFUSING | _HARMLESS


def _refuses_in_a_line(reply: str) -> bool:
    """Whether one line refuses and the others are no more than a greeting and a signature."""
    lines = [line for line in reply.splitlines() if _words(line)]
    refusing = [line for line in lines if _refuses(_words(line))]
    others = "\n".join(line for line in lines if line not in refusing)
    return bool(refusing) and len(_words(others)) <= _LONGEST_SIGNATURE and not _VISIT.search(text.fold(others))
