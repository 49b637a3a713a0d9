"""Words that carry little meaning of their own: articles, pronouns, prepositions, auxiliaries.

Short lists of closed word classes, written for Lathe. Apostrophes are left out, because words are compared without them
("dont" and "don't" are one). Each list is in small letters.
"""

from __future__ import annotations

_LISTS = {
    "english": """
        a an the this that these those i me my mine myself we us our ours ourselves you your yours yourself yourselves
        he him his himself she her hers herself it its itself they them their theirs themselves one who whom whose which
        what where when why how and or but nor so yet if then than as because while although though until unless
        of at by for with about against between into through during before after above below to from up down in out on
        off over under again further once here there all any both each few more most other some such own same too very
        just also am is are was were be been being have has had having do does did doing done will would shall should
        can could may might must not no only im ive id ill youre youve youd youll hes shes its were weve theyre theyve
        theyll thats whats theres dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt wont wouldnt shant
        shouldnt cant couldnt mustnt lets upon within without toward towards via per
    """,
    "german": """
        der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner ich mich mir mein meine
        meinen meinem meiner du dich dir dein deine deinen deinem deiner er ihn ihm sein seine seinen seinem seiner sie
        ihr ihre ihren ihrem ihrer es wir uns unser unsere unseren unserem unserer euch euer eure man sich wer wen wem
        wessen was welche welcher welches welchen wo wann warum wie und oder aber denn sondern doch weil dass daß ob
        wenn als während obwohl bis in im ins an am ans auf aus bei beim mit nach seit von vom zu zum zur für um durch
        gegen ohne über unter vor hinter neben zwischen wegen trotz bin bist ist sind seid war warst waren wart gewesen
        sei wäre habe hast hat haben habt hatte hatten gehabt werde wirst wird werden werdet wurde wurden worden kann
        kannst können könnt konnte konnten muss musst müssen musste mussten soll sollen sollte sollten will wollen
        wollte wollten darf dürfen mag mögen möchte nicht nur noch auch schon sehr so da dort hier dann nun mal ja nein
        alle allem allen aller alles dieser diese dieses diesem diesen jener jene jenes jeder jede jedes mehr viel etwas
    """,
    "french": """
        le la les l un une des du de d au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur
        leurs je j me m moi tu te t toi il elle on lui nous vous ils elles eux se s soi y en qui que qu quoi dont où
        quand comment pourquoi quel quelle quels quelles et ou mais ni car donc or si comme lorsque puisque parce afin
        à dans par pour sur sous avec sans entre vers chez contre depuis pendant avant après jusque jusqu ne n pas plus
        point suis es est sommes êtes sont étais était étions étiez étaient fus fut furent serai sera serons seront
        serait seraient été étant ai as a avons avez ont avais avait avions aviez avaient aurai aura aurons auront
        aurait auraient eu ayant c ça cela ceci celui celle ceux celles tout toute tous toutes même mêmes aussi très
        trop bien peu encore déjà ici là alors fait faire peut peuvent cest jai
    """,
    "spanish": """
        el la los las un una unos unas lo al del de a ante bajo con contra desde durante en entre hacia hasta mediante
        para por según sin sobre tras y e o u ni pero sino aunque porque pues que si como cuando donde mientras yo me mí
        conmigo tú te ti contigo él ella ello usted nosotros nosotras nos vosotros vosotras os ellos ellas ustedes se sí
        le les mi mis tu tus su sus nuestro nuestra nuestros nuestras vuestro vuestra este esta esto estos estas ese esa
        eso esos esas aquel aquella aquello aquellos aquellas quien quienes cual cuales qué quién cuál cómo cuándo dónde
        soy eres es somos sois son era eras éramos eran fui fue fuimos fueron será serán sería sido siendo estoy está
        estás estamos están estaba estaban estado he has ha hemos han había habían haber hay no más muy ya también
        tampoco solo sólo tan tanto todo toda todos todas otro otra otros otras algo nada poco mucho
    """,
    "italian": """
        il lo la i gli le l un uno una di a da in con su per tra fra del dello della dei degli delle al allo alla ai
        agli alle dal dallo dalla dai dagli dalle nel nello nella nei negli nelle sul sullo sulla sui sugli sulle col e
        ed o od ma né se perché poiché mentre quando come dove che chi cui quale quali quanto io mi me tu ti te lui lei
        egli ella esso essa si sé noi ci voi vi loro essi ne mio mia miei mie tuo tua tuoi tue suo sua suoi sue nostro
        nostra nostri nostre vostro vostra questo questa questi queste quello quella quelli quelle ciò sono sei è siamo
        siete era ero eravamo erano fui fu furono sarà saranno sarebbe stato stata stati state essendo ho hai ha abbiamo
        avete hanno aveva avevano avuto avere non più molto poco anche ancora già solo così tutto tutta tutti tutte ogni
    """,
    "portuguese": """
        o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela pelos pelas para com sem sob sobre
        entre até desde contra ao à aos às e ou mas nem se que porque pois como quando onde enquanto embora eu me mim
        comigo tu te ti ele ela nós vós vocês você eles elas lhe lhes meu minha meus minhas teu tua teus tuas seu sua
        seus suas nosso nossa nossos nossas dele dela deles delas este esta isto estes estas esse essa isso esses essas
        aquele aquela aquilo aqueles aquelas quem qual quais quanto sou és é somos são era eram fui foi fomos foram será
        serão seria sido sendo estou está estamos estão estava estavam estive tenho tem temos têm tinha tinham teve há
        havia haver não mais muito já também só tão todo toda todos todas outro outra outros outras
    """,
    "dutch": """
        de het een der des den die dat deze dit ik mij me mijn jij je jou jouw u uw hij hem zijn zij ze haar wij we ons
        onze jullie hen hun zich men wie wat welke welk waar wanneer waarom hoe en of maar want dus omdat als dan toen
        terwijl hoewel totdat in op aan bij met naar van voor na door om over onder tegen tussen uit zonder tot te ter
        ten ben bent is was waren geweest heb hebt heeft hebben had hadden gehad word wordt worden werd werden geworden
        zal zult zullen zou zouden kan kunt kunnen kon konden moet moeten moest mag mogen wil willen wilde niet geen nog
        ook al alle alles veel meer zeer heel zo er hier daar nu iets niets ander andere toch wel
    """,
}

LANGUAGES: tuple[str, ...] = tuple(_LISTS)
"""Languages with a list."""


def stop_words(language: str) -> frozenset[str]:
    """Return the stop words of one of `LANGUAGES`; none for another."""
    return frozenset(_LISTS.get(language, "").split())
