"""Closed classes of words that the rules of the story index lean on. Pure data; no book's names.

Each class is general: titles, verbs of speech, kin, prepositions of place. A language that is not
listed has empty classes, so fewer rules apply there and nothing else changes.
"""

from __future__ import annotations

MALE_TITLES = frozenset(
    "mr mister mistah mistuh sir lord monsieur m mm messrs master count prince baron father brother "
    "uncle duke "
    "marquis king emperor earl viscount mars marse massa signor señor senor don herr abbé abbe friar "
    "esquire squire tsar czar sultan".split()
)
FEMALE_TITLES = frozenset(
    "mrs miss ms missis missus lady madame mme mlle madam mademoiselle countess princess baroness "
    "mother sister aunt duchess marchioness queen empress viscountess signora signorina señora widow "
    "señorita senora senorita doña frau fräulein fraulein dame mistress tsarina czarina".split()
)
NEUTRAL_TITLES = frozenset(
    "dr doctor captain capt colonel col major maj general gen sergeant sgt inspector superintendent "
    "professor prof judge reverend rev comrade president lieutenant lt corporal private admiral adm "
    "commander bishop archbishop cardinal pope constable detective nurse cousin hon honourable deacon "
    "elder marshal governor ambassador minister senator secretary chancellor saint st coachman".split()
)
MEN_MOSTLY = frozenset(
    "captain capt colonel col major maj general gen sergeant sgt inspector superintendent professor "
    "prof judge reverend rev lieutenant lt corporal admiral adm commander bishop archbishop cardinal "
    "pope constable deacon marshal governor ambassador senator chancellor brer coachman".split()
)
"""Ranks that men bear in most books; a weak hint, which pronouns outweigh."""
TITLES = MALE_TITLES | FEMALE_TITLES | NEUTRAL_TITLES

FAMILY_TITLES = frozenset("father mother brother sister uncle aunt cousin".split())
"""Titles that are said of kin and of clergy; alone, with a capital, they are a way to call a parent."""

COURTESY_TITLES = frozenset(
    "mr mrs ms miss mister messrs dr sir m mm mme mlle madame monsieur mademoiselle lady lord master "
    "st hon herr frau fräulein fraulein rev prof".split()
)
"""Titles that are no name without one."""

SOFT_PREFIXES = frozenset(
    "friend old young poor dear little good big great fair honest sweet dearest darling".split()
)
"""Adjectives that stand before a name and are no part of it."""

PARTICLES = frozenset(
    "de du des la le van von der den di da del della dos das ter ten af av zu bin ibn al el y d'".split()
)

SAID = frozenset(
    "said says say cried cries asked asks replied replies answered answers exclaimed exclaims whispered "
    "whispers shouted shouts muttered mutters murmured murmurs observed observes remarked remarks "
    "continued continues added adds returned rejoined retorted repeated repeats inquired enquired "
    "demanded demands declared declares began interrupted called calls insisted protested suggested "
    "sighed groaned growled laughed screamed yelled explained admitted announced ejaculated faltered "
    "gasped grumbled pleaded pursued resumed sneered sobbed stammered persisted responded told tells "
    "warned snapped hissed begged chuckled "
    # other languages: the few verbs that carry most of their dialogue
    "dit répondit demanda reprit ajouta cria murmura s'écria sagte fragte rief antwortete erwiderte "
    "flüsterte dijo preguntó respondió contestó exclamó disse rispose chiese esclamò perguntou respondeu "
    "sade svarade ".split()
)

ACTS = frozenset(
    "looked looks smiled smiles nodded nods thought thinks felt feels sat sits stood stands walked "
    "walks turned turns knew knows wished wishes wanted wants hoped hopes went goes came comes ran "
    "runs took takes saw sees heard hears shook shakes rose rises gave gives got gets put puts held "
    "holds hold drew draws laid lay lies opened closed shut glanced glances stared stares gazed gazes "
    "frowned blushed coloured colored wept weeps paused pauses hesitated hesitates listened listens "
    "entered enters left leaves followed follows stopped stops jumped sprang springs leaned leans "
    "leant kissed kisses loved loves hated hates liked likes believed believes remembered remembers "
    "forgot forgets understood understands decided decides refused refuses agreed agrees spoke speaks "
    "talked talks wrote writes read reads sang sings danced dances ate eats drank drinks slept sleeps "
    "woke wakes died dies married marries lived lives met meets found finds kept keeps brought brings "
    "sent sends threw throws caught catches seemed seems appeared appears became remained lifted "
    "raised reached touched pulled pushed pointed waved bowed curtsied crossed moved stepped stooped "
    "knelt climbed hurried rushed crept wandered waited waits watched watches noticed perceived "
    "considered reflected resolved determined expected feared fancied guessed supposed imagined "
    "pretended tried tries meant means offered promised promises thanked thanks begged accepted "
    "received rejoiced trembled shivered started swallowed shrugged grinned laughs lit rubbed clapped "
    "patted seized grasped clutched carried fell falls joined drove rode rides sailed arrived "
    "departed retired withdrew dressed dined lounged strolled marched galloped proceeded attempted "
    "managed contrived led does did never always could would should might must can will cannot didn't "
    "couldn't wouldn't doesn't won't can't don't has had is was were be being been".split()
)
WEAK_ACTS = frozenset(
    "has had is was were be being been does did could would should might must can will seemed seems "
    "appeared appears became remained lies lay lived stood stands rose fell falls never always left "
    "means meant lit reached cannot didn't couldn't wouldn't doesn't won't can't don't".split()
)
"""Verbs that a town, a house or a law may also be the subject of."""

