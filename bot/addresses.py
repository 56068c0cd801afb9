"""Addresses of books: what is one, where in the net may be gone, what a file there is called. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.message import Message
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from pathlib import PurePosixPath
from urllib.parse import unquote

from bot.uploads import ENDINGS

_ADDRESS = re.compile(r"<?(https?://[^\s<>]+)>?", re.IGNORECASE)
_NAME_CHARS = 120
_BY_TYPE = {
    "application/epub+zip": "epub",
    "application/pdf": "pdf",
    "application/xhtml+xml": "xhtml",
    "text/html": "html",
    "text/markdown": "md",
    "text/plain": "txt",
}
_SCRIPTS = frozenset("php asp aspx cgi jsp do".split())
"""What hands a file out, and says nothing of its kind."""
_PAGE_ENDINGS = ("html", "htm", "xhtml")
_PAGE_START = re.compile(
    rb"(?:\s|\xef\xbb\xbf|<\?xml[^>]*>|<!--.*?-->)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_OF_HOSTS = (IPv4Network("192.0.0.0/24"), IPv4Network("168.63.129.16/32"))
"""Looks public, and is where a cloud's machine asks its host about itself (Oracle, Azure)."""
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")


def find_address(text: str) -> str | None:
    """Return the address that a text is, and is nothing else than; None for any other text."""
    found = _ADDRESS.fullmatch(text.strip())
    return found[1] if found else None


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public net's single machines, whatever it is wrapped in."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _wrapped(ip) if isinstance(ip, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    if isinstance(ip, IPv6Address):
        is_local = ip.is_site_local or ip in _NAT64_LOCAL
    else:
        is_local = any(ip in network for network in _OF_HOSTS)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or is_local)


def _wrapped(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address leads to, None when it leads to none."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    return IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None


def name_of(path: str, headers: Mapping[str, str]) -> str:
    """Return what a file is called: by its server (RFC 6266), else by the end of its path.

    An ending that says nothing, as of a script that hands out files, gives way to that of the media type.
    """
    given = Message()
    given["Content-Disposition"] = headers.get("content-disposition", "")
    name = given.get_filename() or unquote(path)
    name = PurePosixPath(name.replace("\\", "/")).name
    name = "".join(sign for sign in name if sign.isprintable())[-_NAME_CHARS:].strip()
    ending = PurePosixPath(name).suffix.lstrip(".").casefold()
    if ending in _SCRIPTS:
        name, ending = PurePosixPath(name).stem, ""
    by_type = _BY_TYPE.get(media_type(headers), "")
    if by_type and ending not in ENDINGS:
        name = f"{PurePosixPath(name).stem or 'book'}.{by_type}"
    return name or "book"


def media_type(headers: Mapping[str, str]) -> str:
    """Return what a server says that a file is, without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().casefold()


def is_page(path: str, headers: Mapping[str, str], begins: bytes) -> bool:
    """Tell whether what came is a page where none was named: a sign-in, a shop, a "not found"."""
    asked_for = PurePosixPath(unquote(path)).suffix.lstrip(".").casefold()
    is_html = media_type(headers) in ("text/html", "application/xhtml+xml") or _PAGE_START.match(begins)
    return bool(is_html) and asked_for not in _PAGE_ENDINGS
