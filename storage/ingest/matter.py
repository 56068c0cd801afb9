"""What stands around the body: introductions, cast lists, notes, samples, licences (S28, S29). Pure.

Said by markup (epub:type, guide, landmarks), by titles, and by the names of files, in that order of trust.
"""

from __future__ import annotations

import re

from storage.values import Matter

_FRONT_TYPES = frozenset(
    "frontmatter cover titlepage title-page halftitlepage halftitle copyright-page copyright imprint "
    "imprimatur dedication epigraph foreword preface introduction toc landmarks loi lot lov loa contents "
    "seriespage pg-header dramatis-personae z3998:dramatis-personae frontispiece z3998:frontispiece map "
    "chronology genealogy preamble abstract publisher-note translator-note editorial-note praise".split()
)
_BACK_TYPES = frozenset(
    "backmatter endnotes rearnotes footnotes notes glossary bibliography index afterword appendix colophon "
    "acknowledgments acknowledgements contributors other-credits credits errata pg-footer loi "
    "keywords answers assessments promotional-copy z3998:promotional-copy z3998:biographical-note "
    "z3998:translator-note z3998:editorial-note z3998:discography z3998:published-works".split()
)
_BODY_TYPES = frozenset("bodymatter chapter part volume division prologue epilogue interlude".split())
LITTLE_TYPES = frozenset("epigraph dedication preamble abstract credits loi frontispiece map".split())
"""Words of epub:type that seal a whole file, and inside a chapter are a part of it."""
_PASSES_ON = frozenset("introduction preface foreword afterword appendix promotional-copy".split())

_WORDS = {
    "cover": "Cover",
    "titlepage": "Title page",
    "title-page": "Title page",
    "halftitlepage": "Half title",
    "copyright-page": "Copyright",
    "imprint": "Imprint",
    "dedication": "Dedication",
    "epigraph": "Epigraph",
    "foreword": "Foreword",
    "preface": "Preface",
    "introduction": "Introduction",
    "toc": "Contents",
    "loi": "List of illustrations",
    "dramatis-personae": "Cast list",
    "z3998:dramatis-personae": "Cast list",
    "endnotes": "Notes",
    "footnotes": "Notes",
    "glossary": "Glossary",
    "bibliography": "Bibliography",
    "index": "Index",
    "afterword": "Afterword",
    "appendix": "Appendix",
    "colophon": "Colophon",
    "acknowledgments": "Acknowledgments",
    "pg-header": "Project Gutenberg header",
    "pg-footer": "Project Gutenberg licence",
}

