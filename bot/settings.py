"""From tables of text to frozen dataclasses: types checked, unknown keys refused by name. Pure."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from storage.errors import ConfigError

Built = TypeVar("Built")
_NAME = re.compile("[a-z][a-z0-9_]{0,30}")


class Secret(str):
    """Text that never shows itself: its repr is stars."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'" if self else "''"


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its dotted path, its type, its default, and whether it is a secret."""

    path: str
    type: Any
    default: Any
    secret: bool

    @property
    def variable(self) -> str:
        """Return the environment variable that sets it: model.key is DOGEAR_MODEL_KEY."""
        return "DOGEAR_" + self.path.upper().replace(".", "_")


def list_keys(kind: type, prefix: str = "") -> Iterator[Key]:
    """Yield every setting below a dataclass, in order; nested dataclasses are tables."""
    hints = get_type_hints(kind)
    for field in fields(kind):
        path = f"{prefix}{field.name}"
        hint = hints[field.name]
        if is_dataclass(hint):
            yield from list_keys(hint, path + ".")  # type: ignore[arg-type]
        elif get_origin(hint) is dict:
            for name in _default(field):
                yield from list_keys(get_args(hint)[1], f"{path}.{name}.")
        else:
            yield Key(path, hint, _default(field), secret=not field.repr)


def build(
    kind: type[Built], table: Mapping[str, object], environment: Mapping[str, str], prefix: str = ""
) -> Built:
    """Return `kind` filled from a table and the environment, the environment first.

    Raises `ConfigError` that names the key: unknown, of a wrong type, or a secret outside the environment.
    """
    hints = get_type_hints(kind)
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for name in table:
        if name not in known:
            raise ConfigError(key=f"{prefix}{name}", problem=_unknown(name, known))
    values: dict[str, object] = {}
    for name, field in known.items():
        path = f"{prefix}{name}"
        hint = hints[name]
        if is_dataclass(hint):
            inner = table.get(name, {})
            if not isinstance(inner, Mapping):
                raise ConfigError(key=path, problem="is a table: write it as [" + path + "]")
            values[name] = build(hint, inner, environment, path + ".")  # type: ignore[arg-type]
            continue
        if get_origin(hint) is dict:
            values[name] = _build_named(
                get_args(hint)[1], _default(field), table.get(name, {}), environment, path
            )
            continue
        key = Key(path, hint, None, secret=not field.repr)
        if key.secret and name in table:
            raise ConfigError(key=path, problem=f"is a secret: set {key.variable} in the environment instead")
        if key.variable in environment:
            values[name] = _from_text(key, environment[key.variable])
        elif name in table:
            values[name] = _checked(key, table[name])
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ConfigError(key=path, problem="is needed")
    return kind(**values)


def _build_named(
    kind: type[Built],
    defaults: Mapping[str, Built],
    tables: object,
    environment: Mapping[str, str],
    path: str,
) -> dict[str, Built]:
    """Return tables that have names of the operator's own, beside the default ones."""
    if not isinstance(tables, Mapping):
        raise ConfigError(key=path, problem=f"is made of tables: write each as [{path}.NAME]")
    built = {}
    for name in {**defaults, **tables}:
        inner = tables.get(name, {})
        if not isinstance(inner, Mapping) or not _NAME.fullmatch(name):
            raise ConfigError(
                key=f"{path}.{name}", problem=f"is a table, named in small letters: [{path}.NAME]"
            )
        built[name] = build(kind, inner, environment, f"{path}.{name}.")
    return built


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else None


def _unknown(name: str, known: Mapping[str, object]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1, 0.6)
    return f"is not a setting; did you mean {near[0]}?" if near else "is not a setting"


def _inner_type(hint: Any) -> tuple[Any, bool]:
    """Return the type without its None, and whether None is allowed."""
    if get_origin(hint) in (Union, types.UnionType):
        inner = [part for part in get_args(hint) if part is not type(None)]
        return inner[0], len(inner) < len(get_args(hint))
    return hint, False


def _from_text(key: Key, text: str) -> object:
    kind, _ = _inner_type(key.type)
    try:
        if kind is bool:
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[
                text.casefold()
            ]
        if kind is int:
            return _checked(key, int(text))
        if kind is float:
            return _checked(key, float(text))
    except (ValueError, KeyError) as error:
        raise ConfigError(key=key.variable, problem=f"wants {_wanted(kind)}") from error
    if get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return _checked(key, text)


def _checked(key: Key, value: object) -> object:
    kind, optional = _inner_type(key.type)
    if optional and value == "":
        return None
    wrong = ConfigError(key=key.path, problem=f"wants {_wanted(kind)}")
    if kind is bool or isinstance(value, bool):
        if kind is bool and isinstance(value, bool):
            return value
        raise wrong
    if kind in (int, float):
        if not isinstance(value, int | float) or (kind is int and not isinstance(value, int)):
            raise wrong
        if not 0 <= value < float("inf"):
            raise ConfigError(key=key.path, problem="cannot be negative or endless")
        return kind(value)
    if get_origin(kind) is tuple:
        if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
            return tuple(value)
        raise wrong
    if not isinstance(value, str):
        raise wrong
    if key.secret:
        return Secret(value)
    if kind is Path:
        return Path(value).expanduser()
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        try:
            return kind(value)
        except ValueError as error:
            raise wrong from error
    return value


def _wanted(kind: Any) -> str:
    if get_origin(kind) is tuple:
        return "a list of texts"
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return "one of " + ", ".join(member.value for member in kind)
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "text", Path: "a path"}
    return names.get(kind, "another kind of value")