KIN = frozenset(
    "father mother brother sister son daughter husband wife uncle aunt cousin nephew niece "
    "grandfather grandmother grandson granddaughter stepfather stepmother stepson stepdaughter "
    "stepbrother stepsister widow widower fiancé fiancée betrothed bride bridegroom twin papa mamma "
    "mama sister-in-law brother-in-law father-in-law mother-in-law son-in-law daughter-in-law "
    "godfather godmother orphan ward guardian".split()
)
COMPANIONS = frozenset(
    "friend friends companion comrade master mistress servant maid valet lover sweetheart neighbour "
    "neighbor colleague partner patient pupil enemy rival guest boy girl lad fellow poor dear dearest "
    "darling young good named called".split()
)
"""Words that stand before a person's name, with those of KIN."""

TRADES = frozenset(
    "reeve registrar watchman bailiff warden keeper "
    "doctor physician surgeon lawyer solicitor barrister attorney clerk merchant shopkeeper grocer "
    "baker butcher tailor milliner dressmaker seamstress farmer ploughman shepherd miller blacksmith "
    "smith carpenter joiner mason builder weaver sailor seaman captain mate pilot boatman ferryman "
    "fisherman soldier officer lieutenant sergeant corporal general colonel major admiral hussar "
    "teacher schoolmaster schoolmistress governess tutor professor student scholar author writer poet "
    "painter artist musician singer actor actress dancer clergyman vicar curate rector priest monk "
    "nun bishop parson preacher minister servant maid housemaid cook housekeeper butler footman groom "
    "coachman gardener gamekeeper porter nurse midwife valet steward landlord landlady innkeeper "
    "barber banker broker manager foreman engineer mechanic driver policeman constable detective "
    "inspector magistrate judge coroner jailer warder king queen prince princess duke duchess count "
    "countess baron knight squire diplomat ambassador journalist reporter editor printer bookseller "
    "librarian apothecary chemist dentist undertaker hatter watchmaker jeweller potter tanner cooper "
    "cobbler shoemaker naturalist botanist astronomer mathematician explorer widow spinster bachelor "
    "orphan convict thief smuggler pirate beggar gipsy gypsy".split()
)
LOOKS = frozenset(
    "tall short small little stout thin slim slender lean fat plump broad broad-shouldered handsome "
    "pretty beautiful ugly plain lovely fair dark pale ruddy sallow swarthy freckled wrinkled bald "
    "bearded clean-shaven grey-haired gray-haired white-haired red-haired dark-haired fair-haired "
    "blue-eyed dark-eyed lame crooked stooping hunchbacked one-eyed toothless muscular wiry athletic "
    "gaunt haggard delicate graceful elegant clumsy shabby ragged neat scarred sunburnt sunburned "
    "bronzed blond blonde auburn".split()
)
BODY = frozenset(
    "eyes hair face beard moustache mustache whiskers nose mouth lips chin cheeks brow forehead "
    "complexion skin hands fingers arms legs shoulders figure teeth scar features eyebrows voice limp "
    "wig".split()
)
DRESS = frozenset(
    "coat hat cloak gown dress frock shawl bonnet cap boots shoes gloves spectacles waistcoat "
    "trousers breeches suit shirt uniform apron veil jacket scarf cravat ribbon robe skirt tunic "
    "turban overcoat".split()
)

NEAR_PLACE = frozenset(
    "in at near into towards toward through throughout outside inside around across reached".split()
)
LANDS = frozenset("river town city village hamlet island lake kingdom province county".split())
"""Words before the name of what they are: "the river Tarn"."""
MOVING = frozenset("to from leave left for via round over beyond past of visit visited".split())
PLACE_ENDINGS = frozenset(
    "street road lane avenue square place terrace crescent row court park hall house hotel inn castle "
    "abbey manor lodge cottage farm bridge station harbour harbor bay river lake creek sea ocean "
    "island islands isle mountain mountains hill hills valley forest wood woods moor heath common "
    "green fields gate palace tower church cathedral college school university hospital prison asylum "
    "theatre museum cemetery county town city village port cape point cove beach coast desert canal "
    "wharf docks market cross mews gardens villa pass gulf strait quay grange mere tor".split()
)
PLACE_HEADS = frozenset(
    "mount lake cape fort port north south east west upper lower new saint st river isle".split()
)