# Titles, one alternative a line; blanks stand for themselves. S29 lists what they are.
_FRONT_TITLES = (
    r"(?:front |book )?cover(?: page| image)?",
    r"(?:half[\s-]?)?title(?:[\s-]?page)?",
    r"copyright(?: (?:page|notice|information))?",
    r"imprint|legal notice|frontispiece",
    r"dedication|dedicated to",
    r"(?:table of )?contents|toc",
    r"(?:general |author[’']?s |editor[’']?s |translator[’']?s )?(?:preface|introduction|foreword)"
    r"(?: (?:to|by|from)\b.*|\s*[:.—–-].*)?",
    r"introductory (?:note|essay|remarks?)",
    r"(?:a )?note (?:on|about) .*",
    r"(?:translator|editor|publisher|transcriber)(?:[’']?s|s[’'])? (?:note|preface|introduction|foreword)s?",
    r"dramatis person(?:ae|æ)|(?:the )?persons (?:of|in|represented)\b.*",
    r"(?:list of |(?:the )?(?:main|principal|major|chief|leading) |(?:the )?cast of )?(?:the )?"
    r"characters?(?: (?:list|in|of)\b.*)?",
    r"(?:the )?cast(?: list| of .*)?|who[’']?s who|people in .*",
    r"(?:the )?(?:\w+ )?family trees?|genealog(?:y|ies|ical .*)|(?:a )?maps?(?: of .*)?",
    r"chronolog(?:y|ical .*)|time-?line",
    r"(?:list of )?(?:illustrations|figures|plates|maps|abbreviations)",
    r"also by(?: .*)?|(?:other )?(?:books|works|titles|novels) by .*|by the same author",
    r"(?:advance )?praise(?: for .*)?|(?:advance|critical) acclaim.*",
    r"(?:the )?project gutenberg\b.*|about this (?:e-?book|book|edition)",
    # French, German, Spanish, Italian, Dutch, Russian, Japanese, Chinese
    r"couverture|page de titre|avant-?propos|préface|dédicace|sommaire|table des matières|personnages",
    r"du même auteur|titelseite|titel|impressum|widmung|inhalt(?:sverzeichnis)?|vorwort|einleitung",
    r"einführung|personenverzeichnis|portada|dedicatoria|índice|prefacio|introducción|personajes|créditos",
    r"copertina|dedica|indice|prefazione|introduzione|personaggi",
    r"omslag|titelpagina|inhoud(?:sopgave)?|voorwoord|inleiding",
    r"обложка|содержание|оглавление|предисловие|введение|действующие лица",
    r"от (?:автора|переводчика|редактора)",
    r"目次|表紙|はじめに|まえがき|序文|登場人物|目录|封面|前言|版权.*",
)
_BACK_TITLES = (
    r"after[\s-]?word",
    r"(?:end|foot|rear|explanatory |author[’']?s )?notes|endnotes?|notes (?:to|on) .*",
    r"(?:selected )?bibliography|references|works cited|(?:further|suggested|recommended) reading",
    r"glossary(?: of .*)?|index(?:es)?(?: of .*)?|appendi(?:x|ces)(?: .*)?",
    r"colophon|uncopyright|acknowledge?ments?|credits|permissions|back cover|landmarks",
    r"about the (?:author|publisher|translator|editor|type|illustrator|text).*",
    r"(?:an? )?(?:note|letter|message|word) (?:from|by) the (?:author|publisher|editor|translator).*",
    r"author[’']?s (?:note|afterword)|historical notes?",
    r"(?:reading group|reader[’']?s?|book club|study) (?:guide|questions).*",
    r"(?:questions|topics) for .*|discussion (?:questions|guide)",
    r"(?:an? )?(?:sneak )?(?:preview|peek|excerpt|extract|sample|teaser)(?: (?:from|of|chapters?)\b.*|:.*)?",
    r"coming (?:soon|next)\b.*|read on\b.*|keep reading\b.*",
    r"(?:an )?(?:interview|conversation|q\s*&\s*a) with .*|newsletter.*|advertisements?",
    r"(?:the )?full project gutenberg licen[sc]e|transcriber[’']?s?[’']? notes?|licen[sc]e",
    r"other books\b.*|more (?:from|by|books)\b.*",
    r"remerciements|postface|glossaire|bibliographie|nachwort|danksagung|glossar|anmerkungen",
    r"über (?:den|die) .*",
    r"agradecimientos|glosario|notas|sobre (?:el|la) .*|ringraziamenti|postfazione|note (?:al|del) .*",
    r"nawoord|dankwoord|verklarende woordenlijst|послесловие|примечания|глоссарий|об авторе",
    r"奥付|あとがき|解説|用語集|注釈一覧|図表一覧|索引|著者紹介|后记",
)
_FRONT_TITLE = re.compile(rf"(?:{'|'.join(_FRONT_TITLES)})[\s.:]*", re.IGNORECASE)
_BACK_TITLE = re.compile(rf"(?:{'|'.join(_BACK_TITLES)})[\s.:]*", re.IGNORECASE)
_SAMPLE = re.compile(
    r"(?:an? )?(?:sneak )?(?:preview|peek|excerpt|sample|teaser)\b|coming (?:soon|next)"
    r"|(?:read on|keep reading)\b",
    re.IGNORECASE,
)
_FILE_FRONT = frozenset(
    "cover cvi titlepage title halftitle halftitlepage copyright cop cpy imprint dedication ded epigraph "
    "foreword preface introduction toc contents nav frontmatter fm frontispiece adcard praise map maps loi "
    "dramatis".split()
)
_FILE_BACK = frozenset(
    "afterword endnotes footnotes notes glossary bibliography appendix colophon uncopyright acknowledgments "
    "acknowledgements ack aboutauthor abouttheauthor ata alsoby backmatter bm teaser excerpt "
    "newsletter backad".split()
)


def types_are_matter(types: frozenset[str]) -> Matter | None:
    """Return what epub:type, guide or landmarks say of a section: sealed, body, or nothing (None)."""
    if "frontmatter" in types:
        return Matter.FRONT
    if "backmatter" in types:
        return Matter.BACK
    if types & _BODY_TYPES and ("z3998:fiction" in types or not types & (_FRONT_TYPES | _BACK_TYPES)):
        return Matter.BODY
    if types & _FRONT_TYPES:
        return Matter.FRONT
    return Matter.BACK if types & _BACK_TYPES else None


def title_is_matter(title: str) -> Matter | None:
    """Return what a title by itself says: FRONT, BACK, or None for a title that may belong to the story."""
    title = title.strip().strip('*_[]“”"').strip()
    if len(title) > 120:
        return None
    if _BACK_TITLE.fullmatch(title):
        return Matter.BACK
    return Matter.FRONT if _FRONT_TITLE.fullmatch(title) else None


def is_sample(title: str) -> bool:
    """Tell whether a title announces the opening of another book: everything after it is sealed too."""
    return _SAMPLE.match(title.strip()) is not None


def file_is_matter(name: str) -> Matter | None:
    """Return what the name of a file says, the least trusted of all."""
    stem = name.rsplit("/", 1)[-1].split(".", 1)[0].lower()
    if stem.startswith("index"):
        return None  # a converter's name for everything
    words = {word for word in re.split(r"[\W_\d]+", stem) if word}
    if words & {"chapter", "chap", "ch", "part", "prologue", "epilogue"}:
        return None
    if words & _FILE_BACK:
        return Matter.BACK
    return Matter.FRONT if words & _FILE_FRONT else None


def passes_on(types: frozenset[str], title: str) -> bool:
    """Tell whether what lies below a sealed section is sealed too: below an introduction it is."""
    return bool(types & _PASSES_ON) or is_sample(title) or _passing_title(title)


def _passing_title(title: str) -> bool:
    low = title.lower()
    words = ("introduction", "preface", "foreword", "afterword", "appendi", "gutenberg", "notes", "glossary")
    return any(word in low for word in words)


def name_of(types: frozenset[str], matter: Matter) -> str:
    """Return a plain name for a sealed section that has no title."""
    named = next((_WORDS[word] for word in sorted(types) if word in _WORDS), "")
    return named or ("Front matter" if matter is Matter.FRONT else "Back matter")
