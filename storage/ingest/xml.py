"""Parsing the XML and HTML of strangers: no entity is expanded by a parser, nothing is fetched, nothing cut.

What comes out is an lxml tree. Documents that are not well-formed are read again as HTML.
"""

from __future__ import annotations

import html
import html.entities
import re
from functools import lru_cache

from lxml import etree

from storage.errors import HostileBook, Trick
from storage.ingest.encoding import decode
from storage.ingest.sniff import looks_like_text

_DEFAULT_NAMESPACE = b' xmlns="http://www.w3.org/1999/xhtml"'
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_SUBSET = re.compile(r"<!DOCTYPE\s+[^\[>]*\[(.*?)\]\s*>", re.DOTALL | re.IGNORECASE)
_ENTITY_DECLARATION = re.compile(r"""<!ENTITY\s+([^\s%]+)\s+(?:"([^"]*)"|'([^']*)')\s*>""")
_ANY_ENTITY = re.compile(r"<!ENTITY\b")
_HOLLOW = re.compile(
    r"<(title|script|style|textarea|iframe|noscript|a|p|div|span|b|i|em|strong|h[1-6]|li|td)(\s[^<>]*)?/>",
    re.IGNORECASE,
)
_LONGEST_TEXT = 9_000_000  # libxml2 stops at 10 million characters of one text node, without a word
_MAX_ENTITY_CHARS = 1_000


class Unreadable(Exception):
    """This document cannot be read whole; its book may still be."""


def _xml_parser(recover: bool = False) -> etree.XMLParser:
    # Not `collect_ids=False`: it makes libxml2 ask for the external DTD, which fails every XHTML 1.1 page.
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


class Parser:
    """Reads documents; `guessed` counts those whose encoding nobody declared rightly."""

    def __init__(self, entity_bytes: int) -> None:
        self._strict = _xml_parser()
        self._entity_bytes = entity_bytes
        self.guessed = 0

    def document(self, data: bytes) -> etree._Element:
        """Return the root of an (X)HTML document, well-formed or not.

        Raises Unreadable for what is no text or cannot be read whole, HostileBook for entity tricks.
        """
        # Without its namespace an element's name is had in half the time, and is the same name.
        root = self._plain(data.replace(_DEFAULT_NAMESPACE, b"", 1))
        return self._mended(data) if root is None else root

    def _plain(self, data: bytes) -> etree._Element | None:
        """Return the root of a well-formed document that declares no entity, None for any other."""
        if b"\x00" in data[:64]:
            return None
        try:
            root = etree.fromstring(data, self._strict)
        except (etree.XMLSyntaxError, ValueError):
            return None
        declared = root.getroottree().docinfo.internalDTD
        if declared is None:
            return root
        return None if declared.entities() else root  # type: ignore[union-attr]

    def xml(self, data: bytes) -> etree._Element:
        """Return the root of a package or contents file, mended as far as that goes.

        Raises Unreadable and HostileBook as `document` does.
        """
        root = self._plain(data)
        if root is not None:
            return root
        try:
            text = self._text(data)
            return _checked(etree.fromstring(text.encode(), _xml_parser(recover=True)))
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Unreadable(str(error)) from None

    def _text(self, data: bytes) -> str:
        if not looks_like_text(data):
            raise Unreadable("not text")
        text, guessed = decode(data)
        self.guessed += guessed
        text = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1)
        start = text.find("<")
        if start < 0:
            raise Unreadable("no markup")
        # Words before the first tag belong to nothing; a declaration after them would not be allowed there.
        text = _DECLARATION.sub("", text[start:], count=1)
        if _ANY_ENTITY.search(text):
            text = self._without_entities(text)
        return _NAMED.sub(_resolved, text) if "&" in text else text

    def _without_entities(self, text: str) -> str:
        # Our own replacement of plain abbreviations; everything cleverer than that is a trick (D4).
        subset = _SUBSET.search(text)
        if subset is None:
            raise HostileBook(Trick.ENTITY)
        named: dict[str, str] = {}
        for match in _ENTITY_DECLARATION.finditer(subset.group(1)):
            value = match.group(2) if match.group(2) is not None else match.group(3)
            if len(value) > _MAX_ENTITY_CHARS or "%" in value:
                raise HostileBook(Trick.ENTITY)
            named[match.group(1)] = value
        if len(named) != len(_ANY_ENTITY.findall(text)):
            raise HostileBook(Trick.ENTITY)  # external, parameter or repeated ones
        names = re.compile("&(" + "|".join(map(re.escape, named)) + ");")
        if any(names.search(value) for value in named.values()):
            raise HostileBook(Trick.ENTITY)  # one made of others: how a bomb is built
        body = text[: subset.start()] + text[subset.end() :]
        if sum(len(named[m.group(1)]) for m in names.finditer(body)) > self._entity_bytes:
            raise HostileBook(Trick.ENTITY)
        return names.sub(lambda m: named[m.group(1)], body)

    def _mended(self, data: bytes) -> etree._Element:
        text = self._text(data)
        if len(text) > _LONGEST_TEXT and max(map(len, text.split("<"))) > _LONGEST_TEXT:
            raise Unreadable("one text too long")
        try:
            return etree.fromstring(text.encode(), self._strict)
        except (etree.XMLSyntaxError, ValueError):
            pass
        parser = etree.HTMLParser(
            recover=True,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            encoding="utf-8",
        )
        try:
            root = etree.fromstring(_HOLLOW.sub(r"<\1\2></\1>", text).encode(), parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Unreadable(str(error)) from None
        if any(
            "huge" in entry.message.lower() or "depth" in entry.message.lower() for entry in parser.error_log
        ):
            raise Unreadable("too deep")  # never a silent cut
        return _checked(root)


def _checked(root: etree._Element | None) -> etree._Element:
    if root is None:
        raise Unreadable("nothing in it")
    return root


def _resolved(match: re.Match[str]) -> str:
    name = match.group(1)
    if name in _XML_NAMES:
        return match.group()
    found = html.entities.html5.get(name + ";")
    return html.escape(found) if found else "&amp;" + name + ";"


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace, in lower case; '' for what is no element."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=256)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


def words_of(element: etree._Element) -> str:
    """Return all the text below an element, as it stands."""
    if not len(element):
        return element.text or ""
    return "".join(map(str, element.itertext()))
