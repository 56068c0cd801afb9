"""Kinds of tie that are alike: what a legend names and colours. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """Ties of one sort; the colour is dark enough for small letters on white."""

    name: str
    colour: str


LOVE = Family("love and marriage", "#c2185b")
KIN = Family("kin", "#1f5fa8")
FRIENDSHIP = Family("friendship", "#2e7d32")
RIVALRY = Family("rivalry", "#b23c00")
SERVICE = Family("service and trade", "#7a5b00")
OTHER = Family("other ties", "#5f6368")
FAMILIES = (KIN, LOVE, FRIENDSHIP, RIVALRY, SERVICE, OTHER)
"""In the order of the legend."""

BOTH_WAYS = frozenset(
    "friend cousin companion comrade partner colleague enemy rival neighbour neighbor engaged married eloped "
    "ally playfellow schoolfellow lover sweetheart twin betrothed".split()
)
"""Kinds in which each is to the other what the other is to them."""

_OF = {
    LOVE: "husband wife spouse bride bridegroom fiancé fiancée engaged married eloped betrothed lover "
    "sweetheart mistress widow love lady-wife admirer suitor",
    FRIENDSHIP: "friend companion comrade ally playfellow schoolfellow neighbour neighbor favourite favorite "
    "confidant confidante",
    RIVALRY: "enemy rival foe adversary opponent",
    SERVICE: "servant maid valet butler housekeeper coachman governess tutor secretary nurse patient pupil "
    "patron patroness protégé protégée guardian ward partner colleague client employer landlady landlord "
    "steward apprentice slave disciple accomplice bailiff gamekeeper gardener groom footman master teacher "
    "physician doctor lawyer solicitor attorney assistant clerk",
    KIN: "mother father brother sister son daughter uncle aunt nephew niece cousin grandfather grandmother "
    "grandson granddaughter twin mamma mama papa heir heiress parent child stepmother stepfather stepson "
    "stepdaughter stepbrother stepsister godfather godmother godson goddaughter kinsman kinswoman",
}
_FAMILY = {word: family for family, words in _OF.items() for word in words.split()}


def family_of(kind: str) -> Family:
    """Return what sort of tie a kind is: "twin sister" is kin, "in love with" is love."""
    if kind.endswith("-in-law"):
        return KIN
    words = kind.replace("-", " ").split()
    found = [_FAMILY[word] for word in reversed(words) if word in _FAMILY]
    return found[0] if found else OTHER
