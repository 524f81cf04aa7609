"""Replies as clients write them, by SMS or as the own words of an e-mail, each with its class; for `test_replies`.

Every reply is one line of a text, or an item of a list where it has characters that a text would not show.
"""

from odoo.addons.klientbox.lib.replies import OTHER, REFUSAL, UNCLEAR, VISIT

REPLIES = {
    REFUSAL: [
        *"""
STOP
Stop!
stop
-- stop
Stop.
STOP prosím
Prosím stop
STOP SMS
Stop all
STOPALL
OPTOUT
Opt out
opt-out
Opt me out
REVOKE
UNSUB
UNSUBSCRIBE
Unsubscribe me please
END
CANCEL
Quit
stopka
Odhlásit
ODHLASIT.
Prosím odhlásit
Odhlaste mě
Odhlaste mne prosím
Odhlašte ma
odhlas
Odhlásit z odběru
Odhlašuji se
Neposílejte mi to
Neposílejte mi prosím další SMS
Neposílejte nic
Už mi nic neposílejte
neposielajte mi správy
Neposielajte mi už nič
Už mi nepište
Nepište mi!
uz mi nepis
Nepiste
Nechci
Nechci to
Nechci žádné zprávy
Nechci od vás dostávat reklamní sms
Nechci dostávat obchodní sdělení
Nechcem
Nechcem dostávať správy
Nepřeji si dostávat SMS
Neprajem si dostávať ponuky
Nežádám další nabídky
Vyřaďte mě ze seznamu
Vyraďte ma z databázy
Smažte moje číslo
Vymažte mé číslo z databáze, děkuji
Smažte mě
Přestaňte mi psát
Prestaňte
Zrušte mi odběr
zrušit zasílání sms
Please stop sending
Please stop texting me
stop messages
No more texts please
Do not text me
Don't send me anything... no more
Don't contact me again
remove me from your list
Take me off your list
I do not want to receive messages
Leave me alone
Dobrý den, prosím odhlásit, děkuji
STOP 0123456789abcdef0123456789abcdef
Neotravujte
Už mě neobtěžujte
Nekontaktujte mě
Nezasílejte mi newsletter
STOP reklama
stop🙏
Stop, děkuji
Odvolávám souhlas se zasíláním
Odvolávám svůj souhlas
Tímto odvolávám souhlas se zasíláním obchodních sdělení
Souhlas odvolávám
Odvolávám souhlas se zpracováním osobních údajů za účelem zasílání obchodních sdělení
Odvolání souhlasu
Odvolávam súhlas
Odvolávam svoj súhlas so zasielaním správ
Ruším souhlas
Ruším svůj souhlas
Zrušte můj souhlas
Ruším súhlas
Beru souhlas zpět
Beru zpět svůj souhlas
Beriem späť svoj súhlas
Nemáte můj souhlas
Nemáte souhlas mi psát
Nemáte môj súhlas
K zasílání nedávám souhlas
Nedal jsem souhlas
Nedala som vám súhlas
I withdraw my consent
I revoke my consent
You do not have my consent
I never gave consent to this
I do not consent
Ich widerrufe meine Einwilligung
Widerruf
Nesouhlasím
Nesouhlasím se zasíláním
nesouhlasim se zasilanim sms
Nesouhlasím se zpracováním osobních údajů
Nesúhlasím
Nesúhlasím so zasielaním
I do not agree
zakazuji vam mi psat
Zakazuji vám posílat mi SMS
Zakazujem vám posielať mi správy
Ukončit
Ukončete zasílání
ukončit odběr
Ukončete to
Prosím o ukončení zasílání
Ukončujem odber
Zastavte to
Zastavte zasílání
zastavte to prosim
Zastavit zasílání sms
Zastaviť zasielanie
Ruším odběr
Odběr zrušte prosím
Zrušte prosím zasílání SMS
žádné sms
Žádné další sms prosím
Už žádné reklamy
žiadne sms
Žiadne správy prosím
No sms
No more spam
No marketing emails please
neodebírat
Neodoberať
Neodebírám
Prosím o vyřazení z databáze
Prosím o vyradenie z databázy
Žádám o vyřazení ze seznamu
Prosím o vymazání z databáze
Vyškrtněte mě ze seznamu
Vyškrtnite ma zo zoznamu
Zmažte moje číslo
Odstraňte mě z databáze
Odstraňte ma zo zoznamu
Delete my number
Ukončete prosím zasílání těchto zpráv
Ukončete prosím komunikaci
Prosím o zrušení odběru
Prosím, vyřaďte mé telefonní číslo z Vaší databáze, děkuji
Prosím, aby ste mi už neposielali reklamy
Přeji si, abyste mě nekontaktovali
Nechci, abyste mi psali
Odstraňte mé číslo
Přeji si odstranit z databáze
Přestaňte s těmi zprávami
Odhlašuji odběr novinek
Nechci být kontaktována
Nestojím o vaše zprávy
Please remove me from your mailing list
Take my number off your list
Could you please stop texting me
Bitte keine weiteren Nachrichten
Nespamujte
Přestaňte mě otravovat
Přestaňte s tím
Prestaňte s tým
Nechte toho
Nemám zájem o další sms
Nemám zájem o zasílání
Nemám záujem o newsletter
Nechci vaše reklamy
Nepřeji si, abyste mi psali
Žádám, abyste mi už nepsali
Chci se odhlásit
Chtěla bych se odhlásit z odběru
Můžete mě odhlásit?
Chcem sa odhlásiť
Dejte mi pokoj
Dejte mi už pokoj
Nechte mě být
Nechte mě na pokoji
Dajte mi pokoj
Nechajte ma na pokoji
S T O P
S.T.O.P.
S-T-O-P
_STOP_
S T O P prosím
ST OP
STOPP
Stooop
ST0P
STOPSMS
STOP-SMS
sotp
🛑
unsubcribe
unsuscribe
Unsubscribing
O d h l á s i t
STOP, Jana
Stop. Jana Nováková
STOP 601234567
STOP 601 234 567
STOP +420 601 234 567
Dobrý den, prosím o odhlášení. Děkuji, Nováková
Prosím odhlásit, díky Petra
I'd like to unsubscribe
I would like to opt out please
Stop spamming me
I no longer wish to receive texts
I object to receiving marketing
Bitte keine SMS mehr
Keine Werbung mehr
Keine Nachrichten bitte
Bitte abmelden
Bitte melden Sie mich ab
Ich möchte mich abmelden
Ich möchte keine Nachrichten mehr
Bitte nicht mehr schreiben
Schreiben Sie mir nicht mehr
Hören Sie auf
Lassen Sie mich in Ruhe
Newsletter abbestellen
Stopp bitte
Aufhören
STOP!!!
Stop prosím
stop sms prosim
STOPPP
Stopka
STOP 🙏
⛔ STOP
Prosím STOP
odhlásit
Odhlasit
ODHLASIT SMS
odhlasuji se z odberu
Odhlašte mě prosím
odhlaste me
Prosím o odhlášení
Žádám o odhlášení z odběru SMS
chtela bych se odhlasit z techto zprav
uz mi nepiste prosim
Nepište mi
Nepiš mi už
Už mi prosím neposílejte žádné zprávy
Neposílejte mi SMS
neposilejte mi to
Prosím neposílejte mi reklamy
nechci
Nechci vaše SMS
Nechci dostávat tyto zprávy
nechci zadne reklamy
Nepřeji si dostávat zprávy
nepreji si zadne sms
Nezájem o reklamu, odhlaste mě
Vymažte mě z databáze
vymazte me prosim
Smažte mé číslo
Smazte moje cislo prosim
prestante mi posilat sms
Zrušte zasílání SMS
zruste mi odber
Zrušit odběr
Odvolávám souhlas
odvolavam souhlas se zasilanim obchodnich sdeleni
Neobtěžujte mě
neotravujte
Ukončete zasílání zpráv
Odhlásit odběr, díky. Jana
Odhlasit. Dekuji, Novakova
Odhláste ma
Nepíšte mi
Už mi nepíšte prosím
neposielajte mi spravy
Neposielajte mi už tieto SMS
Prosím odhlásiť
Zrušte odber
Nechcem tieto správy
Vymažte ma z databázy
Prestaňte mi písať
Unsubscribe
unsubscribe me
UNSUBSCRIBE please
STOP ALL
Stop texting me
Please stop
please stop sending me messages
Stop sending these
Remove me
Remove me from your list
take me off your list
Dont text me
Do not contact me again
No more messages
no more texts please
QUIT
I want to unsubscribe
I no longer wish to receive these
unsubscibe
stp
Neposílejte mi to na tohle číslo
Stop now
Please delete my number today
Prosím o vymazání mého čísla do zítra
Nechci reklamu na barvení
Nechcem reklamu na strihanie
Zmažte moje číslo ešte dnes
Erase me from your system by Friday
nechci, prosím respektujte to, hezký večer
Nechci to, hezký večer
Nechci, hezké odpoledne
STOP, hezký večer
Odhlaste mě, hezký večer
Vymažte mě prosím, pěkný večer
Smazte me, krasne odpoledne preji
Nechci vás, odhlašte
odstrante me prosim z vaseho systemu
Nedala jsem souhlas
nemam zajem o dalsi zpravy dekuji
Zrušte to zasílání
Zrušit zprávy
Vypnout sms
vypnete mi ty zpravy
Chci zrušit odběr novinek
neotravuj
nespamuj
SToP
s-t-o-p
STOP.
"STOP"
Odpověď: STOP
Re: STOP
Stop, Petra Nováková, 602 123 456
STOP - Jana Nováková
🛑🛑🛑
Ｓｔｏｐ
S T O P S M S
Sťop
stopp
štop
Neposlat
Nezajem o sms
no sms
bez sms prosim
Zadne sms
Žádné reklamy prosím
zadny spam
prosím zádné zprávy
Dobrý večer, odhlaste mě prosím
Dobré ráno, prosím STOP
Dobré odpoledne, nechci vaše nabídky. Děkuji a hezký zbytek dne
Přeji hezký den, nechci další sms
Krásné Vánoce, prosím už nepsat
Mějte se hezky, odhlaste mě
Pekný večer prajem, odhláste ma
Have a nice day, please unsubscribe me
Please remove my number. Have a great weekend!
Stop, have a nice evening
Good morning, stop texting me
Schönen Tag noch, bitte abmelden
Nechci reklamy na masáže
Smažte mé telefonní číslo do pátku
Prosím dnes vymazat moje číslo
Delete my number by tomorrow
Remove my number from your list today please
Prosím o vymazanie môjho čísla ešte dnes
Neprajem si reklamu na masáže
nechci sms🚫
Prosím nezasílat, hezký den
Nechci nic
Smazat číslo
Vymazat z databáze do pátku
Smažte kontakt na mě ještě dnes
Zrušte mi odběr, hezký večer
Bez reklam prosím
Odeberte mě ze seznamu
Prosím odeberte moje číslo
Prosím o odebrání z databáze
Odebrat z databáze
Prosím odebrat z rozesílky
Prosím o odstranění mého čísla
Žádám o odstranění svého kontaktu
Odstranit číslo
Odstraněte mě
Nechtěla bych už od vás dostávat SMS
Nechtěl bych dostávat reklamu
Nerada bych dostávala tyto zprávy
Radši bych nedostávala SMS
Nehodlám dostávat vaše SMS
Vznáším námitku proti marketingu
Vznáším námitku proti přímému marketingu
Vznáším námitku dle čl. 21
Podávám námitku proti zpracování
Vznasim namietku proti marketingu
přeji si být vyřazena z databáze
Vyjměte mě ze seznamu
Vyndejte mě ze seznamu
Vyhoďte mě ze seznamu
Vyloučte mě z rozesílání
Nezařazujte mě do reklamních kampaní
exclude me from marketing
nomore sms
Neželám si SMS
Neželám si správy
neposiľajte
Vyhoďte ma zo zoznamu
Bitte nehmen Sie mich aus dem Verteiler
Entfernen Sie mich
Bitte entfernen Sie meine Nummer
Bitte nichts mehr senden
Ich will das nicht mehr
Ich bestelle ab
neposilajte
Žádost o odhlášení
Odeberte mne prosím z vašeho seznamu
odeberte me z databaze
Odebrat mě
Prosím odeberte můj kontakt
Prosím odeberte mou adresu
Odoberte ma zo zoznamu
Odoberte moje číslo
Prosím o odobratie zo zoznamu
Odstraňte ma z databázy
odstranit me z databaze
odstranit ze seznamu
Prosím o odstránenie z databázy
Odstraňte moje telefonní číslo
Žádám o odstranění z evidence
Vyjměte moje číslo z databáze
vyjmete me prosim z rozesilky
Vyndejte moje číslo ze systému
vyndat ze seznamu prosim
Vyhoďte moje číslo
vyhodte me z databaze
Vyhoď mě ze seznamu
Vylúčte ma zo zoznamu
vyloucit z rozesilani
Prosím o vyloučení z databáze
Nechtěla bych dostávat SMS
nechtela bych dostavat vase zpravy
Nechtěli bychom dostávat reklamy
Nechcela by som dostávať správy
nechcel by som dostavat sms
Nepřála bych si další zprávy
Nerad bych dostával reklamu
nerada bych dalsi sms
Raději bych nedostával maily
radeji bych uz nedostavala zpravy
Chtěla bych už nedostávat SMS
Ať už nedostávám reklamy
Prosím, ať mi nechodí SMS
at mi uz nechodi maily
Nemíním dostávat reklamu
nehodlam dostavat zpravy
Nemienim dostávať správy
Neželáme si reklamu
nezelam si dostavat sms
Vznáším námitku
vznasim namitku proti zasilani
Vznáším námitku proti zpracování osobních údajů
Vznáším námitku proti zpracování dle čl. 21 GDPR
Podávám námitku proti přímému marketingu
podavam namitku
Podávam námietku proti spracovaniu
Uplatňuji námitku
Chci být vyřazen ze seznamu
Chci být vymazána z databáze
chci byt smazana
Přeji si být odstraněna ze seznamu
Chcem byť vymazaný z databázy
I want to be removed from your list
Nezařazujte mě do rozesílky
nezarazujte me do marketingu
Nezaraďujte ma do kampaní
ať mi neposíláte reklamy
exclude me
Please exclude me from your list
exclude my number
Could this number be deleted
no more
nomore messages
neposielejte
neposilejte
odhlaste
zakazuji
Entfernt mich
Entfernen Sie meine Nummer aus dem Verteiler
Ich möchte entfernt werden
Ich möchte aus der Liste gelöscht werden
Nehmt mich aus dem Verteiler
Nehmen Sie mich von der Liste
Bitte nichts mehr schicken
Nichts mehr schreiben
Ich möchte das nicht mehr
Ich will keine SMS mehr
Ich bestelle den Newsletter ab
bestellen Sie mich ab
No, stop
Nechci, STOP
nechci sms, odhlasit
Nechci. Stop.
Můžete mi přestat psát?
Mohli byste mi už nepsat?
Dejte mě pryč z databáze
Dejte mě pryč ze seznamu
dejte me pryc
Sundejte mě ze seznamu
Vypusťte mě z rozesílky
Vyjmout z evidence
Prosím vyjmout mé číslo
Žádám o výmaz z databáze
Prosím o výmaz čísla
Neposílat reklamu
Neposílat!
už nic neposílat
Tohle mi neposílejte
Nepřeju si to
Nestojím o to
Děkuji, nechci
Více mi nepište
Neoslovujte mě
Neinformujte mě
Nevyhledávejte mě
Nezvěte mě
Zakazuji zpracování mých údajů
Nedovoluji vám mi psát
Nepovoluji zasílání
Nedávám svolení
Nemáte svolení
Nemáte povolení mi psát
Odmítám vaše zprávy
Odmítám další SMS
Odmítám reklamu
Odhlasujem sa
Moje číslo vymazat
Cislo vymazat prosim
Prestaňte ma otravovať
Nepíšte mi už
Už mi neposielajte správy
Odmietam vaše správy
Neposielať
nechcem od vas nic
Dajte ma preč zo zoznamu
Vymažte si ma
Please unsubscribe
Please take me off
Take me off
get me off this list
I'd like to be taken off your list
Don't bother me
Don't message
do not message this number
Never text me
I refuse your messages
I do not want this
Please discontinue
discontinue messages
refrain from contacting me
Opt-out please
optout all
revoking consent
Kein Werbung
Bitte löschen Sie mich
Ich widerspreche
Hiermit widerspreche ich
Nicht mehr anschreiben
Bitte Abmeldung
Keinen Newsletter
ODHLÁŠENÍ
odhlásení
odhlašuju
Odhlas ma
Odhlaš mě
nepiš
nepište!!
nechci to dostávat
Nechci nic dostavat
Neobtěžujte
""".strip().splitlines(),
        "S\u034fTOP",
        "STOP\ufe0f",
        "\u200bST\ufe0fOP\u20e3",
        "ST\x08OP",
        "STOP\nprosím",
        " stop prosím",
        "Dobrý den,\nprosím už mi neposílejte maily.\nS pozdravem\nJana Nováková",
        "STOP\n\nJana Nováková\ntel. 601 234 567",
        "S\u0422OP",
        "ST\u041eP",
        "S\u03a4\u039fP",
        "\u0405\u0422\u041e\u0420",
        "\u0421\u0442\u043e\u043f",
        "stop\nOdesláno z iPhone",
    ],
    VISIT: [
        *"""
Přijdu v pátek
Objednejte mě prosím na zítra
Můžu ve 14:30?
Ve 14 mi to vyhovuje
Děkuji, přijdu
Termín mi nevyhovuje, jde to přesunout?
Nechci v pondělí, raději v úterý
Nechci melír, jen ostříhat
Nemůžu přijít, zrušte mi termín
Zrušte prosím objednávku na 3. 12.
Kdy máte volno?
Pridem v stredu
Objednajte ma na zajtra
Môžem prísť o 10?
Can I book for Friday?
I would like an appointment
Cancel my appointment please
Is 15:00 free tomorrow?
Dorazím později
Zpozdím se, dorazím v 16
Prosím o změnu termínu
Chtěla bych barvu a střih
Chci se objednat
Přeložte mi to na příští týden
Nepřijdu, jsem nemocná
Mám čas až za měsíc
See you tomorrow
I'll be late
Stavím se odpoledne
Potrebujem preložiť termín
Zruším páteční termín
Ruším páteční termín
Nesouhlasím s tím časem, radši ve 14
Nesúhlasím s časom, radšej v utorok o 15
Zastavím se v pátek
Zastavím se
Zastavíme se s mámou
Zastavila bych se v úterý
Máte zlý čas, radši ve 14
Stavím se
Můžu se zastavit?
Zastavím sa zajtra
Souhlasím s termínem
Súhlasím s termínom
Zastavte mi prosím termín na sobotu
Zablokujte mi termín v pátek
Odstraňte mi prosím gel v pátek
Vymažte mi rezervaci
Můžu přijít na odstranění gelových nehtů?
I'll stop by on Friday
Souhlas, přijdu v pátek
Žádný termín mi nevyhovuje
Přijdu v úterý v 10
Ano, přijdu
Dorazím
prijdu zitra
Nemůžu přijít, prosím zrušte termín
Zrušte mi prosím rezervaci
Prosím zrušit objednávku na pátek
rusim termin
Nechci ten termín v 8 ráno
Nestihnu to, přijedu o 10 minut později
Budu mít zpoždění
Lze přeobjednat na příští týden?
Chtěla bych objednat na barvení
Máte volno ve čtvrtek?
kolik stoji melir?
Objednejte mě na 15.12. v 9:00
Můžu dnes v 17?
mohu v so
Jaké máte volné termíny?
Přesuňte prosím můj termín
nepridu, som chorá
Prídem v piatok
Zrušte termín prosím
Môžem prísť zajtra?
Can I come tomorrow at 3?
Please cancel my appointment
cancel my booking on Friday
I need to reschedule
Stop by at 5?
Ill be there
Running late 10 min
Nepotřebuji střih, jen foukanou
Nechci barvu, jen střih
nevim jestli stihnu
Omlouvám se, nedorazím
Smažte mi prosím tu rezervaci
Vymažte můj termín 5.12.
nechci rusit termin, jen posunout
Neobjednávejte mě k Janě
Prosím nevolejte, přijdu sama v 10
Ok, ve středu
9.30 je super
V 9
rano v 8
tak ve ctvrtek
Ano 14:00
zavolejte mi ohledne terminu
nechci zitra
Ne nechci nic měnit, platí termín
Nechci přijít pozdě, kde parkovat
Stop by tomorrow
Smažte barvení, nechám jen střih
nepotřebuji barvu
prosím nevolejte mi během dopoledne
end at 3?
Konečně! přijdu
opt for a haircut
Nesouhlasím s termínem
Zrušte mi prosím termín zítra
Nechci barvení, jen stříhání
Nemohu dnes přijít
Nechci v pátek, pošlete mi jiný termín
Nechci v pátek, napište mi jiný termín
Nechci ten termín, hezký večer
Nechci melír, hezký den
Nechci přijít v pátek. Hezký víkend!
Smažte mi termín v pátek, děkuji, hezký den
Smažte mě prosím z termínu v pátek
Vymažte mě z páteční rezervace
Vymažte mě ze zítřejšího termínu, přijdu jindy
Remove me from the appointment on Friday
Delete my appointment on Friday
Delete my booking please
Please remove my booking tomorrow
I don't want the 5pm slot, 6pm is better
I don't want a haircut, just colour
I do not want to come on Friday
Nechcem v pondelok, radšej v utorok
Nechcem farbenie, iba strihanie
Zrušte mi prosím termín zajtra
Nemôžem dnes prísť
Ich möchte keinen Termin am Montag
Löschen Sie bitte meinen Termin
Nemám zájem o barvení, jen střih
Nemám zájem o termín v pátek
Nepotřebuji melír, jen střih
Dost pozdě, přijdu v pátek
Konec týdne mi vyhovuje
Nope, see you Friday
Nevolejte v pátek, přijdu sama
To je omyl, termín mám v sobotu
Už stačí, přijdu v pátek
Dobrý den, mohu přijít v 9?
Dobrý večer, máte volno v pátek?
Zrušte to, prosím, přijdu jindy
Smažte prosím mou objednávku
Nesouhlasím s termínem v pátek
Nechci Janu v pátek, chci Petru
Nechci platit předem, přijdu v pátek
Nechci rušit termín v pátek
Bez barvení, jen střih v pátek
Bez termínu přijdu v pátek?
Smažte mi objednávku na barvu
Nechci čekat, přijdu v 10
Nechci gel lak, jen manikúru
Vypněte mi prosím ten termín
Nechci to zítra, ale v pátek
Nechci nic jiného než střih v pátek
Nechci už melír, jen barvu
Prosím smažte ten termín, hezký den přeji
Zruším termín, mějte se hezky
Ne, dnes nemohu
Ne, v pátek
Nemám námitky, v pátek přijdu
Nejsem si jistá, jestli v pátek stihnu
Nejsem v pátek doma, jde to v sobotu?
Nejsem hotová, přijdu v 10
Nejsem zdravá, zítra nepřijdu
Neznám vaši adresu, kam mám v pátek přijít?
Odeberte mě z termínu v pátek
Vyhoďte mě z pátečního termínu
Odstraňte mě prosím z rezervace na pátek
Můžu v pátek vyrazit dřív?
Můžete to Janě vyřídit, že přijdu v 9?
V kolik v pátek skončíme?
Po skončení práce přijdu v 17
Přijdu bez ohlášení v pátek
Nechtěla bych v pondělí, radši v úterý
Nerada bych přišla v pátek pozdě
Radši bych v sobotu v 9
Nechtěl bych melír, jen střih
Raději bych termín v úterý
Nemám zájem o melír, jen střih v pátek
Nezajímá mě melír, jen střih
Nepotřebuji barvení, v pátek jen střih
Don't delete my booking on Friday
Do not cancel my appointment
Don't stop by tomorrow, I am away
Nechci zrušit termín v pátek
Nechci zrušit barvení
Nechcem zrušiť termín, len posunúť
Nechcela by som v piatok, radšej v sobotu
Souhlas, v pátek přijdu
Is 10 minutes enough before my appointment?
Kann ich am Freitag um 10:00?
Neposílali jste potvrzení termínu
Neposílám zálohu, zaplatím v pátek
Nikdo mě nekontaktoval ohledně termínu
Napište mi termín prosím
Přijde Jana, nejsem to já, v pátek v 10
Ten čas mi nevyhovuje, nechte si volno v 11
Odmítám termín v pátek, radši v sobotu
Končím v práci v 16, přijdu v 17
Vypusťte mě z pátečního termínu
Sundejte mi prosím gel v pátek
Dejte mě na pátek
I don't need a haircut, just colour on Friday
Zablokujte mi sobotu v 9
""".strip().splitlines(),
    ],
    OTHER: [
        *"""
Ano
Děkuji
Díky moc
👍
ok
OK díky
Kdo jste?
Jaká je cena?
Super
Ďakujem
Thanks!
Who is this?
Yes please
Zavolejte mi
Jasně
Kde vás najdu?
Pozdravujte Evu
Mám se dobře
?
...
Přeji hezký den
Kolik stojí dárkový poukaz?
Ano souhlasím
Souhlasím
Souhlas
Súhlasím
Máte můj souhlas
I consent
I agree
Bylo to ve spamu, teď čtu
Nepísali ste mi
Neposílali jste mi sms
Chci, abyste mi psali
Beru to, souhlas
Chci odstranit gel lak
Mám blokádu zad
Zablokujte mi to
I'm driving with Do Not Disturb turned on
Jsem Jana Nováková
Petra
Díky moc!
Ok
OK
Super, děkujeme
ano
Jo
dobry den
Hezký den
Také přeji hezké svátky
Jste skvělí
Thank you
😊
Parkuje se u vás?
Jaká je adresa?
Máte otevřeno o Vánocích?
Berete karty?
Vďaka
Nepřestávejte mi psát
Chci se přihlásit k odběru
Je ten hezký pátek volný?
Hezký večer
Dobrý večer
Napište mi prosím
Nedostala jsem SMS
Nedostávám vaše zprávy
Neposílali jste mi nic
Nic mi neposíláte
Proč mi nepíšete?
Nezapomeňte na mě
Chci odebírat novinky
Nepřestávejte psát
Bez námitek
Nemám námitek
Mohla by být odstraněna?
Nemám námitky
Jsem Petr
Nejsem si jistá
Nejsem doma
Nejsem hotová
Don't forget me
Chci odstranit gel
Vyhodila jsem poukaz
Jste nejlepší, nic neměňte
Neobtěžujete mě
Neruší mě to
Nevadí
Nic se neděje
Nedá se nic dělat
Neposlala jsem zálohu
Nemažte mě prosím
Můžete sundat gel lak?
Mám to za sebou
Dejte mi vědět
Dáte mi svátek jako dárek?
Jaké máte povolení k parkování?
Odmítnout se to nedá, jste skvělí
""".strip().splitlines(),
        "❤\ufe0f",
    ],
    UNCLEAR: [
        *"""
Ne
Ne, děkuji
Ne díky
Nie
No
No thanks
Nemám zájem
Nemám záujem
Not interested
Zrušit
Konec
Dost
Stop, přijdu až v pátek
Stop už máte krásné ceny moc drahé
Odhlásit z termínu v pátek
Nepřijdu a nepište mi
Neposílejte mi to tak pozdě večer
Nepište mi v neděli
Proč mi pořád píšete? Stop
Unsubscribe from what exactly is this about?
Odhlaste mě, ale termín v úterý platí
Já vám nic neplatím, už mi nepište, jinak vás nahlásím na úřadě
Už nikdy
Nikdy víc
Never again
Nevolejte mi
Nevolajte mi
Don't call me
Don't call me, text me
Nepište mi, volejte
Blokuji vás
Zablokovala jsem si vás
Blokujem vás
I will block you
This is spam
Spam
To je spam
Obtěžujete mě
Otravujete
Delete my data
Smažte moje osobní údaje
Vymažte moje údaje
Löschen Sie meine Daten
Jaké mé osobní údaje máte?
Budu si stěžovat, stížnost podám na ÚOOÚ
Wrong number
Špatné číslo, nejsem Jana
Špatné číslo, žádný termín nemám
Máte špatné číslo, jsem Petr
Zlé číslo
Máte zlé číslo
Falsche Nummer
To bude omyl
Nejsem vaše klientka
Píšete mi bez souhlasu
Ukončila jsem barvení jinde
Už jsem se odhlásila
Odvolávám
Ruším
Zastavit
Odstranit
Nein danke
Kein Interesse
STOP Salon Jana
Ukončete barvení dřív, musím odejít v 15:00
Stop, počkejte
S tím nesouhlasím
Nesouhlasím s cenou
Nechci Petra
Nechci e-mail, chci SMS
Nechci se odhlásit
Nechci vás obtěžovat
Can you remove it?
Can it be removed?
Could it please be removed
Can I be removed
Může být smazána
Kann das entfernt werden
Prosím o zrušení
Nepotřebuji
Nepoužívejte moje číslo
Lose my number
Přestaňte mi volat
Stop sms prosím, nepřijdu
I didn't ask for this
I'd rather not receive these
I never signed up for this
Nechci být odhlášená
I don't want to unsubscribe
Please don't stop sending
Nerušte mi to
Cancel please, thanks for the text
Zrušit, děkuji
No, email me please
Kdo jste? Už mi nepište!
STOP, nebo vás nahlásím na ÚOOÚ
Máte špatné číslo, nepište mi
Tohle číslo už nepatří Janě, prosím odhlaste
Proč mi to píšete? nechci to
Nechci to!!! kolikrát to mám psát
Zablokuji si vás
nezájem
dík, nezájem
NE
ne diky
konec
dost
Už dost
no
not interested
nemam zajem o vase sluzby
Už k vám nechodím, odhlaste mě
Přestěhovala jsem se, už mi nepište
Už jste mi psali včera, stop
Nechci SMS, jen e-maily
Stačí e-mail, SMS neposílejte
Jsem na dovolené, nepište mi
pls no
wrong number
To je omyl, neznám vás
Odhlaste i moji dceru
omylem jsem se odhlásila, chci dál dostávat
Kdy mě konečně odhlásíte? Píšu to potřetí
👎
✋
🚫
nechte si to
jdete do haje
Tohle je spam
spam
Zrušte můj účet
zruste registraci
vymazte moje udaje dle gdpr
GDPR výmaz
stop moc drahe
Nie, ďakujem
STOP - rezervaci zrušit
Odhlásit z termínu i ze zpráv
Nechci k Petře, chci k Ivaně
Odhlaste mě z termínu v pátek
Odhlaste mě prosím z zítřejší rezervace
Stop, přijdu až v 11 místo 10
Nepište mě na osmou, ale na devátou
Nechci, abyste mi v sobotu psali
Nechci vaše zprávy každý týden
Nechci už žádné termíny ani zprávy
Nechci SMS večer
Vymažte mě, chodím na barvu jinam
Smažte mě z databáze, už chodím ke kadeřníkovi jinam
Nepřeji si, abyste mi psali večer
Nechci dostávat vaše akce každý měsíc
Remove me, I go to another salon for my haircut
Delete my data today
Smažte mé údaje ještě dnes
vymazte me prosim jeste dnes
Nechci tyhle zprávy, mám termín jinde
Nesouhlasím, ať mi píšete dnes
Nesouhlasím se zasíláním reklamy v neděli
Nechci nabídky na manikúru
Nežádám další termíny, vymažte mě
Nestojím o vaše akce na melír
Nemám zájem o vaše termíny a zprávy
Nechci od vás žádné SMS, objednám se sama
Nechci SMS. Objednám se sama, až budu potřebovat.
Nechci žádné zprávy o volných termínech
Nechci upozornění na termíny
Nechci připomínky termínů
Please remove me, I moved away and cannot come anymore
I dont want these texts every week
I do not want any messages about appointments
Nechcem správy o termínoch
Vymažte ma, chodím na strih inam
Nesúhlasím so správami v nedeľu
Nechci aby jste mi psali kdy mám přijít
nechci psát každý týden
Nechci. Přijdu, až budu chtít.
smazte cislo, patri uz nekomu jinemu od pondeli
Už nic nechci, přijdu sama
Nechci už chodit ani dostávat SMS
Neposílejte mi prosím SMS každou středu
stop sms o terminech
Nepřeji si být objednávána ani kontaktována
Jděte mi z telefonu
nepište sem, tohle je číslo mé dcery
Zablokovala jsem si vas
Prosím, stačí, nepište
Stačilo
Dost bylo sms
uz staci
Kdo vam dal moje cislo
Vypněte to
Deaktivovat
zrušte upozornění
Jak se odhlásím?
jak mam zrusit tyhle sms
Kde se dá odhlásit?
How do I unsubscribe?
Turn off
mute
Enough
enough already
Shut up
Nope
Go away
Bugger off
naser si
polib si
di nekam
Dej pokoj
STOP 12345
ne sms
SMS NE
Prosím zrušit
Prosim o zruseni
Smažte to prosím
Nechci tam jít
Nechci Janu
Nechci to takhle krátké
Prosím zrušte to
zrusit prosim
Zrušte
Nechci nic měnit
Nechci rušit
I dont want to cancel
Dont cancel
Please dont stop sending reminders
Prosím neodhlašujte mě
Odhlásila jsem se omylem
Nechci se odhlásit, chci termín
vyřaďte prosím z účtu masáž
nechci foukanou
Nechci dekuji, uz jsem objednana
Nechci, už jsem objednaná na pátek
Nechci už blond, chci hnědou
Ukončete to do 17 prosím
Prosím nepište mi přezdívkou Janička
Odhlaste Janu z páteční masáže
odhlaste druhou osobu
Delete the 5pm one
remove the colour
stop at 5pm is ok?
I quit smoking
Konec roku mi vyhovuje
nesouhlasím, bylo to 500
I disagree with the price
Hezký víkend, ale už mi nic neposílejte
Hezké svátky, ale zprávy nechci
Nepřeji si newsletter ani jiné nabídky, mějte se krásně
Nechci vaše reklamy ve všední den dopoledne
Nechci, abyste mi volali a psali každý měsíc
Nepřeji si vaše sms o volných hodinách
Dost těch zpráv každý týden
Nemám zájem, přijdu sama
Nezájem, chodím jinam na vlasy a termín mám
Otravujete mě každý týden
Tohle je spam, každý týden totéž
Proč mi píšete každý týden?
Nahlásím vás ještě dnes
Píšete mi každý den, přestaňte
Zprávy každý týden už nechci
Smažte si mě prosím do pátku
Prosím o smazání mých údajů do konce týdne
Vymažte moje číslo, termín nechci
Remove me today
I dont want any offers for haircuts
No texts about appointments please
Please take me off the list for next week
Stop texting me every Monday
I don't want messages on weekends
Not interested in your weekly texts
You text me every week, not interested
I never asked for weekly texts
Löschen Sie meine Nummer noch heute
Ich möchte keine Werbung am Wochenende
Keine Nachrichten am Montag
Nechcem vaše ponuky každý týždeň
Nemám záujem o vaše správy každý mesiac
Nesúhlasím, aby ste mi písali v nedeľu
Vypnite mi tie správy
Vypněte mi upozornění na termíny
zrušte mi prosím sms každý týden
nechci dostavat zpravy vecer
nechci vas newsletter kazdy mesic
nechci byt ve vasi databazi od zitra
uz me dnes neotravujte
nechci uz vase termíny posílat
👎 vaše reklamy
🚫🚫🚫
❌ sms
Nic nechci, přijdu až v lednu
Nechci nic takového dostávat dnes ani zítra
Nechci vaše SMS, termín si objednám sama
Žádné nabídky na barvení prosím
Nechci zprávy ohledně termínů ani akcí
Prosím, neposílejte mi nabídky volných termínů
odkud mate muj kontakt, smazte ho
Kde jste vzali moje číslo?
Who gave you my number?
Where did you get my number
Vaše číslo blokuji od dnešního večera
Tyhle zprávy mi dnes přišly potřetí, dost!
Přestaňte mi psát každé pondělí
Nechci abyste mne kontaktovali ohledně návštěvy
Nechci už k vám chodit, smažte mě
Nechci k vám chodit ani dostávat zprávy, mám kadeřnici
Nechci být objednaná ani obtěžovaná
Nesouhlasím s tím, abyste mi psali každý týden
Odhlašuji se z pátečního termínu
Smažte to
Vymazat
Delete it
Remove it please
Delete
Smazat prosím
Odkud máte moje číslo?
Namietam
Uplatňuji právo být zapomenut
right to be forgotten
Už jsem vám psala, ať mi nepíšete
Toto je nevyžádané obchodní sdělení
Zapomeňte moje číslo
Nerušit prosím
do not disturb
Lose this number
Schluss damit
nepoislejte
neposilete mi sms
nepise mi
ohlaste mě
Odvolávám souhlas, termín v úterý platí
Dobrý den, odvolávám souhlas. Termín v úterý platí.
Nevolejte mi a nechte si to. Přijdu v pátek
mám toho dost, přijdu v pátek
nezajímá mě to každý týden
nemám zájem od příštího týdne
Nepotřebuji upomínky, objednám se sama
Nejsem Jana
Toto číslo už nepatří Janě
Číslo už patří někomu jinému
This is not her number
Neznám vás
Já jsem nikdy u vás nebyla
Paní Nováková zemřela
she passed away
Nejsem klient
Už u vás nejsem klientka
Do not unsubscribe me please
Do not remove me from the list
do not stop sending
I don't want to stop receiving messages
No, do not delete my number
do not delete me
Nechci zrušit zasílání
Nechci odvolat souhlas
nechci vaše zprávy přestat dostávat
Nechci STOP
STOP?
I do not object
Remove me from Friday list
Odeberte moji e-mailovou adresu
Prosím odstraňte můj e-mail
Namítám proti zasílání
Uplatňuji právo na výmaz
pravo byt zapomenut
Uplatňujem právo na zabudnutie
I exercise my right to be forgotten
I want my right to erasure
Recht auf Vergessenwerden
Prajem si byť vyradená
please be so kind and remove this number
Už jsem psal, ať mi nepíšete
rikala jsem at mi nepisete
Hovorila som, nech mi nepíšete
Nevyžádaná reklama
nevyzadane sdeleni nahlasim
Nevyžiadaná správa
Unsolicited message
Zapomeňte na moje číslo
zapomente me cislo
Zabudnite moje číslo
Forget my number
Nerušit
nerusit
Please do not disturb
Do not disturb me
don't disturb
Lose the number
neposiljte
nepoosilejte mi sms
neposilejtw
nepistee
nepistr mi
nekontakujte me
nekontatkujte mne
odhlsit
odhlasti
Odlhasit
odhlaaste
neobtezujet
prestantr
ukonctee
vyrdte me
abmleden
Bitte entfernen
Schluss jetzt
Es reicht
Odvolávám souhlas, přijdu v pátek
Beru zpět souhlas, uvidíme se v úterý
I withdraw my consent, see you on Friday
Nemáte můj souhlas, termín v pátek platí
Odvolávam súhlas, termín v utorok platí
Nevolejte mi a nechte si to, přijdu v pátek
Nechte si ty vaše akce na barvení
Mám toho dost, přijdu v sobotu
mam uz toho dost kazdy tyden
Mám vás dost, termín rušit nebudu
Nezajímá mě to, objednám se sama
nezajima me to v patek
Nemám zájem od pondělí
Nemám zájem, uvidíme se v pátek
Nezájem, termín mám v úterý
Nepotřebuji připomínky, termín si pamatuji
Nepotřebuji upomínky na termíny
nepotrebuji to kazdy tyden
Nemám o to zájem, přijdu v pátek
Go away, see you on Friday
Lose my number, I won't come on Friday
Vznáším námitku, termín v pátek platí
neposilajte mi nic v patek
Odeberte mě ze seznamu, přijdu sama v pátek
Not interested, see you Friday
Kein Interesse, bis Freitag um 10:00
Nejsem Petr
nejsem Novakova
Nejsem paní Nováková
Nejsem zákaznice
Nejsem žádná Jana
Nie som Jana
Nie som klientka
Už nie som vaša zákazníčka
Nejsem to já, nejsem klientka salonu
Toto číslo nepatří paní Novákové
Číslo patří mé dceři
Cislo uz patri nekomu jinemu
Toto číslo už má někdo jiný
Číslo už patrí niekomu inému
To není Jana
Tady není Jana
tady neni Novakova
Spletli jste si číslo
Spletla jste si osobu
I am not Jana
This is not Jana
This isn't her phone
Not my number
not his phone number
This number belongs to someone else
number no longer belongs to Jana
I don't know you
I'm not a customer
I am no longer your client
Ich bin nicht Jana
Ich bin nicht Ihr Kunde
Ich kenne Sie nicht
neznam vas
Vás neznám
Nepoznám vás
Nikdy jsem u vás nebyla
U vás jsem nikdy nebyl
Nebyla jsem u vás nikdy
nikdy som u vas nebola
I have never been to your salon
Never been there
Maminka zemřela
manzelka zemrela
Paní Nováková je po smrti
Mama zomrela
Jana zesnula
Paní Nová skonala
She died last month
my wife is dead
Frau Nova ist verstorben
Meine Frau ist gestorben
Už k vám nechodím
Už nechodím k vám
Chodím teď jinam, už nejsem klientka
už chodím jinam
Do not remove me
Please don't delete me
don't unsubscribe me
Do not opt me out
please do not stop
Don't delete my number please
I don't want to opt out
I did not mean to unsubscribe
I didn't want to stop the messages
No need to unsubscribe me
I don't want to be removed
I do not wish to be unsubscribed
I would not like to unsubscribe
never unsubscribe me
Nechci ukončit odběr
Nechci zrušit odběr
nechci zrusit zasilani sms
Nechci zrušit souhlas
nechci odvolavat souhlas
Nechci se vyřadit
Nechci být vyřazena
Nechci odebrat ze seznamu
Nechci přestat dostávat zprávy
Nechtěla jsem se odhlásit
nechtel jsem stop
Nechci napsat stop
Nepřeji si ukončit zasílání
Nechcem zrušiť odber
Nechcem sa odhlásiť
Nechcem prestať dostávať správy
Nehodlám se odhlásit
Stop?
stop ?
Odhlásit?
Unsubscribe?
STOP SMS?
Odhlásit SMS?
Remove me from Monday's list
Remove me from the list for Friday
Vymažte mě ze seznamu na zítra
Smažte mě ze seznamu na dnes
Zmažte ma zo zoznamu na zajtra
remove me from today's list
Nevolejte mi a nechte si to
Nevolejte mi a nechte si to, přijdu v úterý
mám toho dost, termín v úterý platí
Odhlásíte mě?
Stop prosím?
Nejsem Jana, termín v pátek není můj
Toto číslo už nepatří Janě, v pátek nepřijde
Paní Nováková zemřela, termín v úterý zrušte
No objections
Už mě neotravujte s reklamou a smažte si mě
Můžete mě vyndat z toho seznamu?
Žádám výmaz
Žádám o výmaz
Nepřeji si být ve vaší databázi
nechci byt ve vasem seznamu
Nechci figurovat v databázi
Nemám zájem být v databázi
Zrušte moji registraci k odběru
Zrušte mě
Zrušte můj odběr
už ne sms
už žádné
Nemám o to zájem
Nemam zajem o zadne akce
Nezajímá mě to
nezajima me vase nabidka
Netoužím po vašich SMS
Nepotřebuju vaše SMS
Nepotřebuji to
Obejdu se bez vašich zpráv
Díky, ale ne
Nadále mi nepište
Nadále si nepřeji být kontaktována
Prosím nadále neoslovovat
Přestaňte mne informovat
Končím s vámi
Končím
S vámi jsem skončila
Zakazuji používat mé číslo
odmitam
Ruším členství v klubu
Nechci být členkou
Zablokujte mě
Blokněte mě
Dám vás do spamu
Dávám vás do blokovaných
Tohle číslo nepoužívejte
Žiadam o výmaz
Žiadam o vymazanie
Nesúhlasím s tým
Please no
quit texting me
quit it
cut it out
knock it off
I am done with this
I refuse
I decline
Not wanted
unwanted
unwelcome messages
I don't need this
I don't need your texts
I have had enough
Kindly refrain from texting me
keine Mails mehr
Bitte löschen
Ich widerspreche der Nutzung meiner Daten
Unterlassen Sie das
Ich brauche das nicht
Verschonen Sie mich
Hört auf damit
Ich habe kein Interesse
Ich will nicht
Nein
neposilejtemi nic
uzminepiste
Odhlašování
Odhlášeno
odhlast
odhlasite me prosim
Dejte mi svátek
Nechte si své akce
Běžte někam
Už toho mám dost
Mám vás plné zuby
Lezete mi na nervy
Neser mě
Jsem v registru Robinson
Nevolat, nepsat
Nevolat
Bez smsek
Nejsem cílová skupina
Nejsem zájemce
Nejsem to já
Omyl
Omyl v čísle
To není moje objednávka
Já nejsem žádná klientka
Telefon patří mému muži
tohle je služební telefon, nepsat
Číslo jsem dostala nedávno
mám nové číslo, tohle je přidělené
Tohle číslo mám nově, předchozí majitelka nebyla já
I just got this number
new owner of this number
Jana no longer uses this number
She is dead
Manžel zemřel
nežije
Jana už nežije
Paní Nová už není mezi námi
""".strip().splitlines(),
    ],
}
