"""Is this EPUB locked? Told in Readium's order; nothing is ever decrypted (D5).

Fonts mangled by the two published ways (IDPF, Adobe) lock nothing.
"""

from __future__ import annotations

from storage.errors import EncryptedBook, Lock
from storage.ingest.epub.archive import Archive, Lost
from storage.ingest.xml import Parser, Unreadable, local_name

_FONT_WAYS = frozenset(("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"))


def require_unlocked(archive: Archive, parser: Parser, root: str = "") -> None:
    """Raise EncryptedBook when the book is protected. `root` is the folder that the EPUB lies in."""
    for name in ("META-INF/license.lcpl", "META-INF/sinf.xml"):
        if archive.find(root + name):
            raise EncryptedBook(Lock.DRM)
    rights = _read(archive, root + "META-INF/rights.xml")
    if rights is not None and (b"operatorURL" in rights or b"ns.adobe.com" in rights):
        raise EncryptedBook(Lock.DRM)
    if archive.find(root + "rights.xml"):
        raise EncryptedBook(Lock.DRM)
    encryption = _read(archive, root + "META-INF/encryption.xml")
    if encryption is None:
        return
    try:
        tree = parser.xml(encryption)
    except Unreadable:
        raise EncryptedBook(Lock.DRM) from None
    for data in tree.iter():
        if local_name(data) != "encrypteddata":
            continue
        ways = {child.get("Algorithm", "") for child in data if local_name(child) == "encryptionmethod"}
        if not ways or not ways <= _FONT_WAYS:
            raise EncryptedBook(Lock.DRM)


def _read(archive: Archive, name: str) -> bytes | None:
    found = archive.find(name)
    try:
        return archive.read(found) if found else None
    except Lost:
        return b""
