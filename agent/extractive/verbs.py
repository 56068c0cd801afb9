"""English words whose other forms are no endings: a question says "give" where the text says "gave". Pure."""

from __future__ import annotations

from functools import cache

_IRREGULAR = """
arise arose arisen; awake awoke awoken; bear bore borne born; beat beaten; begin began begun; bend bent; bid
bade bidden; bind bound; bite bit bitten; bleed bled; blow blew blown; break broke broken; breed bred; bring
brought; build built; burn burnt; buy bought; catch caught; choose chose chosen; cling clung; creep crept;
deal dealt; die died dead dying death; dig dug; draw drew drawn; dream dreamt; drink drank drunk; drive
drove driven; dwell dwelt; eat ate eaten; fall fell fallen; feed fed; feel felt; fight fought; find found;
flee fled; fling flung; fly flew flown; forbid forbade forbidden; forget forgot forgotten; forgive forgave
forgiven; forsake forsook forsaken; freeze froze frozen; give gave given; go went gone; grind ground; grow
grew grown; hang hung; hear heard; hide hid hidden; hold held; keep kept; kneel knelt; kill killer killing;
know knew known; lay laid; lead led; lean leant; leap leapt; learn learnt; leave left; lend lent; lie lain;
light lit; lose lost; make made; mean meant; meet met; mistake mistook mistaken; murder murderer; pay paid;
ride rode ridden; ring rang rung; rise rose risen; run ran; say said; see saw seen; seek sought; sell sold;
send sent; sew sewn; shake shook shaken; shine shone; shoot shot; show shown; shrink shrank shrunk; sing
sang sung; sink sank sunk; sit sat; slay slew slain; sleep slept; slide slid; sling slung; smell smelt;
speak spoke spoken; spend spent; spill spilt; spin spun; spit spat; spring sprang sprung; stand stood; steal
stole stolen; stick stuck; sting stung; stride strode; strike struck stricken; string strung; strive strove
striven; swear swore sworn; sweep swept; swell swollen; swim swam swum; swing swung; take took taken; teach
taught; tear tore torn; tell told; think thought; throw threw thrown; tread trod trodden; understand
understood; undertake undertook; wake woke woken; wear wore worn; weave wove woven; weep wept; win won; wind
wound; withdraw withdrew withdrawn; wring wrung; write wrote written; child children; foot feet; goose
geese; man men; mouse mice; tooth teeth; wife wives; woman women; wolf wolves; knife knives; leaf leaves;
life lives; thief thieves; elf elves; marry married marriage
"""


@cache
def base_forms() -> dict[str, str]:
    """Return the base form of each irregular form."""
    rows = [row.split() for row in _IRREGULAR.split(";")]
    return {form: row[0] for row in rows for form in row[1:]}


@cache
def other_forms() -> dict[str, tuple[str, ...]]:
    """Return the irregular forms of each base form."""
    rows = [row.split() for row in _IRREGULAR.split(";")]
    return {row[0]: tuple(row[1:]) for row in rows}
