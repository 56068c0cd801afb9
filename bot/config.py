"""The configuration: one TOML file and the environment, read once into frozen values.

What each key means stands in config.example.toml, and a test keeps the two alike. Secrets come from the
environment alone. Every key has a variable: `model.key` is DOGEAR_MODEL_KEY.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.picture_settings import check as check_pictures
from bot.picture_settings import check_tier, sizes_of
from bot.settings import build, list_keys
from storage.config import StorageConfig
from storage.credits.licence_flags import ALLOWABLE, LicenceTerms, allowing
from storage.credits.terms import FREE, Terms, Tier
from storage.credits.values import MOST
from storage.errors import ConfigError

FILE_NAME = "config.toml"
EMBEDDERS = ("static", "minilm", "openai", "none")


class Level(StrEnum):
    """How much the log says."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class LogConfig:
    """What the log keeps; it never holds story text."""

    level: Level = Level.INFO


@dataclass(frozen=True, slots=True)
class TerminalConfig:
    """How the terminal chat looks."""

    colour: bool = True
    history: bool = True
    width_columns: int = 100


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """Who sits at the terminal, and how much of what they said is brought back."""

    owner: str = "local"
    past_turns: int = 6


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which language model drafts answers; none when `model` is empty. The same fields as agent's own.

    They stand here because reading them must not load the model's libraries; a test keeps the two alike.
    """

    base_url: str = ""
    model: str = ""
    key: str = field(default="", repr=False)
    timeout_seconds: float = 60.0
    retries: int = 1
    retry_wait_seconds: float = 1.0
    temperature: float | None = None
    max_answer_tokens: int = 700


@dataclass(frozen=True, slots=True)
class PreparingConfig:
    """What a configured model does after a turn, when nobody waits for it."""

    digest_chars_a_turn: int = 40_000
    facts_chars_a_turn: int = 40_000
    chars_a_day: int = 600_000
    notes: bool = True


@dataclass(frozen=True, slots=True)
class TelegramConfig:
    """The Telegram bot; there is none without a token. Empty addresses are Telegram's own."""

    token: str = field(default="", repr=False)
    base_url: str = ""
    file_url: str = ""
    local_server: bool = False
    messages_a_second: int = 30
    webhook_url: str = ""
    webhook_listen: str = "127.0.0.1"
    webhook_port: int = 8443
    webhook_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DiscordConfig:
    """The Discord bot; there is none without a token. Empty addresses are Discord's own."""

    token: str = field(default="", repr=False)
    api_url: str = ""
    gateway_url: str = ""
    shards: int = 1


@dataclass(frozen=True, slots=True)
class FetchingConfig:
    """How books are fetched from the addresses that readers give."""

    enabled: bool = True
    timeout_seconds: float = 120.0
    trusted_origin: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """Credits that are sold together."""

    credits: int
    stars: int = 0
    """Its price on Telegram, in Stars; 0: not sold there."""
    discord_sku: str = ""
    """The consumable's id on Discord; empty: not sold there."""


@dataclass(frozen=True, slots=True)
class CreditsConfig:
    """What readers are given, and what they may buy."""

    time_zone: str = "UTC"
    usual_tier: str = FREE
    tiers: dict[str, Tier] = field(default_factory=lambda: {FREE: Tier()})
    packs: dict[str, Pack] = field(default_factory=dict)

    @property
    def terms(self) -> Terms:
        """Return what wallets go by."""
        return Terms(self.tiers, self.usual_tier, self.time_zone)


@dataclass(frozen=True, slots=True)
class LicencesConfig:
    """What may be made of a book that no operator set anything for; the names of what is allowed."""

    own: tuple[str, ...] = ALLOWABLE
    demo: tuple[str, ...] = ALLOWABLE
    quoted_chars_an_answer: int = 600
    quoted_chars_a_day: int = 6_000

    @property
    def terms(self) -> LicenceTerms:
        """Return the flags by source, and the caps."""
        return LicenceTerms(
            allowing(self.own),
            allowing(self.demo),
            self.quoted_chars_an_answer,
            self.quoted_chars_a_day,
        )


@dataclass(frozen=True, slots=True)
class PicturesConfig:
    """What makes pictures, and what they cost in credits."""

    renderer: str = "drawn"
    model: str = ""
    version: str = ""
    base_url: str = ""
    key: str = field(default="", repr=False)
    reference_input: str = ""
    timeout_seconds: float = 300.0
    poll_seconds: float = 2.0
    size: str = "1024x1024"
    price_credits: int = 5
    large_size: str = ""
    large_price_credits: int = 8
    styles: tuple[str, ...] = ()
    webhook_url: str = ""
    webhook_listen: str = "127.0.0.1"
    webhook_port: int = 8444
    webhook_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Config:
    """All settings."""

    storage: StorageConfig
    model: ModelSettings = field(default_factory=ModelSettings)
    preparing: PreparingConfig = field(default_factory=PreparingConfig)
    pictures: PicturesConfig = field(default_factory=PicturesConfig)
    log: LogConfig = field(default_factory=LogConfig)
    terminal: TerminalConfig = field(default_factory=TerminalConfig)
    reader: ReaderConfig = field(default_factory=ReaderConfig)
    telegram: TelegramConfig = field(default_factory=TelegramConfig)
    discord: DiscordConfig = field(default_factory=DiscordConfig)
    fetching: FetchingConfig = field(default_factory=FetchingConfig)
    credits: CreditsConfig = field(default_factory=CreditsConfig)
    licences: LicencesConfig = field(default_factory=LicencesConfig)


