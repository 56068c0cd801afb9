"""Reading text: how it is normalised and how it falls into blocks, sentences and words. Pure.

The scale of everything (S1) is code points in this text, so each rule here is part of the format:
changing what `normalise` returns means raising `TEXT_VERSION`.

A *block* is what the horizon re-derives: a paragraph, or a stretch of a very long one. Blocks are
prefix-stable: cutting the text anywhere leaves every earlier block as it was, so whatever is derived
block by block is the same from the whole text as from the text cut at the horizon.
"""

from __future__ import annotations

import re
import unicodedata

from storage.values import Span

TEXT_VERSION = 1
"""The version of the rules of this module that shape offsets; stored with each book."""

LONG_BLOCK_CHARS = 2_000
"""A paragraph longer than this is cut into several blocks, at a sentence end where there is one."""

_INVISIBLE = re.compile("[\x00-\x08\u00ad\u180e\u200b\u200c\u2060\ufeff\ufff9-\ufffb]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SENTENCE_END = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*")
_LONG_CUT = re.compile(r"[.!?…。！？][\"'”’»)\]]*\s?")
_WORD = re.compile(r"[^\W_]+(?:['’\-‐‑][^\W_]+)*")
_OPENING = "\"'“‘«([—–-"
_ABBREVIATIONS = frozenset(
    "mr mrs ms messrs dr st prof rev hon capt col gen lt sgt maj cpl adm sir esq jr sr mme mlle mm "
    "no nos vol vols ch fig pp vs viz cf al ed etc".split()
)


def normalise(text: str) -> str:
    """Return one line of text as the reading text holds it: NFC, white space folded, invisibles out."""
    if text.isprintable():
        # Most lines: nothing invisible, and no white space but the plain space.
        text = unicodedata.normalize("NFC", text)
        return " ".join(text.split()) if "  " in text else text.strip(" ")
    # A lone surrogate cannot be stored or sent; it is damage, not text.
    text = _SURROGATE.sub("?", _INVISIBLE.sub("", text))
    return " ".join(unicodedata.normalize("NFC", text).split())


def blocks(text: str, start: int = 0) -> list[Span]:
    """Return the blocks of `text[start:]` in order, without the line breaks between them.

    `start` must be the beginning of a block. Empty lines make no block.
    """
    found: list[Span] = []
    position = start
    length = len(text)
    while position < length:
        end = text.find("\n", position)
        end = length if end < 0 else end
        while end - position > LONG_BLOCK_CHARS:
            cut = _cut_of_long_block(text, position, end)
            if cut >= end:
                break
            found.append(Span(position, cut))
            position = cut
        if end > position:
            found.append(Span(position, end))
        position = end + 1
    return found


def _cut_of_long_block(text: str, start: int, end: int) -> int:
    # Both rules look only at characters before the cut they return, so a later horizon cannot move it.
    sentence = _LONG_CUT.search(text, start + LONG_BLOCK_CHARS, min(end, start + 2 * LONG_BLOCK_CHARS))
    if sentence is not None and sentence.end() < end and text[sentence.end() - 1] == " ":
        return sentence.end()
    if end - start <= 2 * LONG_BLOCK_CHARS:
        return end
    # Not before the end of the stretch searched above: a text cut inside it could not know of this cut.
    space = text.find(" ", start + 2 * LONG_BLOCK_CHARS, min(end, start + 3 * LONG_BLOCK_CHARS))
    return space + 1 if space > 0 else min(end, start + 3 * LONG_BLOCK_CHARS)


def sentences(text: str, block: Span | None = None) -> list[Span]:
    """Return the sentences of one block (default: all of `text` as one block); they tile it but for spaces.

    A sentence ends at a full stop, question or exclamation mark (with its closing quotes) before a
    space and a capital, digit or opening quote; titles and initials do not end one.
    """
    start, stop = (0, len(text)) if block is None else (block.start, block.end)
    found: list[Span] = []
    begin = start
    for match in _SENTENCE_END.finditer(text, start, stop):
        end = match.end()
        if end >= stop:
            break
        if text[end] != " ":
            if text[end - 1] not in "。！？":
                continue
            following = end
        else:
            following = end + 1
        if following >= stop or not _may_begin(text, following, stop):
            continue
        if match.group() == "." and _is_abbreviation(text, begin, match.start()):
            continue
        found.append(Span(begin, end))
        begin = following
    if begin < stop:
        found.append(Span(begin, stop))
    return found


def _may_begin(text: str, at: int, stop: int) -> bool:
    while at < stop and text[at] in _OPENING:
        at += 1
    return at < stop and not text[at].islower()


def _is_abbreviation(text: str, begin: int, dot: int) -> bool:
    word_start = dot
    while word_start > begin and text[word_start - 1].isalpha():
        word_start -= 1
    word = text[word_start:dot]
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper() and word != "I")


def words(text: str) -> list[str]:
    """Return the words of `text` as written, hyphens and apostrophes inside them kept."""
    return _WORD.findall(text)


def word_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the spans of the words of `text[start:end]`, on the scale of `text`."""
    stop = len(text) if end is None else end
    return [Span(*m.span()) for m in _WORD.finditer(text, start, stop)]
