"""How the answers to scripted requests look to a person, without --json. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.cards import tie_said
from bot.replies import UNEXPLAINED

Fields = dict[str, Any]


def print_out(command: str, found: Fields) -> str:
    """Return the text of a request's answer."""
    return _PRINTERS[command](found)


def _add(found: Fields) -> str:
    state = "was here already" if found["existed"] else f"added in {found['seconds']:.1f} s"
    lines = [f"{_title(found)}: {state}", f"{found['words']:,} words, id {found['book_id']}"]
    lines += [f"note: {warning}" for warning in found["warnings"]]
    return "\n".join([*lines, "", _sections(found)])


def _books(found: Fields) -> str:
    return "\n".join(f"{book['book_id'][:8]}  {_title(book)}" for book in found["books"]) or "no books"


def _sections(found: Fields) -> str:
    lines = []
    for section in found["sections"]:
        span = "" if section["start"] is None else f"{section['start']:>9} {section['end']:>9}"
        lead = f"{section['ordinal']:>4} {section['matter']:<6} {span:<19}"
        lines.append(f"{lead} {section['label']}  {section['title'] or ''}")
    return "\n".join(line.rstrip() for line in lines)


def _credits(found: Fields) -> str:
    if found["act"] == "audit":
        lines = [
            f"{one['wallet_id']} {one['unit']} {one['what']}: told {one['told']}, kept {one['kept']}"
            for one in found["discrepancies"]
        ]
        return "\n".join(lines) or "the ledger and the wallets agree"
    entries = found.get("entries", [found["entry"]] if "entry" in found else [])
    lists = ("act", "entries", "entry", "purchases")
    lines = [f"{name}: {value}" for name, value in found.items() if name not in lists and value is not None]
    for one in entries:
        moved = f"{one['kind']:<8} {one['amount']:>+7} {one['held']:>+7}"
        lines.append(f"{one['at'][:16]} {moved}  {one['reason']}  ({one['intent']})")
    lines += [
        f"{one['at'][:16]} {one['payment']} {one['pack']}{' (given back)' * one['is_refunded']}"
        for one in found.get("purchases", [])
    ]
    return "\n".join(lines)


def _license(found: Fields) -> str:
    return "\n".join(f"{name}: {value}" for name, value in found.items() if value != "")


def _text(found: Fields) -> str:
    return str(found["text"])


def _where(found: Fields) -> str:
    if found["candidates"]:
        return "\n".join(f"{c['start']}-{c['end']} {c['label']}" for c in found["candidates"])
    return f"{found['start']}-{found['end']} ({found['how']})"


def _search(found: Fields) -> str:
    lines = [f"up to {found['horizon']}"]
    for number, passage in enumerate(found["passages"], 1):
        lines.append(
            f"\n{number}. [{passage['label']}] {passage['start']}-{passage['end']} {passage['score']:.3f}"
        )
        lines.append(passage["text"])
    return "\n".join(lines)


def _ask(found: Fields) -> str:
    lines = [found["answer"], ""]
    lines += [f"{n}. [{c['label']}] {c['quote']}" for n, c in enumerate(found["citations"], 1)]
    return "\n".join(lines).rstrip()


def _recap(found: Fields) -> str:
    return str(found["recap"])


def _people(found: Fields) -> str:
    blocks = []
    for person in found["people"]:
        names = ", ".join(name["name"] for name in person["names"] if name["name"] != person["name"])
        head = person["name"] + (f" ({names})" if names else "")
        head += f", {person['creature']}" if person["creature"] else ""
        lines = [f"{head}: {person['mentions']} mentions, {person['first']}-{person['last']}"]
        lines += [f"  {fact['kind']}: {fact['text']} [{fact['start']}]" for fact in person["descriptors"]]
        blocks.append("\n".join(lines))
    if others := found.get("others_of_that_name"):
        blocks.append("others of that name: " + ", ".join(others))
    blocks += [
        f"{one['name']}, a {one['kind']}: {one['mentions']} mentions, {one['first']}-{one['last']}"
        + "".join(f"\n  {quote['quote']} [{quote['start']}]" for quote in one["quotes"][:1])
        for one in found.get("things", ())
    ]
    return "\n".join(blocks) or found.get("answer", "") or "nobody yet"


def _define(found: Fields) -> str:
    if found["term"] is None:
        return str(found["answer"])
    if not found["term"]["senses"]:
        return f"{found['term']['term']}: {UNEXPLAINED}"
    senses = [f"  {sense['text']} [{sense['start']}]" for sense in found["term"]["senses"]]
    return "\n".join([found["term"]["term"], *senses])


def _places(found: Fields) -> str:
    return (
        "\n".join(f"{p['name']}: {p['mentions']} mentions, {p['first']}-{p['last']}" for p in found["places"])
        or "none yet"
    )


def _relations(found: Fields) -> str:
    return (
        "\n".join(
            f"{tie_said(r['a'], r['b'], r['kind'])}{_until(r['until'])} [{r['start']}]"
            f" {' '.join(r['quote'].split())}"
            for r in found["relations"]
        )
        or "none yet"
    )


def _until(end: int | None) -> str:
    return f", until {end}" if end is not None else ""


def _mentions(found: Fields) -> str:
    if not found["people"]:
        return str(found["answer"])
    lines = [f"{', '.join(found['people'])}: {len(found['mentions'])} mentions"]
    return "\n".join([*lines, *(f"  {bar['label']}: {bar['count']}" for bar in found["chapters"])])


def _speakers(found: Fields) -> str:
    return (
        "\n".join(f"{line['start']}-{line['end']} {line['speaker'] or '?'}" for line in found["speakers"])
        or "none yet"
    )


def _timeline(found: Fields) -> str:
    return (
        "\n".join(f"{m['text']} [{m['start']}]: {' '.join(m['quote'].split())}" for m in found["timeline"])
        or "none yet"
    )


def _place(found: Fields) -> str:
    blocks = []
    for card in found["places"]:
        lines = [f"{card['name']}: {card['mentions']} mentions, {card['first']}-{card['last']}"]
        lines += [f"  {' '.join(told['quote'].split())} [{told['start']}]" for told in card["quotes"]]
        blocks.append("\n".join(lines))
    return "\n".join(blocks) or str(found["answer"])


def _check(found: Fields) -> str:
    lines = ["ok" if found["ok"] else "not ok"]
    lines += [f"{f['kind']} {f['start']}-{f['end']}: {f['text']}" for f in found["findings"]]
    return "\n".join(lines)


def _remove(found: Fields) -> str:
    counts = ", ".join(f"{count} {name}" for name, count in found["removed"].items())
    return f"removed {_title(found)}: {counts}"


def _doctor(found: Fields) -> str:
    return "\n".join(
        f"{'ok  ' if check['ok'] else 'look'}  {check['name']}: {check['says']}" for check in found["checks"]
    )


def _title(found: Fields) -> str:
    return str(found["title"]) + (f" by {found['author']}" if found["author"] else "")


_PRINTERS: dict[str, Callable[[Fields], str]] = {
    "add": _add,
    "credits": _credits,
    "license": _license,
    "books": _books,
    "sections": _sections,
    "text": _text,
    "where": _where,
    "search": _search,
    "ask": _ask,
    "recap": _recap,
    "cast": _people,
    "who": _people,
    "define": _define,
    "places": _places,
    "place": _place,
    "relations": _relations,
    "mentions": _mentions,
    "speakers": _speakers,
    "timeline": _timeline,
    "check": _check,
    "remove": _remove,
    "doctor": _doctor,
}
