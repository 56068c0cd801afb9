"""Small word lists that the check reads drafts with: words that no book owns. Pure.

None of them comes from a book, and none holds names (S23): they say which capitals are ordinary, which
words carry no claim, and which phrases speak from past the reader's place (S15).
"""

from __future__ import annotations

from functools import cache

_FUNCTION = """
a about above across after afterwards again against ago ahead all almost alone along already also although
always am amid among amongst an and another any anybody anyone anything anyway anywhere apart are around as
aside at away back be became because become becomes been before beforehand behind being below beneath beside
besides between beyond both but by came can cannot come comes could did do does doing done down during each
either else enough especially even ever every everybody everyone everything everywhere except few first
firstly following for former from further gave get gets give given gives go goes going gone got had has have
having he hence her here hers herself him himself his how however i if in indeed inside instead into is it
its itself just keep kept last lastly later least less lest let like likewise made make makes making many
may maybe me meanwhile might mine more moreover most mostly much must my myself namely near nearby nearly
neither never nevertheless next no nobody none nonetheless nor not nothing now nowhere of off often oh on
once one ones only onto or other others otherwise ought our ours ourselves out outside over overall own part
perhaps put puts quite rather really s same second secondly see seen several shall she should simply since
so some somebody somehow someone something sometimes somewhat somewhere soon still such take taken takes
than that the their theirs them themselves then there thereafter thereby therefore these they third this
those though three through throughout thus to together too took toward towards twice two under underneath
unless unlike until up upon us usually very was we well went were what whatever when whenever where whereas
wherever whether which whichever while who whoever whole whom whose why will with within without would yes
yet you your yours yourself isn't aren't wasn't weren't don't doesn't didn't won't wouldn't can't couldn't
shouldn't hasn't haven't hadn't mustn't i'm i've i'll i'd it's that's there's he's she's we're they're
you're
"""

_OPENERS = """
according actually additionally afterward apparently assuming based beginning believing briefly certainly
clearly coming considering consequently contrary currently deciding despite discovering due earlier eager
early eight eighteen eighty eleven eventually evidently exactly failing fearing feeling few fifteen fifty
finally finding five forty four fourteen frightened generally giving hardly hearing holding hoping hundred
immediately including initially instantly intending knowing lately leaving likely literally living long
looking mainly meaning meeting merely mysteriously naturally nine nineteen ninety noticing noting obviously
occasionally old older originally particularly people please possibly presumably previously primarily
probably quickly quietly rarely readers realising realizing recently recognising recognizing regarding
reluctantly remembering returning roughly running sadly saying secretly seeing seeking seemingly seven
seventeen seventy shortly similarly sitting six sixteen sixty slowly somewhere speaking specifically
standing starting strictly suddenly surely surprised taking talking telling ten thanks thinking thirteen
thirty thousand trying turning twelve twenty ultimately unable unfortunately unsure upset using waiting
walking wanting whilst wishing women worried writing young younger answer attention characters details
events evidence examples facts key note notes passage passages question quote quotes reasons scene scenes
story summary text men children both half most
"""

_OTHER_TONGUES = """
il elle ils elles le la les un une des du de dans avec pour mais et ou où qui que quand comment pourquoi ce
cette ces son sa ses leur leurs on nous vous je tu au aux par sur sous après avant puis ensuite alors selon
lorsque comme der die das ein eine einer er sie es wir ihr ich und oder aber wer was wann wo wie warum in im
am auf an mit für von zu bei nach vor dann danach dort hier als wenn weil dass laut seine ihre sein el los
las una unos en con por para pero y o quién qué cuándo dónde cómo porque su sus él ella ellos después antes
luego entonces según cuando lo gli uno nel nella con per ma chi che cosa dove come perché suo sua lui lei
loro dopo prima poi allora secondo quando o os as um uma no na em com mas quem quando onde como porque ele
ela eles depois antes então de het een in met voor maar en of wie wat waar hoe hij zij ze na dan daar toen
volgens он она они оно в на и но а кто что где когда как почему это эта этот его её их после потом затем
тогда там здесь если чтобы для из от до по при
"""

