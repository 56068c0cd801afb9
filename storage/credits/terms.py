"""What a tier includes, and when it comes again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.credits.values import Unit

FREE = "free"


@dataclass(frozen=True, slots=True)
class Tier:
    """What a reader of this tier gets without paying more. 0 questions or tokens: no limit."""

    included_credits: int = 0
    """Each month; they stay when it ends."""
    questions_a_day: int = 0
    tokens_a_day: int = 0
    sizes: tuple[str, ...] = ()
    """Sizes of pictures this tier may order, "large", or "large = 4" at its own price; empty: all."""

    def included(self, unit: Unit) -> int:
        """Return how much of a unit a period brings."""
        by_unit = {
            Unit.CREDIT: self.included_credits,
            Unit.QUESTION: self.questions_a_day,
            Unit.TOKEN: self.tokens_a_day,
        }
        return by_unit[unit]


@dataclass(frozen=True, slots=True)
class Terms:
    """The tiers by name, the one of a reader who has none, and the time zone they renew by."""

    tiers: Mapping[str, Tier] = field(default_factory=lambda: {FREE: Tier()})
    usual: str = FREE
    zone: str = "UTC"

    def tier(self, name: str) -> Tier:
        """Return a tier; one that is gone from the configuration counts as the usual one."""
        return self.tiers.get(name) or self.tiers.get(self.usual) or Tier()

    @property
    def limits_text(self) -> bool:
        """Tell whether any tier has a limit of text at all."""
        return any(tier.questions_a_day or tier.tokens_a_day for tier in self.tiers.values())

    def period(self, unit: Unit, now: datetime) -> str:
        """Return the key of the month that `now` is in, "2026-11", or for text of the day, "2026-11-21"."""
        local = self._local(now)
        return f"{local:%Y-%m}" if unit is Unit.CREDIT else f"{local:%Y-%m-%d}"

    def renews_at(self, unit: Unit, now: datetime) -> datetime:
        """Return when the next period begins (UTC)."""
        local = self._local(now)
        if unit is Unit.CREDIT:
            year, month = divmod(local.year * 12 + local.month, 12)
            first = datetime(year, month + 1, 1, tzinfo=local.tzinfo)
        else:
            first = datetime(local.year, local.month, local.day, tzinfo=local.tzinfo) + timedelta(days=1)
        return first.astimezone(UTC)

    def _local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.zone))
