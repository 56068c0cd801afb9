"""Configuration: read once, refused by name, kept alike with its example."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from bot.config import Config, default_data_dir, list_secrets, load_config
from bot.settings import Secret, list_keys
from storage.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def write(folder: Path, text: str) -> Path:
    file = folder / "dogear.toml"
    file.write_text(text, encoding="utf-8")
    return file


def flat(table: dict[str, object], prefix: str = "") -> set[str]:
    keys: set[str] = set()
    for name, value in table.items():
        keys |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}"}
    return keys


def uncommented(text: str) -> str:
    """Return the example with its settings switched on: `# key = value` and `# [table]` lose their sign."""
    lines = []
    for line in text.splitlines():
        bare = line.removeprefix("#") if line.startswith("#") and not line.startswith("# ") else line
        lines.append(bare)
    return "\n".join(lines)


def test_the_example_lists_exactly_the_keys_that_exist() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    listed = flat(tomllib.loads(uncommented(text)))
    keys = list(list_keys(Config))
    assert listed == {key.path for key in keys if not key.secret}
    for key in keys:
        if key.secret:
            assert key.variable in text, key.path


def test_every_key_of_the_example_is_explained_right_above_it() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for before, line in pairwise(lines):
        if "=" in line and not line.startswith("# "):
            assert before.startswith("# "), line


def test_the_examples_values_are_the_defaults(tmp_path: Path) -> None:
    file = write(tmp_path, uncommented(EXAMPLE.read_text(encoding="utf-8")))
    assert load_config({}, file=file, data_dir=tmp_path)[0] == load_config({}, data_dir=tmp_path)[0]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[storage]\ncolour = 1", "storage.colour"),
        ("[stoage]\n", "stoage"),
        ("storage = 3", "storage"),
        ("[storage.embedder]\nkind = 'best'", "storage.embedder.kind"),
        ("[storage.embedder]\nkind = 'minilm'", "storage.embedder.folder"),
        ("[storage]\nparse_seconds = 'long'", "storage.parse_seconds"),
        ("[storage]\nparse_seconds = -1", "storage.parse_seconds"),
        ("[storage]\ncache_bytes = 1.5", "storage.cache_bytes"),
        ("[terminal]\ncolour = 'yes'", "terminal.colour"),
        ("[log]\nlevel = 'LOUD'", "log.level"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({}, file=write(tmp_path, text), data_dir=tmp_path)
    assert caught.value.key == key


def test_a_near_miss_names_the_right_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({}, file=write(tmp_path, "[storage]\ncache_byte = 1"), data_dir=tmp_path)
    assert "cache_bytes" in caught.value.problem


def test_what_is_no_toml_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        load_config({}, file=write(tmp_path, "= ="))
    with pytest.raises(ConfigError):
        load_config({}, file=tmp_path / "nowhere.toml")
    with pytest.raises(ConfigError):
        load_config({"DOGEAR_CONFIG": str(tmp_path / "nowhere.toml")})


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(tmp_path: Path) -> None:
    file = write(tmp_path, f"[storage]\ndata_dir = '{tmp_path / 'file'}'\nparse_seconds = 5")
    environment = {"DOGEAR_STORAGE_PARSE_SECONDS": "9", "DOGEAR_DATA": str(tmp_path / "environment")}
    config, source = load_config(environment, file=file)
    assert (config.storage.parse_seconds, config.storage.data_dir) == (9.0, tmp_path / "environment")
    assert source == file
    assert load_config(environment, file=file, data_dir=tmp_path)[0].storage.data_dir == tmp_path


def test_a_bad_value_in_the_environment_names_its_variable() -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({"DOGEAR_STORAGE_CACHE_BYTES": "much"})
    assert caught.value.key == "DOGEAR_STORAGE_CACHE_BYTES"


def test_a_secret_comes_from_the_environment_and_shows_as_stars(tmp_path: Path) -> None:
    config, _ = load_config({"DOGEAR_STORAGE_EMBEDDER_KEY": "sk-very-secret"}, data_dir=tmp_path)
    assert config.storage.embedder.key == "sk-very-secret"
    assert "very" not in repr(config)
    assert repr(Secret("sk-very-secret")) == "'***'"
    assert list_secrets(config) == ["sk-very-secret"]


def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({}, file=write(tmp_path, "[storage.embedder]\nkey = 'sk-very-secret'"), data_dir=tmp_path)
    assert "DOGEAR_STORAGE_EMBEDDER_KEY" in caught.value.problem
    assert "very" not in str(caught.value)


def test_data_goes_where_the_system_keeps_it() -> None:
    assert default_data_dir({"HOME": "/h", "XDG_DATA_HOME": "/x"}).name == "dogear"


def test_tiers_and_packs_are_tables_with_names_of_their_own(tmp_path: Path) -> None:
    text = """
[credits]
usual_tier = "visitor"
[credits.tiers.visitor]
included_credits = 3
[credits.tiers.patron]
sizes = ["large"]
[credits.packs.small]
credits = 20
stars = 100
"""
    credits = load_config({}, file=write(tmp_path, text), data_dir=tmp_path)[0].credits
    assert set(credits.tiers) == {"free", "visitor", "patron"}
    assert credits.terms.tier("").included_credits == 3
    assert credits.packs["small"].stars == 100
    changed = {"DOGEAR_CREDITS_TIERS_VISITOR_INCLUDED_CREDITS": "4"}
    credits = load_config(changed, file=write(tmp_path, text), data_dir=tmp_path)[0].credits
    assert credits.terms.tier("visitor").included_credits == 4


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[credits]\ntime_zone = 'Nowhere/At_All'", "credits.time_zone"),
        ("[credits]\nusual_tier = 'gold'", "credits.usual_tier"),
        ("[credits]\ntiers = 3", "credits.tiers"),
        ("[credits.tiers]\nfree = 3", "credits.tiers.free"),
        ("[credits.tiers.'Not a name']\n", "credits.tiers.Not a name"),
        ("[credits.tiers.gold]\nincluded = 3", "credits.tiers.gold.included"),
        ("[credits.tiers.gold]\nsizes = ['huge']", "credits.tiers.gold.sizes"),
        ("[credits.tiers.gold]\nsizes = ['large = much']", "credits.tiers.gold.sizes"),
        ("[credits.tiers.gold]\nsizes = ['large =']", "credits.tiers.gold.sizes"),
        (
            "[pictures]\nrenderer = 'replicate'\nmodel = 'a/b'\n[credits.tiers.gold]\nsizes = ['large']",
            "credits.tiers.gold.sizes",
        ),
        ("[credits.packs.small]\nstars = 3", "credits.packs.small.credits"),
        ("[credits.packs.small]\ncredits = 0", "credits.packs.small.credits"),
        ("[licences]\nown = ['films']", "licences.own"),
    ],
)
def test_a_wrong_tier_pack_or_licence_is_refused_by_name(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({}, file=write(tmp_path, text), data_dir=tmp_path)
    assert caught.value.key == key
