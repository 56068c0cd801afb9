"""Words that carry no meaning in a question, by language. Pure.

They are cut from the query only; the index keeps every word, so a question of nothing but stop words
still finds something. Kept short on purpose: a rare word that is listed here can never be asked for.
"""

from __future__ import annotations

_WORDS = {
    "en": """
        a about after again all also am an and any are aren as at be because been before being but by can
        could couldn did didn do does doesn doing don done during each either else ever few for from
        further get gets got had hadn has hasn have haven having he her here hers herself him himself his
        how i if in into is isn it its itself just let ll may me might mine more most much must my myself
        no nor not now of off on once only onto or other our ours ourselves out over own re same shall
        she should shouldn so some such than that the their theirs them themselves then there these they
        this those though through till to too under until up upon us ve very was wasn we were weren what
        whatever when where which while who whom whose why will with won would wouldn yet you your yours
        yourself yourselves happen happened happens tell
    """,
    "de": """
        aber alle als also am an auch auf aus bei bin bis bist da dann das dass dein dem den denn der des
        die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er
        es euch euer für hat hatte hatten hier ich ihm ihn ihnen ihr ihre im in ist ja jetzt kann kein
        keine man mein mich mir mit nach nicht noch nun nur ob oder ohne sehr sein seine sich sie sind so
        über um und uns unser unter vom von vor wann war waren warum was weil welche welcher wem wen wenn
        wer werden wie wieder wir wird wo wurde zu zum zur
    """,
    "fr": """
        à au aux avait avec ce ces cet cette comme comment dans de des donc du elle elles en est et était
        être eu eux fait fut il ils je la le les leur leurs lui ma mais me mes moi mon ne nos notre nous
        on ont ou où par pas pour pourquoi quand que quel quelle qui quoi sa sans se ses si son sont sur
        ta te tes toi ton tu un une vos votre vous y
    """,
    "es": """
        a al ante antes como cómo con cual cuál cuando cuándo de del desde donde dónde e el él ella ellas
        ellos en entre era es esa ese eso esta está este esto fue ha había han hay la las le les lo los
        más me mi mis muy nada ni no nos o para pero por porque qué que quien quién se ser si sí sin
        sobre son su sus también te tiene tu tus un una uno y ya yo
    """,
    "it": """
        a ad ai al alla alle anche aveva c che chi ci come con cosa da dal dalla dei del della delle di
        dove e è ed era fu gli ha hanno i il in io la le lei lo loro lui ma me mi mio nei nel nella no
        noi non o ogni per perché però più quale quando quello questa questo qui se si sono sua sue sui
        sul sulla suo te ti tra tu un una uno vi voi
    """,
    "pt": """
        a ao aos as com como da das de do dos e é ela elas ele eles em era essa esse esta este eu foi há
        isso já lhe mais mas me meu minha muito na não nas nem no nos o onde os ou para pela pelo por
        porque qual quando que quem se sem ser seu sua são também te tem um uma você
    """,
    "nl": """
        aan al als bij daar dan dat de der deze die dit doen door een en er ge haar had heb heeft hem het
        hier hij hoe hun ik in is je kan maar me met mij mijn na naar niet nog nu of om omdat ons ook op
        over te toen tot u uit van voor waar waarom wanneer want waren was wat we wel wie wij worden zal
        ze zich zij zijn zo
    """,
    "no": """
        alle at av da de deg dem den der deres det disse du eg ei eit en er et etter for fra før ha hadde
        han hans har hva hvem hvor hvordan hvorfor hun i ikke ikkje inn jeg kan kom man med meg men mot
        når og også om opp på seg sin sitt skal skulle som så til under ut var vart ved vi vil ville være
    """,
    "sv": """
        alla att av de dem den det dig din du där då efter en er ett för från ha hade han hans har hennes
        henne hon honom hur här i in inte jag kan med men mig min mot nu när och om på sig sin ska skulle
        som så till under upp ut vad var varför vem vi vid vilken är
    """,
    "da": """
        af alle at blev da de dem den der deres det dig din du efter en er et for fra han hans har havde
        hende hendes hun hvad hvem hvor hvordan hvorfor i ikke ind jeg kan man med men mig min mod når og
        også om op på sig sin skal skulle som så til ud under var ved vi vil ville være
    """,
}


def stop_words(language: str) -> frozenset[str]:
    """Return the stop words of a two-letter language code; none for a language without a list."""
    return frozenset(_WORDS.get({"nb": "no", "nn": "no"}.get(language, language), "").split())