_WORLD = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july
august september october november december christmas easter english french german italian spanish
russian latin greek american british irish scottish welsh dutch polish swedish danish norwegian
turkish arabic chinese japanese indian african european asian christian catholic protestant jewish
muslim hebrew portuguese hungarian austrian swiss god bible ok tv i ii iii iv v vi vii viii ix x xi
xii xiii xiv xv chapter chapters part parts book volume section prologue epilogue interlude letter
act scene
"""

TITLES = frozenset(
    """
    mr mrs ms miss dr doctor sir lady lord madam madame mme mlle monsieur mademoiselle captain colonel
    major general sergeant lieutenant inspector superintendent count countess prince princess baron
    baroness professor father mother sister brother aunt uncle judge master mistress reverend signor
    signora duke duchess marquis king queen emperor empress saint st chief
    """.split()
)
"""Words that may stand before a name; what follows them is the name."""

JOINERS = frozenset("of the de von van der den la le du di da del della des ibn bin al el zu af y".split())
"""Small words that may stand inside a name."""

AUXILIARIES = frozenset(
    """
    is was are were has had will would shall did does do can could may might must said says asked
    told tells killed kills murdered died dies married marries became becomes knows knew loves loved
    hates turns turned betrays betrayed reveals revealed and
    """.split()
)
"""Words that make what stands before them a subject."""

MASS_NOUNS = frozenset(
    """
    rain snow wind night day morning evening dinner supper breakfast lunch tea death love war peace
    money time silence work trouble news anger fear grief hope joy life light darkness blood food
    water fire ice music school church prison history truth justice nature everyone nobody everybody
    """.split()
)
"""Ordinary nouns that begin a sentence bare: "Dinner was late"."""

_NEUTRAL = """
say says said tell tells told ask asks asked answer answers answered reply replies replied describe
describes described mention mentions mentioned call calls called name named names explain explains
explained speak speaks spoke spoken know known knows think thinks thought believe believes appear
appears character person people man woman someone thing things story book text chapter passage
passages scene narrator narration reader reading read according section far point happen happens
happened happening include includes including involve involves show shows shown become becomes
became want wants wanted also because reason refer refers explanation way state states stated relate
related relationship learn learns learned learnt summary summarise summarize recap remind describe
define meaning mean means list theme plot please
"""

HINDSIGHT_PHRASES = (
    r"later in the (?:book|novel|story|series)",
    r"(?:in|by) (?:a )?later chapters?",
    r"by the end of the (?:book|novel|story|series)",
    r"at the end of the (?:book|novel|story|series)",
    r"as (?:we|you|the reader) (?:will|shall|'ll) (?:see|learn|find|discover)",
    r"(?:you|we)(?:'ll| will) (?:soon |later )?(?:find out|see|learn|discover)",
    r"keep reading",
    r"spoilers?",
    r"foreshadow\w*",
    r"turns? out(?: later)? to be",
    r"important later",
    r"love interest",
    r"not yet (?:revealed|known to the reader)",
    r"(?:will|is going to) (?:later|eventually|ultimately|soon)",
    r"(?:later|eventually|ultimately) (?:revealed|reveals|turns out|learns?|discovers?|dies|marries|becomes)",
    r"doomed|villain|traitor|protagonist|antagonist",
    r"apparently|supposedly|seemingly|seems|at first|for now",
    r"unbeknownst",
    r"plot twist|the twist",
    r"the (?:real|true) (?:identity|killer|murderer|villain|culprit)",
)
"""Phrases of somebody who has read on; they pass where the cited text itself has them (S15)."""

NEGATIVE_PHRASES = (
    r"\b(?:passages?|text|book|story|chapters?|read(?:ing)?)\b.{0,60}\b(?:not|never|no|nothing|neither|silent)\b",
    r"\b(?:passages?|text|book|story|chapters?)\b.{0,30}n['’]t\b",
    r"\b(?:not|never|nothing|nowhere|no one|nobody)\b.{0,60}\b(?:passages?|text|book|story|chapters?|read)\b",
    r"\b(?:not|never)\b.{0,12}\b(?:said|told|mentioned|stated|explained|specified|revealed|described|known)\b",
    r"\b(?:i|we) (?:do not|don['’]t|can ?not|can['’]t|could not|couldn['’]t|am unable to|won['’]t|will not)"
    r" (?:know|say|tell|find|answer|reveal|see)\b",
    r"\b(?:unknown|unclear|no information)\b",
)
"""Ways to say that the text is silent; all of them become the one negative answer (S18)."""


@cache
def function_words() -> frozenset[str]:
    """Return the English words that carry no claim of their own."""
    return frozenset(_FUNCTION.split())


@cache
def neutral_words() -> frozenset[str]:
    """Return the words of telling about a text; they need no support."""
    return function_words() | frozenset(_NEUTRAL.split())


@cache
def openers() -> frozenset[str]:
    """Return the words whose capital at the head of a sentence says nothing."""
    return function_words() | frozenset(_OPENERS.split()) | other_tongues()


@cache
def world_words() -> frozenset[str]:
    """Return the words that are capitalised in any book and belong to none."""
    return frozenset(_WORLD.split())


@cache
def other_tongues() -> frozenset[str]:
    """Return the commonest small words of some other languages."""
    return frozenset(_OTHER_TONGUES.split())
