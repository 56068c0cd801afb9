"""What a tier includes, and when it comes again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FREE = "free"


@dataclass(frozen=True, slots=True)
class Tier:
    """What a reader of this tier gets without paying more. 0 questions or tokens: no limit."""

    included_credits: int = 0
    """Each month."""
    questions_a_day: int = 0
    tokens_a_day: int = 0
    sizes: tuple[str, ...] = ()
    """Sizes of pictures this tier may order; empty: all."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The tiers by name, the one of a reader who has none, and the clock they renew by."""

    tiers: Mapping[str, Tier] = field(default_factory=lambda: {FREE: Tier()})
    usual: str = FREE
    zone: str = "UTC"

    def tier(self, name: str) -> Tier:
        """Return a tier; one that is gone from the configuration counts as the usual one."""
        return self.tiers.get(name) or self.tiers.get(self.usual) or Tier()

    def period(self, now: datetime) -> str:
        """Return the key of the month that `now` is in: "2026-11"."""
        return f"{self._local(now):%Y-%m}"

    def renews_at(self, now: datetime) -> datetime:
        """Return when the next month begins (UTC)."""
        local = self._local(now)
        year, month = divmod(local.year * 12 + local.month, 12)
        return datetime(year, month + 1, 1, tzinfo=local.tzinfo).astimezone(UTC)

    def day(self, now: datetime) -> str:
        """Return the key of the day that `now` is in: "2026-11-21"."""
        return f"{self._local(now):%Y-%m-%d}"

    def day_ends_at(self, now: datetime) -> datetime:
        """Return when the next day begins (UTC)."""
        local = self._local(now)
        morning = datetime(local.year, local.month, local.day, tzinfo=local.tzinfo) + timedelta(days=1)
        return morning.astimezone(UTC)

    def _local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.zone))
