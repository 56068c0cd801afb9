"""The type that cards are set in: which face has which sign. Font files come with installed packages.

EB Garamond for Latin, Greek and Cyrillic, Frank Ruhl Libre for Hebrew, Amiri for Arabic, Noto for the other
scripts, for Chinese, Japanese and Korean, and for pictographs. What none of them has is drawn as `STAND_IN`,
and the card says so: never an empty box without a word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import regex

STAND_IN = "◌"
"""Drawn for a sign that no face has."""
_INVISIBLE = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zs}]")
_PICTOGRAPH = regex.compile(r"\p{Extended_Pictographic}\uFE0F|\p{Emoji_Presentation}|[0-9#*]\uFE0F?\u20E3")
_TEXT_STYLE = "\ufe0e"

_ROMAN = ("fontpkg_eb_garamond", "files/EBGaramond[wght].ttf")
_ITALIC = ("fontpkg_eb_garamond", "files/EBGaramond-Italic[wght].ttf")
_HEBREW = ("fontpkg_frank_ruhl_libre", "files/FrankRuhlLibre[wght].ttf")
_ARABIC = ("fontpkg_amiri", "files/Amiri-Regular.ttf")
_EAST_ASIAN = ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf")
_PICTURES = ("manimgx_fonts", "NotoEmoji[wght].ttf")
_SCRIPTS = (
    "Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Thai Lao Myanmar "
    "Khmer Ethiopic Armenian Georgian"
)
_SCALES = {_HEBREW: 0.94, _ARABIC: 1.04, _EAST_ASIAN: 0.9, _PICTURES: 0.86}
"""So that the small letters of every face look as high as those of EB Garamond."""
_NOTO_SCALE = 0.84


@dataclass(frozen=True, slots=True)
class Face:
    """One font at one weight. Lengths are shares of an em of EB Garamond."""

    name: str
    font: Any = field(compare=False, repr=False)
    """A `uharfbuzz.Font` whose units are those of its file."""
    signs: Any = field(compare=False, repr=False)
    scale: float = 1.0
    """An em of the page in one unit of the font."""
    is_book: bool = False
    """It has small capitals and old figures, and its letters may be spaced."""
    is_pictures: bool = False
    """It has pictographs, which are drawn in a colour of their own."""

    def has(self, cluster: str) -> bool:
        """Tell whether every sign of a cluster that is to be seen is in this face."""
        return all(ord(sign) in self.signs or _INVISIBLE.match(sign) for sign in cluster)


@dataclass(frozen=True, slots=True)
class Family:
    """Faces in the order in which they are asked; `pictures` draws pictographs."""

    faces: tuple[Face, ...]
    pictures: Face

    def face_for(self, cluster: str, before: Face | None) -> Face | None:
        """Return the face for a cluster, that of the sign before it where that fits; None: nobody has it."""
        if (
            _PICTOGRAPH.match(cluster) or (len(cluster) > 1 and "\u200d" in cluster[1:-1])
        ) and _TEXT_STYLE not in cluster:
            bare = cluster.replace("\ufe0f", "")
            if self.pictures.has(bare):
                return self.pictures
        if before and before is not self.pictures and not cluster[0].isalpha() and before.has(cluster):
            return before
        return next((face for face in (*self.faces, self.pictures) if face.has(cluster)), None)


@lru_cache(maxsize=16)
def family(weight: int = 400, *, italic: bool = False) -> Family:
    """Return the faces of a weight (400 to 800)."""
    book = _face(_ITALIC if italic else _ROMAN, weight, is_book=True)
    noto = [("manimgx_fonts", f"NotoSans{script}[wght].ttf") for script in _SCRIPTS.split()]
    more = [("manimgx_fonts", "NotoSans[wght].ttf"), ("manimgx_fonts", "NotoSansSymbols[wght].ttf")]
    others = [_face(file, weight) for file in (_HEBREW, _ARABIC, *noto, _EAST_ASIAN, *more)]
    return Family((book, *others), _face(_PICTURES, weight))


@lru_cache(maxsize=128)
def _face(file: tuple[str, str], weight: int, *, is_book: bool = False) -> Face:
    import uharfbuzz as hb

    face = _file(file)
    font = hb.Font(face)
    if face.has_var_data:
        font.set_variations({"wght": float(weight)})
    scale = _SCALES.get(file, _NOTO_SCALE if file[0] == "manimgx_fonts" else 1.0)
    name = f"{file[1]} {weight}"
    return Face(name, font, face.unicodes, scale / face.upem, is_book, is_pictures=file == _PICTURES)


@lru_cache(maxsize=64)
def _file(file: tuple[str, str]) -> Any:
    import uharfbuzz as hb

    package, path = file
    folder = Path(str(import_module(package).__file__)).parent
    return hb.Face(hb.Blob.from_file_path(str(folder / path)))