NEVER_NAMES = frozenset(
    "hullo hallo halloa halloo good-morning good-evening good-night good-day good-afternoon bravo hurrah "
    "bosh bang "
    "gawd bank good-bye father mother mamma mama mammy mam mum mummy ma papa pa dad daddy granny grandma "
    "grandmamma grandpa grandpapa grandfather grandmother auntie aunty uncle aunt brother sister "
    "sahib effendi "
    "bey pasha monday tuesday wednesday thursday friday saturday sunday january february march april "
    "may june july august september october november december christmas easter michaelmas whitsuntide "
    "whitsun lent advent god lord almighty providence heaven heavens hell christ jesus saviour savior "
    "creator bible testament gospel scripture devil satan trinity virgin jove jupiter english french "
    "german italian spanish russian american british scotch scottish irish welsh dutch swedish "
    "norwegian danish polish austrian prussian turkish greek roman latin chinese indian japanese "
    "european african asian christian catholic protestant jew jewish jews hebrew mahometan moslem "
    "muslim persian portuguese hungarian swiss belgian canadian australian oriental western eastern "
    "northern southern englishman englishmen englishwoman frenchman frenchmen frenchwoman german "
    "germans russians americans irishman scotchman scotsman welshman dutchman italians spaniard turks "
    "greeks romans indians negro negroes ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xvii xviii "
    "xix xx xxi xxii chapter book part volume section preface prologue epilogue letter note act scene "
    "canto sir madam ma'am miss mister mr mrs ms majesty highness excellency lordship ladyship honour "
    "honor grace worship reverence nature fate fortune time death love reason mr. mrs. p.m a.m p.s".split()
)
"""Capitalised words that name nobody by themselves: days, faiths, peoples, forms of address."""

ALWAYS_OTHER = frozenset(
    "english french german italian spanish russian american british scotch scottish irish welsh dutch "
    "latin greek roman chinese indian european christian catholic jewish bible gospel christmas "
    "easter monday tuesday wednesday thursday friday saturday sunday january february april september "
    "october november december god jesus christ heaven".split()
)

STOP_CAPITALS = frozenset(
    "a about above after again against ah aha alas all almost already also although always am amid "
    "among an and another any anybody anyhow anyone anything anyway are as at away aye back be "
    "good-bye bye-bye because been before behind being below beneath beside besides between beyond "
    "both but by bye can "
    "cannot certainly come could dear despite did do does don't done down during each either else "
    "enough even ever every everybody everyone everything everywhere except few finally first five "
    "for four from further gentlemen get give go good goodbye had half hark has have having he hello "
    "hence her here hers herself hey him himself his hm how however humph hush i if i'd i'll i'm i've "
    "in indeed inside instead into is isn't it it's its itself just ladies last later less lest let "
    "let's like little look many maybe me meanwhile men mine moreover more most much must my myself "
    "nay near nearly neither never nevertheless next no nobody none nonsense nor not nothing "
    "notwithstanding now nowhere o of off often oh ok okay on once one only or other others otherwise "
    "ought our ours ourselves out outside over own pardon perhaps please poor possibly presently pray "
    "quick quite rather really round said same say see seven several shall shan't she should silence "
    "similarly since six so some somebody somehow someone something sometimes somewhere soon still "
    "stop such suddenly surely take ten than thank thanks that that's the thee their theirs them "
    "themselves then thence there there's therefore these they thine think this those thou though "
    "three through throughout thus thy till to together tomorrow tonight too towards truly two under "
    "unless unlike until up upon us very wait was we we'd we'll we're we've welcome well went were "
    "what what's whatever when whence whenever where whereas whereupon wherever whether which while "
    "whilst whither who who's whoever whole whom whose why will with within without won't would yes "
    "yesterday yet you you'd you'll you're you've young your yours yourself zounds il elle le la les "
    "un une des et mais je tu nous vous ils elles on ce cette dans pour der die das und aber ich du "
    "er sie es wir ihr ein eine den dem el los las una y pero yo él ella nosotros en por para que il "
    "lo gli di e ma io tu lui lei noi".split()
)
"""Words that begin a sentence and are no part of the name that follows."""

NAMES_TOO = frozenset("will young little good round still dear grace pray may ella una".split())
"""Those of them that are somebody's name often enough to look at the words around them."""
