"""Words for what can be seen of somebody: parts, clothes, colours, sizes. English, and nobody's name."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d+")


def words_of(text: str) -> list[str]:
    """Return the words of a phrase in small letters, hyphens kept."""
    return [word.lower() for word in _WORD.findall(text)]


HAIR = frozenset("hair plait plaits braid braids curls ringlets locks tresses head-of-hair".split())
FACE_HAIR = frozenset("beard moustache mustache moustaches whiskers stubble".split())
GLASSES = frozenset("spectacles glasses pince-nez eyeglass monocle eyeglasses".split())
PARTS = (
    HAIR
    | FACE_HAIR
    | frozenset(
        "eyes eye face nose mouth lips chin cheeks cheek brow forehead complexion skin hands hand "
        "fingers arms "
        "legs leg shoulders figure teeth scar scars features eyebrows jaw neck ears ear wrists feet "
        "chest back "
        "freckles patch limp wound gash bruise groove".split()
    )
)
WORN = frozenset(
    "coat hat cloak gown dress frock shawl bonnet cap boots shoes gloves waistcoat trousers breeches "
    "suit shirt "
    "uniform apron veil jacket scarf cravat ribbon robe robes skirt tunic turban overcoat greatcoat "
    "neckerchief "
    "kerchief handkerchief sash belt stockings sleeves collar cuffs hood mantle kimono sari armour "
    "helmet crown "
    "tie bow-tie petticoat blouse pinafore smock jersey sweater jeans sandals slippers nightshirt "
    "nightgown "
    "dressing-gown livery habit cassock mask ring earring earrings necklace brooch pearls bracelet locket "
    "tweeds colour color".split()
)
OUTER = frozenset(
    "coat gown dress frock suit uniform robe robes cloak tunic overcoat greatcoat livery habit cassock "
    "nightshirt "
    "nightgown dressing-gown tweeds kimono sari lilac black white grey gray purple scarlet".split()
)
"""Who is told to be in one of these is not in what was told before."""
COLOURS = frozenset(
    "black white grey gray brown red blue green yellow golden gold silver silvery fair blond blonde "
    "auburn ginger "
    "sandy chestnut hazel amber copper tawny raven flaxen iron-grey snow-white purple violet lilac "
    "scarlet crimson "
    "pink orange ivory cream dark pale pallid ruddy sallow swarthy tanned bronzed sunburnt sunburned "
    "rosy olive "
    "ebony navy maroon plum emerald turquoise mauve russet buff khaki".split()
)
CLOTHES = frozenset("silk velvet wool linen cotton satin leather lace fur jet muslin tweed".split())
BUILD = frozenset(
    "tall short small little stout thin slim slender lean fat plump broad large big huge thick narrow "
    "round "
    "broad-shouldered loose-jointed long-legged stooped stooping bent upright heavy heavily-built "
    "slight wiry "
    "muscular gaunt bony burly stocky tiny long lanky delicate athletic giant massive portly corpulent "
    "powerful "
    "sturdy lame crooked hunchbacked".split()
)
AGE = frozenset(
    "old young elderly aged boy girl child lad lass youth baby infant middle-aged teens twenties "
    "thirties forties "
    "fifties sixties seventies eighties twenty thirty forty fifty sixty seventy eighty ninety fifteen "
    "sixteen "
    "seventeen eighteen nineteen ten eleven twelve thirteen fourteen".split()
)
SHAPES = frozenset(
    "bald bearded clean-shaven cropped curly curled straight wavy long short thick thin heavy fine "
    "coarse smooth "
    "rough wrinkled freckled scarred broken hooked crooked flat sharp pointed square round oval high "
    "low deep "
    "deep-set sunken hollow bright clear large small little big wide narrow broad great tiny full "
    "loose lank "
    "matted tangled braided plaited knotted shorn shaven ragged shabby neat torn patched plain knitted "
    "striped "
    "checked embroidered polished dirty clean handsome beautiful pretty lovely ugly homely noble "
    "graceful elegant "
    "delicate weather-beaten weathered lined seamed gap-toothed toothless tattooed painted powdered "
    "good bushy "
    "shaggy shining glossy dull watery bloodshot wet dry bony slim steel brass wire iron rush straw "
    "woollen "
    "woolen knit velvet silk leather linen cotton fur lace red-haired grey-haired white-haired defenceless "
    "splendid well-cut old new worn fallen missing bare naked round-shouldered fair-headed".split()
)
VISUAL = COLOURS | BUILD | SHAPES | CLOTHES
PEOPLE = frozenset(
    "man woman boy girl child lady gentleman fellow youth lad lass maiden baby creature figure "
    "stranger person "
    "giant dwarf widow old-woman".split()
)
MEN = frozenset("man boy gentleman fellow lad youth giant".split())
WOMEN = frozenset("woman girl lady lass maiden widow".split())


def is_visual(word: str) -> bool:
    """Tell whether a word says how something looks: a colour, a size, or a made word like "blue-eyed"."""
    if word in VISUAL:
        return True
    head, _, tail = word.rpartition("-")
    return bool(head) and (
        tail in ("coloured", "colored", "haired", "eyed", "shaven", "faced", "cheeked", "skinned", "jointed")
        or tail in COLOURS
        or tail in ("built", "shouldered", "legged", "headed", "rimmed")
    )
