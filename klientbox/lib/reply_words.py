"""The words and phrases by which `replies` decides: Czech, Slovak, English and German, folded (see `text.fold`)."""

import re

# Letters that look like Latin ones, after folding: Cyrillic, then Greek. And signs that mean a word.
LOOK_ALIKES = str.maketrans(
    dict(zip("авекмнорстухіѕјһԁ" + "αβεζηικμνορτυχ", "abekmhopctyxisjhd" + "abezhikmvoptyx", strict=True))
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
      | (?:zadn\w|zadneho|ziadn[ey]|ziadnu|keine?)\ {_FILLERS}{{0,2}}(?={_MESSAGES})
      | no\ (?:marketing\ |promotional\ )?(?=(?:sms|texts|spam|ads|e?mails|messages|newsletters?|marketing)\b)
      | (?:prestante|prestan|prestat|prestanite|skoncete|skoncite|skonci)\ (?:uz\ )?s\ t\w{{1,4}}\b
      | (?:nechte|nech|nechajte|nechaj)\ (?:uz\ )?toho\b
      | (?:nech|nechte|nechaj|nechajte)\ (?:me|mne|ma|nas)\ (?:uz\ |prosim\ )?(?:byt|na\ pokoji|v\ klidu)\b
      | (?:dej|dejte|daj|dajte)\ (?:mi|nam)\ (?:uz\ |konecne\ |laskave\ |svaty\ |prosim\ ){{0,2}}pokoj\b
      | (?:do\ not|don\ t|dont|never)\ (?:ever\ )?{_BOTHERS}\b
      | aby(?:ste|\ ste)?\ (?:(?:mi|me|mne|ma|nam|nas|uz|jiz|dal|dale|nic)\ ){{0,3}}
        ne(?:psali|pisali|posilali|posielali|zasilali|zasielali|kontaktovali|obtezovali|obtazovali)\b
      | no\ more\b
      | leave\ (?:me|us)\ (?:alone|be)\b
      | (?:take|get)\ (?:me|my\ number)\ off\b
      | no\ (?:consent|permission)\b
      | nicht\ (?:mehr\ |weiter\ )?(?:an)?{_GERMAN_VERBS}e?n?\b
      | {_GERMAN_VERBS}(?:t|e|en|et)?\ (?:sie\ )?(?:mir\ |mich\ |uns\ )?(?:bitte\ )?(?:nichts?|keine)\b
      | meld(?:e|et|en)?\ (?:sie\ )?(?:mich\ |uns\ )?(?:bitte\ )?ab\b
      | lass(?:t|en)?\ (?:sie\ )?(?:mich|uns)\ (?:bitte\ )?in\ ruhe\b
      | hor(?:t|en)?\ (?:sie\ )?(?:bitte\ )?(?:damit\ )?auf\b
    )
    """,
    re.VERBOSE,
)
_TO_REMOVE = re.compile(
    r"""
    \bodstran(?:te|it|eni|enie)?\ (?:prosim\ )?
    (?=(?:me|mne|ma|moje)\b | zo?\ (?:(?:vasi|vasej|vaseho|vasho)\ )?(?:databaz|seznam|zoznam|evidenc|system))
    | \bremov(?:e|ed|al)\ (?=(?:me\ |my\ number\ )?from\ (?:your|the|this)\ (?:mailing\ |sms\ )?(?:list|database)\b)
    """,
    re.VERBOSE,
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
# "Nechci se odhlásit" refuses nothing.
_TO_STAY = re.compile(
    r"""
    \b(?:nechci|nechcu|nechceme|nechcem|nepreji|nepreju|neprajem)\ (?:si\ |se\ |sa\ |byt\ |to\ ){0,2}
    (?:odhlasit|odhlaseni|odhlasen[aiy]?|vyradit|smazat|vymazat|zmazat|ukoncit|unsubscribe|optout)\b
    """,
    re.VERBOSE,
)
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
    (_TO_STOP, "stop "),
    (_TO_REMOVE, "vymazte "),
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
    (_TO_STAY, "neodhlasit"),
)
# They refuse the thing named beside them, and messages where there is none.
UNWANTED = _word_set(
    """
    nechci nechcu nechceme nechcem nezadam nepreji nepreju neprejeme neprajem neprajeme nestojim remove removed
    """
)
# They refuse messages only beside what the client wants deleted: "Smažte to prosím" may be a booking.
DELETING = _word_set(
    """
    delete erase remove removed smazte smaz smazat smazani vymazte vymaz vymazat vymazani vymazanie zmazte zmaz zmazat
    zmazanie loschen loeschen
    """
)
DATA = _word_set(
    """
    cislo cisla telefon telefonni tel kontakt kontakty number phone contact nummer adresu adresy adresa
    databaze databazy databazi databaza database seznam seznamu zoznam zoznamu evidence evidencie system systemu
    list liste verteiler odber odberu odberem newsletter newsletteru rozesilky
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
MILD = UNWANTED | DELETING | _word_set("nesouhlasim nesouhlasime nesuhlasim nesuhlasime nesouhlas nesuhlas disagree")
# Each refuses messages by itself.
REFUSING = MILD | _word_set(
    """
    stop stopka stopall stopni stopnete stopnite stopnout stopnut stoppen sotp stpo tsop stp стоп
    optout unsub unsubscribe unsuscribe unscribe unregister revoke deregister cease object
    odhlasit odhlas odhlaste odhlasim odhlasime odhlasuji odhlasuju odhlasujem odhlasujeme odhlasujte odhlaseni
    odhlasenie odhlasenia odhlasen odhlasena odhlaseny odhlasovat відписатися відписка отписаться отписка
    neposilat neposilej neposilejte neposielat neposielaj neposielajte neposlat neposlete nezasilat nezasilej
    nezasilejte nezasielat nezasielaj nezasielajte nepsat nepis nepiste nepisat nepisujte nevypisujte nekontaktovat
    nekontaktuj nekontaktujte nespamujte nespamuj nespamovat nemailujte nemejlujte nesmskujte neobtezujte neobtezuj
    neobtezovat neobtazujte neobtazuj neobtazovat neotravujte neotravuj neotravovat neodebirat neodebiram neodoberat
    neodoberam
    prestante prestan prestat prestanite skoncete ukoncit ukonci ukoncete ukoncite ukoncuji ukoncuju ukoncujem ukonceni
    ukoncenie zakazuji zakazuju zakazujem zakazujeme zakaz
    vyradit vyrad vyradte vyrazeni vyradenie vyradenia vyskrtnout vyskrtnete vyskrtni vyskrtnut vyskrtnite vyskrtnuti
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
    ich mochte moechte will wunsche bitte danke vielen dank mehr sie mir mich uns von ihnen aus der die das den liste
    verteiler nummer meine meinen keine weitere weiteren nachrichten werbung angebote newsletter senden schicken
    schreiben erhalten bekommen hiermit mit freundlichen grussen guten tag hallo und zu
    """
)
# Harmless beside a refusal that needs no object: "Chci se odhlásit", "Přestaňte mě otravovat"; but not "Nechci e-mail,
# chci SMS", "Nechci vás otravovat".
WISHES = _word_set(
    """
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
CONSENT = _word_set("souhlas souhlasu suhlas suhlasu consent permission einwilligung zustimmung")
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
# Replies that a person has to read even if they name a visit: the number is someone else's, or a client has left.
FOR_A_PERSON = re.compile(
    r"""
    \b(?:
        wrong\ (?:number|person) | falsche\ nummer | (?:spatn|chybn|nespravn|zl)[eya]\w{0,3}\ (?:telefonni\ |tel\ )?cisl
      | cislo\ (?:je\ |mate\ )?(?:spatn|chybn|nespravn|zle\b) | nejsem\ (?:vas[ei]?\b|zadn) | nie\ som\ (?:vas|ziadn)
      | not\ (?:your|a)\ (?:client|customer) | odhlas | neodhlas | ukoncil | gdpr | uoou
    )
    """,
    re.VERBOSE,
)
# Beside a visit they are about it where the reply names no messages: "Nemám zájem o barvení, jen stříhání".
UNINTERESTED = _word_set(
    """
    dost konec koniec nezajem nezaujem zajem zaujem interested interesse nezajima nezaujima nezajimaji interessiert
    nepotrebuji nepotrebuju nepotrebujem stacilo vypnout vypnete vypni vypnite vypnut
    """
)
# Alone or with words that are no refusal they may mean the visit as well as the messages.
DOUBTFUL = UNINTERESTED | _word_set(
    """
    ne no nie nein nope cancel end quit enough mute zrusit zruste zrusim rusim rusime neruste odvolavam zastavte
    zastavit zastav stornieren zruseni zrusenie deaktivovat deaktivujte deaktivuj deaktivace
    """
)
# Displeasure at the messages, which a visit named beside it does not excuse: "Otravujete mě každý týden".
COMPLAINT = re.compile(
    r"""
    \b(?:
        (?:za)?blokuj(?:[iu]|em|eme)\b | zablokov | spam(?:\b|uj|m|er|ov)
      | (?:uz|jiz|viac)\ nikdy | nikdy\ (?:vic|viac|uz)
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
    """,
    re.VERBOSE,
)
# The same where no visit is named beside it.
DISPLEASED = re.compile(
    r"""
    \b(?:
        nevol(?:ej|aj|at) | (?:do\ not|don\ t|dont|never)\ call\b | block(?:ed|ing)?\b | rather\ not | nepouziv
      | lose\ my | go\ away | omyl\b | uz\ staci | (?:turn|switch)\ off | (?:dej|daj)(?:te)?\ pokoj | nechte\ si
    )
    | ^odstran\w*$
    """,
    re.VERBOSE,
)
# Messages, or the client's own data. Beside them a word of refusal is not about a visit: "Nechci SMS večer".
MESSAGES_OR_DATA = re.compile(
    r"""
    \b(?:
        sms | smsk | esemes | zprav(?!i) | sprav(?:[aeouy]\w{0,3})?\b | reklam | nabid(?!nut|l) | ponuk | slev | zlav
      | akc(?:e|i|ie|iu|emi|ich)\b | upozorn | pripom | oznam | sdelen | obchodn | novink | noviniek | newsletter
      | e?mail | marketing | promo | spam | odber | odebir | odober | rozesil | kampan | databa[zs] | system
      | seznam | zoznam | evidenc | udaj | cisl[oa]\b | kontakt | psat\b | psal | psani | pisat\b | pisal
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
