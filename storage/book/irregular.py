"""English words whose forms no stemmer brings together. Pure.

A question says "What did she give?" where the text says "gave". Other languages have none here: their
stemmers are all they get.
"""

from __future__ import annotations

# The base form, then the others that a stemmer leaves apart from it.
_FORMS = """
arise arose arisen|awake awoke awoken|bear bore borne|beat beaten|become became|befall befell befallen
beget begot begotten|begin began begun|behold beheld|bend bent|bid bade bidden|bind bound|bite bit bitten
bleed bled|blow blew blown|break broke broken|breed bred|bring brought|build built|burn burnt|buy bought
catch caught|choose chose chosen|cling clung|come came|creep crept|deal dealt|dig dug|draw drew drawn
dream dreamt|drink drank drunk|drive drove driven|dwell dwelt|eat ate eaten|fall fell fallen|feed fed
feel felt|fight fought|find found|flee fled|fling flung|fly flew flown|forbid forbade forbidden
forget forgot forgotten|forgive forgave forgiven|forsake forsook forsaken|freeze froze frozen
get got gotten|give gave given|go went gone goes|grind ground|grow grew grown|hang hung|hear heard
hide hid hidden|hold held|keep kept|kneel knelt|know knew known|lay laid|lead led|lean leant|leap leapt
learn learnt|leave left|lend lent|light lit|lose lost|make made|mean meant|meet met|mistake mistook mistaken
overcome overcame|overhear overheard|overtake overtook overtaken|pay paid|ride rode ridden|ring rang rung
rise rose risen|run ran|say said|see saw seen|seek sought|sell sold|send sent|sew sewn|shake shook shaken
shear shorn|shine shone|shoot shot|show shown|shrink shrank shrunk|sing sang sung|sink sank sunk|sit sat
slay slew slain|sleep slept|slide slid|sling slung|smell smelt|sow sown|speak spoke spoken|speed sped
spell spelt|spend spent|spill spilt|spin spun|spit spat|spoil spoilt|spring sprang sprung|stand stood
steal stole stolen|stick stuck|sting stung|stink stank stunk|strew strewn|stride strode stridden
strike struck stricken|string strung|strive strove striven|swear swore sworn|sweep swept|swell swollen
swim swam swum|swing swung|take took taken|teach taught|tear tore torn|tell told|think thought
throw threw thrown|thrust|tread trod trodden|understand understood|undertake undertook undertaken
wake woke woken|wear wore worn|weave wove woven|weep wept|win won|withdraw withdrew withdrawn
withhold withheld|withstand withstood|wring wrung|write wrote written
man men|woman women|gentleman gentlemen|child children|foot feet|tooth teeth|goose geese|mouse mice
ox oxen|wife wives|life lives|knife knives|wolf wolves|thief thieves|calf calves|half halves|leaf leaves
loaf loaves|shelf shelves|elf elves|self selves|brother brethren|good better best
far farther further|dead die died death dies dying|old elder eldest|young younger youngest
long length|strong strength|high height|hot heat|proud pride|poor poverty|angry anger|hungry hunger
thirsty thirst|wise wisdom|true truth|marry marriage married
"""

_BASES = {
    form: base
    for line in _FORMS.split("\n")
    for entry in line.split("|")
    if entry.strip()
    for base, *forms in [entry.split()]
    for form in forms
}


def base_form(word: str) -> str:
    """Return the base form of an irregular English word in lower case; any other word as it is."""
    return _BASES.get(word, word)
