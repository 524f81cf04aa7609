"""Given names that clients of a salon in Czechia have: they show which word of a whole name is the given one.

Names of Czechs and Slovaks with their short forms, of neighbours, migrants and tourists. Given names that more people
have as a family name ("Urban", "Havel") are left out.
"""

from __future__ import annotations

from .text import fold, listing

# Folded.
_WOMEN = listing(
    """
    abigail adela adelaide adelka adina adriana agata agnes agnesa agnieszka aisha aleksandra alena alenka
    alessandra alexa alexandra alexandrina alexia alexis alica alice alicia alina alisa alison allison alma
    alyssa alzbeta amalia amalie amanda amelia amelie amy ana anais anastazia anastazie andela andelka andrea
    andreea aneta anetka anezka angela angelika angelina angie anica anicka anika anita anja anke ann anna
    annamarie anne annie annika antje antonia antonie apolena april arina arleta ashley astrid audrey augusta
    aurelie ava bara barbara barbora barbra barka baruska bea beata beatrice beatrix bela bella berenika
    bernadette berta beth bettina betty bianka birgit blanka blazena bohdana bohumila bohuslava bozena bozenka
    bozhena bozka branislava brenda bridget brigita britta bronislava camila camilla carina carla carmen carol
    carolina caroline carolyn carrie cassandra catherine cathy cecilia cecilie celia charlotte chiara chloe
    christa christiane christina christine cindy clara claudia colleen conchita cornelia cristina ctirada
    cynthia dagmar dagmara daisy dana daniela danielle danka danuse danuska daria darina darja darka darya dasa
    debora deborah debra delia denda denisa denise desiree diana dita dobromila dobroslava dolores dominika
    donna dora doris dorota dorothea dorothy doubravka drahomira drahoslava drahuse dusana edita edith edyta
    eileen ela elaine eleanor elen elena eleonora elis elisabeth elise eliska elizabeth elke ella ellen ellie
    elsa elsbeth elvira elzbieta ema emilia emilie emilka emily emma erica erika erin ester estera esther etela
    ethel eugenia eugenie eva evangelina evelina evelyn evicka evka evzenie ewa fatima federica felicia filipa
    filomena fiona flora florence florentyna frantiska franziska frida gabika gabina gabka gabriela gabriele
    gabriella gail galina gemma georgia gerda gertruda gita giulia gizela gloria grace grazyna greta gudrun
    halina hana hanicka hanka hanna hannah hannelore harriet hayley hazel heather hedvika heidi heike helen
    helena helene helenka helga hellen henrieta hermina hilda hortenzie ida ilona ilse ines inga inge ingeborg
    ingrid inka inna irena irene irenka irina irma iryna isabel isabela isabella isabelle iva ivana ivanka iveta
    ivona izabela izolda jacqueline jadwiga jamie jana jane janet janice janicka janina janka jarka jarmila
    jarmilka jaroslava jasmin jasmina jasmine jasna jean jeanette jennifer jenny jenovefa jessica jill jindra
    jindriska jirina jirinka jitka jitulka jitusa joan joanna joanne jocelyn johana jolana jolanda jolanta
    jolene josefa josefina josephine joyce juanita judita judith judy julia juliana julianne julie juliet
    julinka julka justina justyna jutta kaca kacka kaja kamca kamila kamilka karen karin karina karla karolina
    kasia katarina katarzyna kate katerina katerinka kateryna katharina katherine kathleen kathryn katia katie
    katja katka katrin kayla kelly kerstin khrystyna kim kimberly kinga kirsten klara klarka klaudia klaudie
    kornelie krista kristen kristin kristina kristyna kristynka krystyna ksenia kveta kvetoslava kvetuse
    kvetuska lada ladislava lara larisa larysa laura lauren laurie lea leah leila lenicka lenka lenora leona
    leontyna leslie lesya libena liboslava libuse libuska lida lidie lidka lidmila lieselotte lila lilian
    liliana lilli lillian lilly lily linda lisa liudmila livia livie liza ljuba ljubov lois lolita lorena lori
    lorraine lota louise lucia lucie lucinka lucka lucy ludmila luisa lujza lydia lydie lyudmila madeleine
    madison madla magda magdalena magdalenka maggie mahulena maja majda majka malgorzata malvina manuela mara
    marcela marenka margaret margareta margarete margarita margita maria mariana marianna marianne maricela
    marie marika marina mariola marion mariska marisol marketa marketka marlene marta martha martina martinka
    marusa maruska mary maryna marysa matylda maya mayra megan meike melanie melinda melissa mercedes meredith
    mia michaela michala michelle mila milada milana mildred milena milka miloslava milota milusa miluska
    milusky mina miriam mirjam mirka miroslava misa miska molly mona monca monica monika nada nadezda nadine
    nadiya nadja nancy naomi natalia natalie nataliia natalka natalya natasa natascha nela nella nelly nicol
    nicola nicole nika nikol nikola nikoleta nina nora norma oksana oldriska oleksandra olena olga olha olina
    olinka olivia olivie olympie ondrejka otilie otylie oxana palina pamela paola patricia patricie patrizia
    paula paulina pavla pavlina pavlinka peggy penelope perla petra petrina petronela petrunka petruska petula
    phoebe pilar polina pravoslava priscilla priska rachel radana radka radmila radomila radomira radoslava
    radovana raquel rebecca rebeka regina renata renate renca renka rita robin romana rosa rosalie rosemarie
    rosemary rostislava roxana roza rozalia rozalie ruby ruth ruzena ruzenka sabina sabrina sally samantha
    sandra sandy sara sarah sarka sarlota sasa saskia saskie savannah selena selma serena sharon sheila shirley
    sidonie silke silva silvia silvie simona simone simonka slavena slavka slavomira sofia sofie sofiya sona
    sonia sonja sophia sophie stacy stana stanislava stefania stefanie steffi stela stella stepanka stephanie
    sue susan susanna susanne suzanne svatava svatoslava svetla svetlana svitlana sylva sylvia sylvie sylwia
    tamara tana tanicka tanja tanya tatana tatiana tatjana tatyana tea tekla teresa tereza terezia terezie
    terezka terka tetiana theodora tiffany tina tracy ulrike ursel ursula urszula ute vaclava vaclavka valentina
    valentyna valeria valerie vanda vanesa vanessa vendula vendulka venuse vera verca verka veronica veronika
    verunka vesna victoria viera viktoria viktorie viktoriia vilhelmina vilma viola violeta virginia virginie
    vita vitezslava viviana vladena vladimira vladislava vlasta vlastimila vlastislava vojteska wanda wendy
    weronika xenie yana yekaterina yelena yevgenia yolanda yulia yuliia yuliya yveta yvetta yvette yvona yvonne
    zaneta zbynka zdena zdenicka zdenka zdeslava zdislava zelmira zhanna zina zita zlata zlatka zoe zofia zofie
    zoja zora zorka zuzana zuzanka zuzi zuzka zuzu
    """
)
_MEN = listing(
    """
    aaron abdul abraham adalbert adam adolf adrian ahmed alan albert alberto albin alejandro aleksander
    aleksandr aleksei aleksey ales alessandro alex alexander alexandr alexandre alexej alexis alfons alfred ali
    allan alois alojz alvaro ambroz andre andreas andrei andrej andres andrew andrey andrii andriy andrzej andy
    angelo anselm anthony antoine anton antonin antonio arkadiusz arnold arnost arpad artem arthur artur artyom
    atila august aurel axel bartolomej bartosz bedrich ben benjamin bernard bernd bill blahoslav blazej bob
    bogdan bohdan bohumil bohumir bohus bohuslav boleslav bonifac borek boris borivoj brandon branislav
    bretislav brian bronislav bruce bruno bryan carl carlos cenek cestmir charles chris christian christoph
    christopher claude claus clemens ctibor ctirad cyril dalibor dalimil damian dan daniel danny danylo darek
    dariusz darren dave david dean denis dennis derek detlef dezider dezso diego dieter dietmar dimitrij dirk
    dmitri dmitrij dmitry dmytro dobroslav dominik donald douglas drahomir drahos drahoslav dusan dustin dylan
    edgar edmund eduard eduardo edvard edward edwin egon emanuel emerich emil engelbert eric erich erik ernest
    ernst ervin ethan eugen eugene evan evzen fabian felix ferdinand fernando filip florian frana francesco
    francis francisco frank franta frantisek franz fred frederic frederik fridrich friedrich gabor gabriel gary
    gaspar gejza geoffrey georg george gerald gerard gerhard gernot giovanni giuseppe glen gordon graham greg
    gregor gregory grzegorz guido gunnar gunter gunther gustav hans harald harry hassan heiko heinrich heinz
    helmut hendrik henri henrik henry herbert herman hermann holger honza horst horymir hostislav howard hubert
    hugo ian ibrahim ignac igor ihor ilja imrich ingo ingolf isaac ismail ivan ivo jacek jachim jachym jack
    jacob jakob jakub james jan janko jano jarda jarek jarmil jaromir jaroslav jaroslavek jaroslaw jason javier
    jeff jeffrey jens jeremy jerome jeronym jerry jesse jim jimmy jindra jindrich jiri jirik jirka joachim joao
    joe joel joerg johan johannes john johnny jonas jonatan jonathan jorg jorge jose josef joseph joshua jozef
    jozka juan juergen julian julien julius jur juraj jurgen juro justin kai kaja kamil karel karl karol karsten
    kazimir keith ken kenneth kevin kilian kiril klaudius klaus koloman konrad konstantin kornel kristian
    kristof kryspin krystof krzysztof kuba kurt kvetoslav kyle laco lada ladislav larry lars laszlo lech leo
    leon leonard leonardo leopold leos leszek lev liam libor liboslav logan lorenzo louis lubomir lubor lubos
    lubosek luboslav luca lucas ludek ludvik ludwig luigi luis lukas lukasz lumir lutz maciej magnus manfred
    manuel marc marcel marcin marco marcos marek marian mario marius mariusz mark marko markus martan martin
    marvin matej mateusz matias matous matt matteo matthew matthias matus matyas maurice mauricio max maxim
    maximilian maxmilian medard mehmet melichar metod metodej michael michal michel miguel mikael mike mikhail
    miki mikolas mikulas mila milan milos miloslav milota mirek mirko miro miron miroslav mohamed mohammed
    mojmir muhammad murat mykhailo mykola nathan nathanael nazar neil nicholas nick nicolas niels nigel nikola
    nikolai nikolaj nikolas nikolay nils noah norbert olaf olda oldrich oleg oleh oleksandr oleksii oleksiy
    oliver olivier omar ondra ondrej orest orlando oscar oskar osvald ota otakar otmar oto otokar otto owen
    pablo pankrac paolo pascal patrick patrik patryk paul pavel pavol pawel pedro pepa peta pete peter petr phil
    philip philipp philippe pierre piotr pravoslav premek premysl przemyslaw quido radan radek radim radimir
    radko radomil radomir radoslav radovan rafael rafal raimund rainer ralf ralph ramon randy raul ray raymond
    reinhard reinhold rene ricardo richard rick rob robert roberto robin rodrigo roger roland rolf roman ronald
    rostislav roy ruben ruda rudi rudolf ruslan russell rustam ryan salvador sam samuel sascha sean sebastian
    sebastien serge sergei sergej sergey sergio serhii serhiy servac shawn siegfried silvester silvestr simon
    slavoj slavomir slawomir sobeslav standa stanislav stanislaw stano stefan stefano stepan stephan stephen
    steve steven stuart svatopluk svatoslav sven svetozar sylvestr tadeas tadeus taras teodor terry theo theodor
    thierry thomas thorsten tibor tichon tim timo timon timotej timothy tobias tobiasz tom tomas tomasz tonda
    toni tony travis trevor tyler udo uli ulrich uwe vaclav vadim vadym valdemar valentin valentino valeriy
    valter vasil vasile vasyl vavrinec venca venda vendelin victor viktor vilem viliam vincenc vincent vincenzo
    virgil vit vitali vitalii vitalij vitaliy vitezslav vlada vladan vladek vladimir vladislav vlado vlastimil
    vlastislav vojen vojta vojtech volker volodymyr vratislav vsevolod waldemar walter walther werner wieslaw
    wilfried wilhelm will william witold wojciech wolfgang xaver yaroslav yevhen yuri yurii yuriy yusuf zbigniew
    zbynek zbysek zdenek zdenko zdeslav zdislav zelimir zeno zigmund zikmund zoltan
    """
)
GIVEN_NAMES = _WOMEN | _MEN


def is_given_name(word: str) -> bool:
    """Whether a word is a known given name; of "Anna-Marie" and the like the first part is enough."""
    return fold(word).partition("-")[0] in GIVEN_NAMES