def load_config(
    environment: Mapping[str, str], *, file: Path | None = None, data_dir: Path | None = None
) -> tuple[Config, Path | None]:
    """Return the settings and the file they came from (None: defaults).

    `file` and `data_dir` are what the command line says; they win. Raises `ConfigError`.
    """
    path = find_file(environment, file)
    table = dict(_read(path)) if path else {}
    storage = dict(_table(table, "storage"))
    if data_dir is not None or environment.get("DOGEAR_DATA"):
        storage["data_dir"] = str(data_dir or environment["DOGEAR_DATA"])
        environment = {k: v for k, v in environment.items() if k != "DOGEAR_STORAGE_DATA_DIR"}
    storage.setdefault("data_dir", str(default_data_dir(environment)))
    if storage["data_dir"] == "":
        storage["data_dir"] = str(default_data_dir(environment))
    config = build(Config, {**table, "storage": storage}, environment)
    _check(config)
    return config, path


def find_file(environment: Mapping[str, str], file: Path | None = None) -> Path | None:
    """Return the file to read: the given one, DOGEAR_CONFIG, ./config.toml, or None.

    A file that was named and is not there is a `ConfigError`.
    """
    named = file or (Path(environment["DOGEAR_CONFIG"]) if environment.get("DOGEAR_CONFIG") else None)
    if named is not None:
        if not named.expanduser().is_file():
            raise ConfigError(key=str(named), problem="is no file")
        return named.expanduser()
    here = Path(FILE_NAME)
    return here if here.is_file() else None


def default_data_dir(environment: Mapping[str, str]) -> Path:
    """Return where this system keeps a program's data."""
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or Path.home())
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "dogear"
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / "dogear"
    return Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share") / "dogear"


def list_secrets(config: Config) -> list[str]:
    """Return the values that no log may hold."""
    return [value for value in (_value(config, key.path) for key in list_keys(Config) if key.secret) if value]


def _value(config: object, path: str) -> str:
    for name in path.split("."):
        config = getattr(config, name)
    return str(config)


def _read(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(key=str(path), problem=f"is not TOML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(key=str(path), problem="cannot be read") from error


def _table(table: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = table.get(name, {})
    if not isinstance(found, Mapping):
        raise ConfigError(key=name, problem=f"is a table: write it as [{name}]")
    return found


def _check(config: Config) -> None:
    check_pictures(config.pictures)
    embedder = config.storage.embedder
    if embedder.kind not in EMBEDDERS:
        raise ConfigError(key="storage.embedder.kind", problem="wants one of " + ", ".join(EMBEDDERS))
    if embedder.kind == "minilm" and embedder.folder is None:
        raise ConfigError(key="storage.embedder.folder", problem="is needed for minilm")
    if embedder.kind == "openai" and not embedder.base_url:
        raise ConfigError(key="storage.embedder.base_url", problem="is needed for openai")
    _check_credits(config.credits)
    for name, tier in config.credits.tiers.items():
        if config.pictures.renderer != "drawn" and not sizes_of(config.pictures, tier):
            raise ConfigError(key=f"credits.tiers.{name}.sizes", problem="has none that [pictures] offers")
    for source, allowed in (("own", config.licences.own), ("demo", config.licences.demo)):
        if unknown := sorted(set(allowed) - set(ALLOWABLE)):
            problem = f"knows no {unknown[0]}, only " + ", ".join(ALLOWABLE)
            raise ConfigError(key=f"licences.{source}", problem=problem)


def _check_credits(credits: CreditsConfig) -> None:
    try:
        ZoneInfo(credits.time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            key="credits.time_zone", problem="is no time zone, such as Europe/Berlin"
        ) from error
    if credits.usual_tier not in credits.tiers:
        raise ConfigError(key="credits.usual_tier", problem="is none of credits.tiers")
    for name, tier in credits.tiers.items():
        if max(tier.included_credits, tier.questions_a_day, tier.tokens_a_day) > MOST:
            raise ConfigError(key=f"credits.tiers.{name}", problem=f"has no number over {MOST:,}")
        check_tier(name, tier)
    for name, pack in credits.packs.items():
        if not 1 <= pack.credits <= MOST:
            raise ConfigError(key=f"credits.packs.{name}.credits", problem=f"wants 1 to {MOST:,}")
        if pack.discord_sku and not pack.discord_sku.isdecimal():
            raise ConfigError(key=f"credits.packs.{name}.discord_sku", problem="is a number, in quotes")
