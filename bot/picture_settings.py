"""Which pictures there are to be had: the renderers that are configured, styles, sizes and what they cost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from agent.pictures.brief import STYLES
from storage.errors import ConfigError

if TYPE_CHECKING:
    from agent.pictures.renderer import Renderer
    from bot.config import Config, PicturesConfig
    from storage.credits.terms import Tier

_NAMES = ("drawn", "replicate")
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]+=*")
SIZES = ("standard", "large")
"""The names that sizes have in the configuration and under a button."""


def renderers_of(config: Config) -> dict[str, Renderer]:
    """Return what makes pictures here, by name; drawn cards always, a model where one is configured."""
    from agent.pictures.drawn import DrawnRenderer
    from bot.drawn_cards import draw

    found: dict[str, Renderer] = {DrawnRenderer.name: DrawnRenderer(draw)}
    pictures = config.pictures
    if pictures.renderer == "replicate":
        from agent.pictures.replicate_renderer import ReplicateRenderer, ReplicateSettings

        made = ReplicateRenderer(
            ReplicateSettings(
                model=pictures.model,
                version=pictures.version,
                key=pictures.key,
                base_url=pictures.base_url,
                timeout_seconds=pictures.timeout_seconds,
                poll_seconds=pictures.poll_seconds,
                reference_input=pictures.reference_input,
                webhook_secret=pictures.webhook_secret,
            )
        )
        found[made.name] = made
    return found


def styles_of(pictures: PicturesConfig) -> Mapping[str, str]:
    """Return the words of each style, the operator's own last."""
    own = (one.partition("=") for one in pictures.styles)
    return {**STYLES, **{name.strip().casefold(): words.strip() for name, _, words in own}}


def sizes_of(pictures: PicturesConfig, tier: Tier) -> Mapping[str, tuple[str, int]]:
    """Return each size that a tier has, by name: width by height in pixels, and its price in credits."""
    sizes = {"standard": (pictures.size, pictures.price_credits)}
    if pictures.large_size:
        sizes["large"] = (pictures.large_size, pictures.large_price_credits)
    if not tier.sizes:
        return sizes
    own = {name.strip(): price.strip() for name, _, price in (one.partition("=") for one in tier.sizes)}
    return {
        name: (size, int(own[name]) if own[name] else price)
        for name, (size, price) in sizes.items()
        if name in own
    }


def check_tier(name: str, tier: Tier) -> None:
    """Raise `ConfigError` for sizes of a tier that could not be meant."""
    for one in tier.sizes:
        size, _, price = (part.strip() for part in one.partition("="))
        if size not in SIZES or not (price.isdecimal() or (not price and "=" not in one)):
            problem = f'wants {" and ".join(SIZES)}, each alone or with its price: "large = 4"'
            raise ConfigError(key=f"credits.tiers.{name}.sizes", problem=problem)


def check(pictures: PicturesConfig) -> None:
    """Raise `ConfigError` for what could not work."""
    if pictures.renderer not in _NAMES:
        raise ConfigError(key="pictures.renderer", problem="wants one of " + ", ".join(_NAMES))
    if pictures.renderer == "replicate" and pictures.model.count("/") != 1:
        raise ConfigError(key="pictures.model", problem="wants a model as owner/name")
    for key in ("size", "large_size"):
        sides = getattr(pictures, key).split("x")
        if (key == "size" or sides != [""]) and (
            len(sides) != 2 or not all(side.isdecimal() and 64 <= int(side) <= 4096 for side in sides)
        ):
            raise ConfigError(key=f"pictures.{key}", problem='wants a width and a height: "1024x1024"')
    if pictures.webhook_secret and not _SECRET.fullmatch(pictures.webhook_secret):
        raise ConfigError(key="pictures.webhook_secret", problem='is what Replicate shows: "whsec_..."')
    if any(
        not name.strip() or not words.strip()
        for name, _, words in (s.partition("=") for s in pictures.styles)
    ):
        raise ConfigError(key="pictures.styles", problem='wants "name = words of the style"')
