"""The words and phrases by which `replies` decides: Czech, Slovak, English and German, folded (see `text.fold`)."""

import re

# Letters that look like Latin ones, after folding: Cyrillic, then Greek. And signs that mean a word.
LOOK_ALIKES = str.maketrans(
    dict(zip("авекмнорстухіѕјһԁ" + "αβεζηικμνορτυχ", "abekmhopctyxisjhd" + "abezhikmvoptyx", strict=True))
    | {chr(first + place): chr(97 + place) for first in (0x1F150, 0x1F170) for place in range(26)}
    | dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
    | {"🛑": " stop "}
    | dict.fromkeys("🚫⛔❌👎✋🖕🔕🔇😡😠🤬🤮", " ne ")
)


def _word_set(listed: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", listed.translate(LOOK_ALIKES)))


# Greetings that say nothing of the reply, though they name a time: "Vymažte mě prosím, pěkný večer".
GREETINGS = re.compile(
    r"""
    \b(?:
        (?:(?:a|i|preji|preju|prejeme|prajem|prajeme|mejte|mej|majte|maj|uzijte|have|take|vam|vsem|moc|einen?|s)\ ){0,4}
        (?:
            (?:hezk|pekn|krasn|prekrasn|nadhern|prijemn|dobr|klidn|skvel|vesel|stastn|fajn|super|pohodov|slunecn
              |good|nice|great|lovely|happy|merry|wonderful|schon|gut|froh)\w{0,3}
            \ (?:(?:zbytek|zvysok|cely|novy|new)\ )?
            (?:den|dny|dne|dna|vecer|odpoledne|dopoledne|poledne|vikend|vikendu|tyden|tydne|tyzden|tyzdna|rano|jitro|noc
              |svatky|sviatky|vanoce|vianoce|rok|popoludnie|day|days|evening|morning|afternoon|weekend|week|night|holidays
              |christmas|year|tag|abend|morgen|wochenende|woche)
          | (?:hezk|pekn|krasn|prijemn)\w{0,3}\ (?:pondeli|utery|stredu|ctvrtek|patek|sobotu|nedeli)
          | (?:mejte|mej|majte|maj)\ s[ea](?:\ (?:hezky|krasne|pekne|fajn))?
        )
        (?:\ (?:preji|preju|prejeme|prajem|prajeme|vam|vsem|noch|to\ you)\b){0,3}
      | na\ ?shledanou | do\ ?videnia | at\ se\ dari | take\ care
    )\b
    """,
    re.VERBOSE,
)
# Words that mobile operators act on when they are the whole reply. Within a sentence they may be about a visit.
OPERATOR_WORDS = frozenset(
    {"cancel", "end", "quit", "stop", "stopall", "optout", "revoke", "unsub", "unsubscribe", "ende", "beenden"}
)
# Things that a client may be tired of, as the beginnings of words; and words that may come before.
_MESSAGES = (
    r"(?:odber|odober|zasil|zasiel|posilani|posielani|newsletter|sms|esem|zprav|sprav|reklam|obchodni|spam|e?mail"
    r"|rozesil|text|message|marketing|promo|ads\b|advert|nachricht|werb|angebot)"
)
_FILLERS = (
    r"(?:(?:mi|me|ma|mne|prosim|uz|to|tyto|toto|vase|vsechny|vsetky|dalsi|dalsie|reklamni|my|the|all|weiteren?)\ )"
)
_BOTHERS = r"(?:text|send|contact|write|message|e?mail|spam|bother(?=\ me))"
_GERMAN_VERBS = r"(?:schreib|send|schick|kontaktier)"
# Two or more words that mean: no more messages. "Nechte mě být", "zrušte prosím zasílání", "bitte nicht mehr
# schreiben".
_TO_STOP = re.compile(
    rf"""
    \b(?:
        (?:zrus(?:it|te|im|eni|enie)|rusim|cancel|zastav(?:te|it|tie)?)\ {_FILLERS}{{0,3}}(?={_MESSAGES})
      | zastav(?:te)?\ (?:uz\ |prosim\ ){{0,2}}(?:to|toto|tohle)\b
      | (?:vypn(?:out|ete|i|ut|ite)|deaktiv(?:ovat|ujte|uj)|(?:turn|switch)\ off|disable|mute)\ {_FILLERS}{{0,3}}
        (?:ty\ )?(?={_MESSAGES})
      | bez\ {_FILLERS}{{0,2}}(?!e?mail)(?={_MESSAGES})
      | (?:odber|zasilani|zasielanie|newsletter)\ (?:sms\ |prosim\ |si\ ){{0,2}}(?:zrus(?:it|te)|rusim)\b
      | (?:zadn\w|zadneho|ziadn[ey]|ziadnu|keine?n?)\ {_FILLERS}{{0,2}}(?={_MESSAGES})
      | no\ (?:marketing\ |promotional\ )?(?=(?:sms|texts|spam|ads|e?mails|messages|newsletters?|marketing)\b)
      | (?:prestante|prestan|prestat|prestanite|skoncete|skoncite|skonci)\ (?:uz\ )?s\ t\w{{1,4}}\b
      | (?:nechte|nech|nechajte|nechaj)\ (?:uz\ )?toho\b
      | (?:nech|nechte|nechaj|nechajte)\ (?:me|mne|ma|nas)\ (?:uz\ |prosim\ )?(?:byt|na\ pokoji|v\ klidu)\b
      | (?:dej|dejte|daj|dajte)\ (?:mi|nam)\ (?:uz\ |konecne\ |laskave\ |svaty\ |prosim\ ){{0,2}}pokoj\b
      | (?:do\ not|don\ t|dont|never)\ (?:ever\ )?{_BOTHERS}\b
      | (?:at|nech)\ (?:(?:mi|me|mne|ma|nam|nas|uz|jiz|to|sem|prosim|dal|nic)\ ){{0,4}}
        (?:ne(?:pis|posil|posiel|zasil|zasiel|kontaktuj|obtezuj|obtazuj|otravuj|spamuj)\w{{0,6}}|nechod(?:i|ia))\b
      | nezara[dz]\w{{2,6}}\ (?:me|mne|ma|nas)\ (?:do|mezi|medzi)\b
      | (?:vznas|vznes|podav|podat|podal|uplatn)\w{{0,5}}\ (?:timto\ |tymto\ |vam\ ){{0,2}}namie?tk[uy](?:\ proti)?\b
      | aby(?:ste|\ ste)?\ (?:(?:mi|me|mne|ma|nam|nas|uz|jiz|dal|dale|nic)\ ){{0,3}}
        ne(?:psali|pisali|posilali|posielali|zasilali|zasielali|kontaktovali|obtezovali|obtazovali)\b
      | no\ ?more\b
      | leave\ (?:me|us)\ (?:alone|be)\b
      | (?:take|get)\ (?:me|us|(?:my|this)\ number)\ off\b
      | no\ (?:consent|permission)\b
      | nicht\ (?:mehr\ |weiter\ )?(?:an)?{_GERMAN_VERBS}e?n?\b
      | {_GERMAN_VERBS}(?:t|e|en|et)?\ (?:sie\ )?(?:mir\ |mich\ |uns\ )?(?:bitte\ )?(?:nichts?|keine)\b
      | nichts?\ mehr\ (?:an\ mich\ |mir\ )?(?:zu)?{_GERMAN_VERBS}e?n?\b
      | bestell(?:e|en|t)?\ (?:(?:ich|sie|mich|den|das|die|ihren?|newsletter|bitte|hiermit|alles)\ ){{0,3}}ab\b
      | meld(?:e|et|en)?\ (?:sie\ )?(?:mich\ |uns\ )?(?:bitte\ )?ab\b
      | lass(?:t|en)?\ (?:sie\ )?(?:mich|uns)\ (?:bitte\ )?in\ ruhe\b
      | hor(?:t|en)?\ (?:sie\ )?(?:bitte\ )?(?:damit\ )?auf\b
    )
    """,
    re.VERBOSE,
)
# Lists of addresses, as the beginnings of words; and what a client may want removed from them.
_LISTS = (
    r"(?:databa[zs]|seznam|zoznam|evidenc|system|adresar|kartotek|list|verteiler|rozesil|rozposil|odber|newsletter"
    r"|mailing|marketing|kampan|zasil|zasiel)"
)
_OWN = r"(?:(?:moje|moji|moju|mou|me|meho|mojho|muj|moj|sve|sveho|svoje|svojho|toto|tohle|my|this|meine|diese)\ )"
_OWN_DATA = r"(?:(?:(?:telefonn|mobiln)[ie]|tel|phone)\ )?(?:cisl|kontakt|telefon|adres|e?mail|number|nummer)"
# Beside what is removed these verbs mean the same as those of `DELETING`: "Odeberte mě ze seznamu". Beside anything
# else they do not: "Odstraňte mi prosím gel".
_TO_REMOVE = re.compile(
    rf"""
    \b(?:
        (?:
            odstran(?:te|ete|it|eni|enie)? | odeb(?:er|erte|rat|rani|ranim) | odober(?:te)? | odobra(?:t|tie|ti)
          | vyjm(?:ete|i|out|uti|ut|ite) | (?:vyn|sun)(?:dejte|dej|dat|dani|dajte|daj|at|ate)
          | vypust(?:te|it)? | vyhod(?:te|it)?
          | vylouc(?:te|it|eni) | vyluc(?:te|it|enie) | exclud(?:e|ed|ing) | entfern(?:en|t|e)?
        )
        \ (?:(?:prosim|si|sie|bitte|please|uz|ihned|hned|okamzite)\ ){{0,3}}
        (?=(?:me|mne|ma|mna|mich|us|nas|uns)\b | {_OWN}?{_OWN_DATA} | (?:z|ze|zo|aus|from)\ (?:\w{{1,8}}\ )?{_LISTS})
      | remov(?:e|ed|al)\ (?=(?:me\ |my\ number\ )?from\ (?:your|the|this)\ (?:mailing\ |sms\ )?(?:list|database)\b)
    )
    """,
    re.VERBOSE,
)
# "Přeji si být vymazána", "ich möchte entfernt werden"; but not "Can it be removed?".
_TO_BE_REMOVED = re.compile(
    r"""
    \b(?:
        (?<!\bby\ )byt\ (?:vymazan|smazan|zmazan|odstranen|odebran|odobran|vyskrtnut|vyloucen|vylucen|vynat)[aeiy]?
      | (?:to\ )?be\ (?:(?:removed|deleted|excluded|erased)(?=\ from\b)|taken\ off(?=\ (?:your|the|this)\b))
      | (?:entfernt|geloscht|geloescht|gestrichen)\ werden
      | (?:nehm(?:en|t)|nimm)\ (?:(?:sie|bitte|mich|uns|meine|nummer|adresse)\ ){0,4}(?:aus|raus|heraus|von)
      | (?:dej|dejte|daj|dajte)\ (?:me|mne|ma|nas|moje\ cislo)\ (?:uz\ |prosim\ ){0,2}(?:pryc|prec)
    )\b
    """,
    re.VERBOSE,
)
# "Remove me from Friday's list" may be about the appointments of that day.
_DAYS = (
    r"(?:dnes|dnesek|zitra|zitrek|zajtra|pondeli|pondelok|utery|utorok|stredu|ctvrtek|stvrtok|patek|piatok|sobotu"
    r"|nedeli|nedelu|today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|heute|morgen)"
)
_LIST_OF_A_DAY = re.compile(
    rf"\b(?:{_DAYS} (?:s )?list\b|(?:seznam|zoznam|list)\w{{0,2}} (?:na|pro|pre|for|of|on|fur) (?=(?:the )?{_DAYS}\b))"
)
_CONSENT_IS_OFF = re.compile(
    r"""
    \b(?:zrus(?:te|it|im|uji|uju|ujem)?|rusim|rusime|cancel)
    \ (?:timto\ |tymto\ |prosim\ |muj\ |moj\ |svuj\ |svoj\ |my\ ){0,2}(souhlas|suhlas|consent)\b
    """,
    re.VERBOSE,
)
# Of an advertisement it does not matter what it is for: "Nechci reklamu na barvení".
_ADVERTISED = re.compile(
    r"""
    \b(reklam\w{0,4}|marketing\w{0,3}|advert\w{0,10}|ads|werbung)
    \ (?:na|o|for|about|fur)
    \ (?:barv|farb|melir|strih|manik|pedik|masaz|kosmet|ras|neht|necht|vlas|kadern|holen|depil|colou?r|hair|nail)
    \w{0,8}$
    """,
    re.VERBOSE,
)
# Wishes that mean the same as "nechci".
_NOT_WISHED = re.compile(
    r"""
    \b(?:
        (?:nechtel|nepral|nechcel|neprial|nezelal)[aiy]?\ (?:si\ |uz\ ){0,2}(?:bych|bychom|bysme|by\ som|by\ sme)
      | nerad[aiy]?\ (?:bych|bychom|by\ som|by\ sme)
      | nehodlam|nehodlame|neminim|nemienim|nemienime|nezelam|nezelame | nemam\ v\ umysle? | nemam\ v\ umyslu
      | (?:will|wollen|mochte|moechte|wunsche)
        \ (?:(?:das|es|ich|diese|ihre|nachrichten|sms|mails|werbung)\ ){0,2}nicht\ mehr
    )\b
    """,
    re.VERBOSE,
)
# "Radši bych nedostávala"; but not "Nedostala jsem SMS".
_NOT_TO_RECEIVE = re.compile(
    r"""
    \b(?:
        (?:rade?ji|radsi|radsej|rad[aiy]?|chtel[aiy]?|chcel[aiy]?|pral[aiy]?|prial[aiy]?)\ (?:si\ )?(?:bych|by\ som)
      | at | nech | abych | aby\ som | chci | chcem | preji\ si | prajem\ si
    )
    \ (?:(?:uz|jiz|od|vas|si|to|dal|prosim)\ ){0,4}nedosta(?:va[tm]|val[aiy]?)\b
    """,
    re.VERBOSE,
)
# "Nechci se odhlásit", "do not unsubscribe me": they refuse nothing. The words follow each other without punctuation,
# for "Nechci, STOP" does refuse.
_OF_A_VISIT = (
    r"(?!\ (?:\w{1,10}\ ){0,3}"
    r"(?:termin|objedn|rezerv|navstev|barv|strih|melir|manik|pedik|masaz|appoint|book|visit|slot|reserv))"
)
STAYING = re.compile(
    rf"""
    \b(?:
        (?:
            (?:nechci|nechcu|nechceme|nechcem|nepreji|nepreju|neprejeme|neprajem|neprajeme|nezelam|nehodlam
              |(?:nechtel|nechcel)[aiy]?\ (?:jsem|bych|som|by\ som))
            \ (?:(?:si|se|sa|byt|to|ho|je|vase|vas|ty|tyto|moje|muj|moj|svuj|svoj|zpravy|spravy|sms|maily|emaily|novinky
                |uz|jeste|odber|newsletter|zasilani|zasielanie|souhlas|suhlas|z|o)\ ){{0,4}}
            (?:odhlasit|odhlaseni|odhlasen[aiy]?|odhlasovat|vyradit|vyrazen[aiy]?|vyrazeni|vyskrtnout|vyskrtnut|smazat
              |smazan[aiy]?|smazani|vymazat|vymazan[aiy]?|vymazani|zmazat|ukoncit|ukoncovat|skoncit|zrusit|zruseni|rusit
              |prestat|prestavat|odvolat|odvolavat|odstranit|odebrat|odobrat|zastavit|vypnout|vypnut|unsubscribe|optout)
          | nechc(?:i|u|em|eme)\ (?:dat\ |psat\ |napsat\ |poslat\ )?stop
          | (?:(?:do|did|would)(?:\ not|n\W?t)|dont|never|no\ need\ to)
            \ (?:(?:ever|please|want|wish|like|need|mean|intend|ask|you|to|be|have)\ ){{0,4}}
            (?:unsubscribed?|unsub|removed?|deleted?|erased?|excluded?|object|opt\ ?(?:me\ )?out|withdraw|revoke
              |end|quit
              |(?:stop|cease)(?!\ (?:by|in)\b)|(?:take|get)\ me\ off)
          | not\ (?:unsubscribing|opting\ out)
        )
    )\b{_OF_A_VISIT}
    """,
    re.VERBOSE,
)
# The end of a question: "STOP?"
QUESTION = re.compile(r"\?\W{0,5}$")
# Several words that count as one, in this order.
JOINED = (
    (re.compile(r"\b[^\W\d_](?: [^\W\d_]\b){3,}"), lambda letters: letters[0].replace(" ", "")),
    (re.compile(r"\bstop by\b"), "visit"),
    (re.compile(r"\bs+t+[o0]+p+(?=(?:sms|spam|e?mails?)?\b)"), "stop "),
    (re.compile(r"\bunsub\w*"), "unsubscribe"),
    (re.compile(r"\bopt(?:ing)? (?:me )?out\b"), "optout"),
    (re.compile(r"\be (mail\w*)\b"), r"\1"),
    # A phone number, mostly the client's own.
    (re.compile(r"\b(?:00)?(?:42[01] ?)?\d{3} ?\d{3} ?\d{3}\b"), " "),
    # The article of the law by which clients object.
    (
        re.compile(
            r"\b(?:dle|podle|podla|ve smyslu|v zmysle|na zaklade) (?:cl|clanku|clanek)(?: 21)?(?: odst \d)?"
            r"(?: (?:gdpr|narizeni|nariadenia)){0,2}\b"
        ),
        " ",
    ),
    (_TO_STOP, "stop "),
    (_LIST_OF_A_DAY, "dayslist "),
    (_TO_REMOVE, "vymazte "),
    (_TO_BE_REMOVED, "vymazte me z"),
    (_NOT_TO_RECEIVE, "nechci dostavat"),
    (_NOT_WISHED, "nechci"),
    (_CONSENT_IS_OFF, r"odvolavam \1"),
    (re.compile(r"\b(?:i )?(?:do not|don t|dont|no longer|not) (?:want|wish)\b"), "nechci"),
    (
        re.compile(rf"\b(?:nemame? (?:uz )?(?:zajem|zaujem)|nezajem|nezaujem) o {_FILLERS}{{0,2}}(?={_MESSAGES})"),
        "nechci ",
    ),
    # But not "Nemáte žádné akce?"
    (
        re.compile(
            rf"(?<!mate )(?<!sou )\b(?:zadn\w|ziadn\w) {_FILLERS}{{0,2}}(?=nabid[ke]|ponuk|akce\b|slevy\b|zlavy\b)"
        ),
        "nechci ",
    ),
    (_ADVERTISED, r"\1"),
    (re.compile(r"\b(?:i )?(?:do not|don t|dont) (?:agree|consent)\b"), "nesouhlasim"),
    (re.compile(r"\b[sz]prac\w{1,8} (?:mych |mojich )?(?:osobn\w{1,3} )?udaj(?:u|ov)\b"), "zasilani"),
    (re.compile(r"\bbyt (?:kontaktovan|obtezovan|oslovovan)[aiy]?\b"), "dostavat"),
)
# They refuse messages only where these are named: an offered visit may be declined as well.
DECLINING = _word_set("odmitam odmitame odmietam odmietame refuse decline")
# They refuse the thing named beside them, and messages where there is none.
UNWANTED = DECLINING | _word_set(
    """
    nechci nechcu nechceme nechcem nezadam nepreji nepreju neprejeme neprajem neprajeme nestojim remove removed
    """
)
# They refuse messages only beside what the client wants deleted: "Smažte to prosím" may be a booking.
DELETING = _word_set(
    """
    delete deleted erase erased remove removed smazte smaz smazat smazani vymazte vymaz vymazat vymazani vymazanie
    zmazte zmaz zmazat zmazanie loschen loeschen
    """
)
DATA = _word_set(
    """
    cislo cisla telefon telefonni tel kontakt kontakty number phone contact nummer adresu adresy adresa
    databaze databazy databazi databaza database seznam seznamu zoznam zoznamu evidence evidencie system systemu
    list liste verteiler odber odberu odberem newsletter newsletteru rozesilky rozesilani telefonu kontaktu
    """
)
DELETED = DATA | _word_set("me ma mne mna mich us nas")
# "Smažte moje číslo ještě dnes", but not "Smažte mě dnes": that may be a booking.
DEADLINE = _word_set(
    """
    jeste este dnes dneska zitra zajtra pondeli pondelka utery uterka stredy ctvrtka stvrtka patku piatku soboty nedele
    tydne tyzdna vikendu vecera konce today tonight tomorrow monday tuesday wednesday thursday friday saturday sunday
    by until soon asap latest nejpozdeji najneskor heute morgen
    """
)
# Words of refusal that are about a visit where the rest of the reply is.
MILD = (
    UNWANTED
    | DELETING
    | _word_set(
        "nesouhlasim nesouhlasime nesuhlasim nesuhlasime nesouhlas nesuhlas disagree"
        " nedovoluji nedovoluju nedovolujem nepovoluji nepovoluju nepovolujem"
    )
)
# Each refuses messages by itself.
REFUSING = MILD | _word_set(
    """
    stop stopka stopall stopni stopnete stopnite stopnout stopnut stoppen sotp stpo tsop stp стоп
    optout unsub unsubscribe unsuscribe unscribe unregister revoke deregister cease object discontinue refrain
    odhlasit odhlas odhlaste odhlasim odhlasime odhlasuji odhlasuju odhlasujem odhlasujeme odhlasujte odhlaseni
    odhlasenie odhlasenia odhlasen odhlasena odhlaseny odhlasovat відписатися відписка отписаться отписка
    neposilat neposilej neposilejte neposielat neposielaj neposielajte neposlat neposlete nezasilat nezasilej
    nezasilejte nezasielat nezasielaj nezasielajte nepsat nepis nepiste nepisat nepisujte nevypisujte nekontaktovat
    nekontaktuj nekontaktujte nespamujte nespamuj nespamovat nemailujte nemejlujte nesmskujte neobtezujte neobtezuj
    neobtezovat neobtazujte neobtazuj neobtazovat neotravujte neotravuj neotravovat neodebirat neodebiram neodoberat
    neodoberam
    neoslovujte neoslovuj neoslovovat neinformujte neinformovat nevyhledavejte nezvete nenabizejte neponukajte
    neozyvejte neozyvajte neupominejte neposilajte neposilaj neposielejte neposlite nerozesilejte
    prestante prestan prestat prestanite skoncete ukoncit ukonci ukoncete ukoncite ukoncuji ukoncuju ukoncujem ukonceni
    ukoncenie zakazuji zakazuju zakazujem zakazujeme zakaz
    vyradit vyrad vyradte vyrazen vyrazena vyrazeny vyrazeni
    vyradenie vyradenia vyskrtnout vyskrtnete vyskrtni vyskrtnut vyskrtnite vyskrtnuti
    abmelden abmeldung abbestellen abbestellung austragen aufhoren aufhoeren widerruf widerrufen widerspruch
    widerspreche streichen streichung
    """
)
# Words that may be beside it without changing the meaning.
HARMLESS = _word_set(
    """
    a i ne uz jiz dal dale dalsi dalej dalsie nikdy zadny zadna zadne ziadne ziadnu nic vic vice viac znovu me mi mne
    mna ma nam nas si se sa z ze zo od do na v to tu toto tohle tyto tieto ty takove takoveto takovou so
    techto tychto komunikaci komunikaciu
    re odpoved respektujte respektovat respektuj
    prosim vas vam dekuji dekuju dekujeme diky dik dakujem vdaka dobry den ahoj cau hezky pekny zdravim pozdravem s
    sms smsky smska esemesky esemes zprava zpravy zprav zpravami sprava spravy sprav text texty
    reklama reklamu reklamy reklamni reklamne reklam spam spamy nabidka nabidku nabidky nabidek ponuka ponuku ponuky
    akce obchodni obchodnich sdeleni obchodne obchodnych oznamenia oznameni newsletter newsletteru newslettery mail
    maily mailu maile email emaily emailu emaily
    cislo cisla moje muj moj mou meho mojho svoje svuj svoj me telefon telefonni tel adresu adresy emailove mailove
    sve sveho svojho mobilni kontaktu telefonu kampani kampane kampan reklamnich proti primemu priamemu zpracovani
    spracovaniu spracuvaniu odesilani dostaval dostavala dostavali
    odber odberu odberem odoberu odebirat odoberat dostavat posilat posielat zasilat zasielat psat pisat zasilani
    posilani zasilanim posilanim zasielanie zasielania zasielanim posielanie posielania posielanim kontakt kontaktovat
    psali pisali posilali posielali zasilali zasielali kontaktovali o ani novinek noviniek aby abyste ste vase vasi
    vasich vasim vami vaseho vsechny vsechno vsetky vsetko timto tymto
    databaze databazy databazi databaza database seznam seznamu zoznam zoznamu evidence evidencie system systemu
    rozesilky rozesilani ucelem marketingu marketingove marketingovych hned ihned okamzite konecne jakekoli jakekoliv
    all it anything everything please pls plz thanks thank you no not more any my the this these those your list number
    phone from to of for me us off
    message messages texts texting sms emails sending send receive receiving getting get want promotional marketing ads
    offers anymore again ever now further contact contacting messaging spamming emailing mailing bothering immediately
    hi hello dear
    ich mochte moechte mochten will wunsche dem
    bitte danke vielen dank mehr sie mir mich uns von ihnen aus der die das den liste
    verteiler nummer meine meinen keine weitere weiteren nachrichten werbung angebote newsletter senden schicken
    schreiben erhalten bekommen hiermit mit freundlichen grussen guten tag hallo und zu
    """
)
# Harmless beside a refusal that needs no object: "Chci se odhlásit", "Přestaňte mě otravovat"; but not "Nechci e-mail,
# chci SMS", "Nechci vás otravovat".
WISHES = _word_set(
    """
    zadost zadosti ziadost ziadosti pozadavek ziadam ziadame zadal zadala
    obtezovat obtazovat otravovat spamovat chci chceme chtel chtela chteli bych bychom by byt rad rada radi muzete
    mohli mohl mohla byste zadam zadame preji preju chcem chcel chcela som mozete poprosim poprosil poprosila d would
    like wish be i am m can could ano jo yes
    """
)
# The same of the names in a signature: "STOP, Jana", but not "Nechci Petra".
FIRST_NAMES = _word_set(
    """
    adam adela adriana agata alena ales alexandra alice alzbeta andrea aneta anezka anna antonie antonin barbora beata
    blanka bohumila bozena dagmar dana daniel daniela darina david denisa diana dominik dominika dusan edita eliska
    elena ema emilie erika eva filip frantisek gabriela hana helena ilona irena iva ivan ivana iveta jakub jan jana
    jarmila jaromir jaroslav jaroslava jindrich jiri jirina jitka josef jozef juraj kamila karel karolina katarina
    katerina klara kristyna kristina kveta ladislav lenka leona libor libuse linda lubomir lucia lucie ludmila lukas
    magda magdalena marcela marek maria marie marketa marta martin martina matej michaela michal milan milada milena
    miloslav miloslava miluse miriam miroslav miroslava monika nada natalie natalia nela nicola nikola nikol olga
    ondrej patricie patrik pavel pavla pavlina peter petr petra radek radka radmila regina renata richard robert roman
    romana ruzena sabina sara sarka silvia simona slavka sona stanislav stanislava stefan stepan stepanka tamara tatana
    tereza terezie tomas vaclav vera veronika viktor viktorie viera vit vladimir vladimira vlasta vojtech zaneta zdena
    zdenek zdenka zuzana
    """
)
# A word of each, in any order, withdraws consent: "Beru svůj souhlas zpět", "Nemáte můj souhlas".
CONSENT = _word_set(
    """
    souhlas souhlasu suhlas suhlasu svoleni povoleni dovoleni povolenie dovolenie consent permission einwilligung
    zustimmung
    """
)
TAKEN_BACK = _word_set(
    """
    odvolavam odvolavame odvolam odvolat odvolani odvolanie zpet spat naspat nemate nedavam nedavame nedal nedala
    neudeluji neudelujem neudelil neudelila
    withdraw withdrawing withdrawn revoke revoking not never widerrufe
    """
)
BESIDE_CONSENT = _word_set(
    """
    beru berem bereme beriem beriete vzit jsem jste som ste k ke pre pro za ke gave given giving have do did hereby ve
    """
)
_NAMES = rf"(?:(?:{'|'.join(sorted(FIRST_NAMES))})\b|(?!hotova\b)\w{{3,20}}ova\b)"
_PERSONS = rf"(?:{_NAMES}|pani\b|pan\b|frau\b|herr\b|mrs\b|mr\b|ms\b|miss\b)"
_CLIENTS = r"(?:klient|zakazni|client\b|customer\b|kund)"
# Replies that a person has to read even if they name a visit: the number is someone else's, the client has left or has
# died, or they name their rights.
FOR_A_PERSON = re.compile(
    rf"""
    \b(?:
        wrong\ (?:number|person) | falsche\ nummer
      | (?:spatn|chybn|nespravn|zl)[eya]\w{{0,3}}\ (?:telefonni\ |tel\ )?cisl
      | cislo\ (?:je\ |mate\ )?(?:spatn|chybn|nespravn|zle\b)
      | (?:nejsem|nejsme|nie\ som|nie\ sme)\ (?:uz\ |ta\ |ten\ |prece\ ){{0,2}}
        (?:vas[ei]?\b | zadn | ziadn | zajemc | {_CLIENTS} | {_PERSONS} | prav[ay]\b | spravn)
      | (?:am|m|bin)\ (?:not|nicht|no\ longer)\ (?:(?:your|a|an|ihr|ihre|the)\ )?(?:{_CLIENTS} | {_PERSONS})
      | not\ (?:your|a)\ {_CLIENTS}
      | (?:neni|nie\ je|is\ not|isn\ t|ist\ nicht)\ {_PERSONS}
      | (?:not|isn\ t)\ (?:her|his|their|my|the\ right|{_NAMES})(?:\ s)?
        \ (?:mobile\ |phone\ |telephone\ )?(?:number|phone|mobile)
      | number\ (?:does\ not|doesn\ t|no\ longer|is\ not|isn\ t)\b | belongs\ to\ (?:some|another|my\b)
      | nepatri\b | patri\ (?:(?:uz|ted|teraz|jiz)\ ){{0,2}}(?:nekom|niekom|jin|inem|me\ |moj|mem)
      | cislo\ (?:(?:uz|ted|teraz|jiz)\ ){{0,2}}(?:ma\ (?:nekdo|niekto|jin|in[yae]\b)|neni\ (?:jej|jeh|moj|uz))
      | splet(?:l[ai]?|li)\b | pletete\ s[ei] | gehort\ nicht | kenne\ (?:sie|euch)\ nicht
      | nezname?\ (?:vas\b|zadn|ziadn) | (?:vas|tento\ salon)\ (?:vubec\ |vobec\ )?neznam | nepozname?\ vas
      | vas\ nepoznam | (?:do\ not|don\ t|dont)\ know\ (?:you\b|this\ (?:salon|number|company))
      | nikdy\ (?:\w{{1,8}}\ ){{0,2}}(?:u\ vas|k\ vam)\ (?:\w{{1,8}}\ ){{0,2}}ne(?:by[lv]|bol|chod)
      | (?:u\ vas|k\ vam)\ (?:\w{{1,8}}\ ){{0,2}}nikdy\ (?:\w{{1,8}}\ ){{0,2}}ne(?:by[lv]|bol|chod)
      | nikdy\ (?:\w{{1,8}}\ ){{0,2}}ne(?:by[lv]|bol|chod)\w{{0,4}}\ (?:\w{{1,8}}\ ){{0,2}}(?:u\ vas|k\ vam)
      | neb(?:y[lv]|ol)\w{{0,3}}\ (?:\w{{1,8}}\ ){{0,2}}(?:u\ vas\ nikdy|nikdy\ u\ vas)
      | never\ (?:been|visited)\ (?:(?:to|at|in)\ )?(?:you|there|this)
      | k\ vam\ (?:uz\ )?nechod | nechod\w{{1,3}}\ (?:uz\ )?k\ vam
      | (?:uz|jiz|ted|teraz)\ chod\w{{1,3}}\ (?:jinam|inam|jinde|inde)\b
      | neni\ (?:moje|muj)\ (?:objedn|rezerv|termin) | not\ my\ (?:appointment|booking)
      | (?:mam|mame)\ (?:uz\ |ted\ )?nove\ (?:telefonni\ |tel\ )?cislo | (?:predchozi|byval|predosl)\w{{0,3}}\ majitel
      | cislo\ (?:jsem\ |som\ )?(?:(?:mam|mame)\ nove|dostal) | (?:just|recently)\ got\ this\ (?:number|phone)
      | new\ owner | new\ number | zmenil[ai]?\ (?:jsem\ |som\ |si\ ){{0,2}}(?:telefonni\ |tel\ )?cislo
      | longer\ uses\ this | nezije\b | neni\ mezi\ nami
      | zemrel | zomrel | umrel | zesnul | skonal[ao]?\b | je\ (?:uz\ )?(?:mrtv|po\ smrti) | passed\ away | deceased
      | (?<!phone\ )(?<!battery\ )died\b | (?:she|he|mother|father|wife|husband|aunt)\ (?:is|s)\ dead | verstorben
      | gestorben | ist\ tot\b
      | (?<!nemam\ )(?<!nemame\ )(?<!bez\ )(?<!zadne\ )(?<!zadnou\ )(?<!ziadne\ )(?<!ziadnu\ )namie?t(?:k|am)
      | prav[oa]\ (?:na|byt)\ (?:zapomen|zabudn|vymaz) | right\ to\ (?:be\ forgotten|erasure)
      | recht\ auf\ (?:vergess|losch) | odhlas | neodhlas | ukoncil | gdpr | uoou
    )
    """,
    re.VERBOSE,
)
# Beside a visit they are about it where the reply names no messages: "Nemám zájem o barvení, jen stříhání".
UNINTERESTED = _word_set(
    """
    dost konec koniec nezajem nezaujem zajem zaujem interested interesse nezajima nezaujima nezajimaji interessiert
    nepotrebuji nepotrebuju nepotrebujem stacilo vypnout vypnete vypni vypnite vypnut enough mute nerusit nerus
    """
)
# Alone or with words that are no refusal they may mean the visit as well as the messages.
DOUBTFUL = UNINTERESTED | _word_set(
    """
    ne no nie nein nope cancel end quit zrusit zruste zrusim rusim rusime neruste odvolavam zastavte
    zastavit zastav koncim koncime skoncil skoncila stornieren zruseni zrusenie
    deaktivovat deaktivujte deaktivuj deaktivace
    """
)
# Displeasure at the messages, which a visit named beside it does not excuse: "Otravujete mě každý týden".
COMPLAINT = re.compile(
    r"""
    \b(?:
        (?:za)?blokuj(?:[iu]|em|eme)\b | zablokov | spam(?:\b|uj|m|er|ov)
      | (?:uz|jiz|viac)\ nikdy | nikdy\ (?:vic|viac|uz)
      | unwanted | unwelcome | robinson | (?:za)?blokn(?:ete|eme|u)\b | (?:za)?blokuj(?:te)?\ (?:me|ma|mne|moje)\b
      | (?:dam|davam|dal[ai]?)\ (?:si\ )?(?:vas|to)\ do\ (?:spam|blok)
      | (?:dej|dejte|daj|dajte)\ (?:mi|nam)\ (?:uz\ )?svat
      | mam\ (?:vas|toho)\ (?:plne\ zuby|po\ krk) | na\ nervy | neser | bezte\ (?:nekam|do)\b
      | (?:cut|knock)\ it\ (?:out|off)\b | done\ with\ (?:this|you)\b | verschon | unterlass
      | nevyzadan | nevyziadan | unsolicited | unerwunscht
      | (?:mam|mame)\ (?:(?:toho|uz|vas|vasich|techto|tychto)\ ){1,3}dost\b
      | (?:lose|forget|delete|zapomente|zabudnite)\ (?:prosim\ )?
        (?:(?:na|my|this|the|moje|me|toto)\ ){1,2}(?:number|cislo)
      | go\ away\b | schluss\ (?:damit|jetzt)\b | es\ reicht\b | (?:dej|daj)(?:te)?\ (?:uz\ )?pokoj
      | (?:do\ not|don\ t|dont)\ disturb\b(?!\ (?:turned|is|mode|on)\b)
      | (?:nech|nechte|nechaj|nechajte)\ si\ (?:to|toho|ty|tie|vase|svoje|sve)\b
      | never\ again | nie\ wieder | obtezuj | obtazuj | otravuj | otravn | harass | annoying
      | bez\ (?:meho\ |mojho\ )?s[ou]?uhlas | osobni(?:ch)?\ udaj | stiznost | staznost | complain | nahlasim
      | not\ sign\ up | never\ (?:signed|asked) | neprihlas | not\ ask | didn\ t\ (?:ask|sign)
      | (?:proc|preco)\ (?:mi|me|nam)\ (?:\w{1,10}\ ){0,2}(?:pis|posil|posiel|vola)
      | (?:moc|prilis)\ casto | too\ (?:often|many\ (?:text|message|sms|mail|email))
      | (?:kdo|odkud|kde|kto|odkial|who|where|(?:jak|ako)\ j?ste|how\ (?:do|did)\ you)\ (?:\w{1,12}\ ){1,4}
        (?:moje|muj|moj|me|memu|meho|my)\ (?:tel(?:efonni)?\ )?(?:cisl|kontakt|e?mail|udaj|number|data)
      | prdele\b | fuck | piss\ off | get\ lost | shut\ up | bugger\ off | screw\ you | vypadnete | tahnete | naser
      | polib(?:te)?\ (?:si|mi) | (?:di|jdi|jdete|chod|chodte)\ (?:nekam|niekam|do\ (?:haje|pryc|rit)) | jdete\ mi\ z
      | kurv | kokot | debil | kreten | hovno | vyser
    )
    # Without a space beside it: "uzminepiste".
    | neposilej | neposielaj | nepiste | nekontaktuj | nezasilej
    """,
    re.VERBOSE,
)
# No interest in anything, though a time may follow: "Nemám zájem od příštího týdne"; but not "Nemám zájem o střih".
UNINTERESTED_AT_ALL = re.compile(
    r"""
    \b(?:
        nemame?\ (?:(?!o\ )\w{1,8}\ ){0,2}(?:zajem|zaujem)(?!\ o\ ) | ne(?:zajem|zaujem)(?!\ o\ )
      | ne(?:zajima|zaujima)(?:ji|jou|ju)?\ (?:me\ |ma\ |nas\ )?(?:uz\ )?(?:to|vase|ty|tie|tyto|tyhle)\b
      | (?:to|toto|tohle)\ (?:me|mne|ma|nas)\ (?:uz\ )?ne(?:zajima|zaujima)
      | (?:do\ not|don\ t|dont)\ need\ (?:this|these|your|it|them|any)\b | netouz | brauche\ (?:das|es|ihre)\ nicht
      | obejd(?:u|eme)\ se\ (?:i\ )?bez\ (?:vas|zprav|sms|reklam|toho|nich)
      | ne(?:souhlasim|suhlasim)e?(?!\ s[eo]?\ ) | nepotrebuj[iu]\w?\ to\b
      | not\ interested(?!\ in\ ) | kein\ interesse(?!\ an\ )
    )
    """,
    re.VERBOSE,
)
# The same where no visit is named beside it.
DISPLEASED = re.compile(
    r"""
    \b(?:
        nevol(?:ej|aj|at) | (?:do\ not|don\ t|dont|never)\ call\b | block(?:ed|ing)?\b | (?:rather|prefer)\ not
      | nepouziv | lose\ (?:my|this|the)\ (?:number|contact) | zapomente\ na | zabudnite\ na | nezara[dz]uj | schluss\b
      | omyl\b | uz\ staci | (?:turn|switch)\ off | nechte\ si
    )
    | ^(?:nejsem\ to\ ja | nie\ som\ to\ ja | ich\ will\ nicht | not\ wanted | (?:prosim\ )?uz\ zadn\w{1,3}(?:\ prosim)?
      | (?:prosim\ |bitte\ )?(?:odstran|odeber|odebrat|odober|entfern)\w{0,8}(?:\ prosim|\ bitte)?)$
    """,
    re.VERBOSE,
)
# Messages, or the client's own data. Beside them a word of refusal is not about a visit: "Nechci SMS večer".
MESSAGES_OR_DATA = re.compile(
    r"""
    \b(?:
        sms | smsk | esemes | zprav(?!i) | sprav(?:[aeouy]\w{0,3})?\b | reklam | nabid(?!nut|l) | ponuk | slev | zlav
      | akc(?:e|i|ie|iu|emi|ich)\b | upozorn | pripom | upomin | upomien
      | oznam | sdelen | obchodn | novink | noviniek | newsletter
      | e?mail | marketing | promo | spam | odber | odebir | odober | rozesil | kampan | databa[zs] | system
      | seznam | zoznam | evidenc | verteiler | liste\b | adres
      | udaj | cisl[oa]\b | kontakt | psat\b | psal | psani | pisat\b | pisal
      | pise(?:te|s)\b | pisou\b | posila | posiela | zasila | zasiela | dostavat\b | obtez | obtaz | otrav
      | texts?\b | texting | messag | notif | remind | offer | advert | ads\b | number | data\b | list\b | contact
      | receiv | send(?:ing)?\b(?!\ me\ (?:an?|another|the|your)\b) | nachricht | werb | angebot | nummer | daten\b
      | (?:smaz|vymaz|zmaz|delete|erase|remove|losch|loesch)\w{0,4}\ (?:(?:prosim|please|bitte|sie|uz|si)\ ){0,2}
        (?:me|ma|mne|mich|us|nas)\b
        (?!\ (?:prosim\ )?(?:(?:z|ze|zo|from|aus)\ (?:\w{1,12}\ ){0,2})?(?:termin|objedn|rezerv|navstev|appoint|book))
    )
    """,
    re.VERBOSE,
)
ABOUT_VISIT = re.compile(
    r"""
    \b(?:
        termin | objedn | preobjedn | prijd | prijit | prijedu | prist | pridem | pridu | dorazi | stavi[mt]
      | zastavim | (?:zastavit|zastavi)\ s[ea]\b | s[ea]\ zastavi | nedoraz
      | zpozd | mesk | stihn | nestih | neobjedn
      | neprij | neprid | prelo[zd] | presu[nv] | posu[nv] | zmeni | rezerv | navstev | hodin | cas(?:u|y|em|ov)?\b
      | pondel | uter(?:y|ek|ku) | utor(?:ok|ku) | stred[aueoy]\b | ctvrt(?:ek|ku|ecn) | stvrt(?:ok|ku) | pat(?:ek|ku)\b
      | piat(?:ok|ku)\b | sobot | nedel[eiuya] | zitra | zajtra | dnes | pozitri | vecer | rano\b | dopol | odpol
      | poledn
      | tyden | tydn | tyzd | mesic | mesiac | strih | ostrih | barv | farb | melir | manik | pedik | masaz | kosmet
      | rasy\b | neht | vous | kadern | holen | depil | ucesa | volno | volne\b
      | appointment | booking | book\b | resched | tomorrow | today | tonight | monday | tuesday | wednesday | thursday
      | friday | saturday | sunday | week | o\s?clock | visit | haircut | coming\b | come\b | see\ you | slot\b | late\b
      | be\ there\b
      | by\ later | stop\ by\b | stop\ in\b
    )
    | \b\d{1,2}[:.]\d{2}\b | \b\d{1,2}\.\s?\d{1,2}\.(?!\d) | \bv[e]?\s\d{1,2}\b | \bo\s\d{1,2}\b | \bat\s\d{1,2}\b
    | \bv[e]?\s(?:po|ut|st|ct|pa|so|ne)\b
    """,
    re.VERBOSE,
)
# Words one letter away from a word of refusal that are words of their own, and endings of such.
OTHER_WORDS = _word_set(
    """
    anmelden anmeldung prestane vyridit vyridte vyladit vyrazit vyrazte skonceni skoncenie skoncit skonci ohlaseni
    ohlasena ohlasen ohlaseny nepisete nezasilate stoupnout
    """
)
OTHER_ENDINGS = re.compile(r"(?:l[aiyoe]?|[ie]me|uje|ujete|aji)$|^ne\w{0,20}a(?:m|me|te)$")
