"""What stands around the body: introductions, cast lists, notes, samples, licences (S28, S29). Pure.

Said by markup (epub:type, guide, landmarks), by titles, and by the names of files, in that order of trust.
"""

from __future__ import annotations

import re

from storage.values import Matter

_FRONT_TYPES = frozenset(
    "frontmatter cover titlepage title-page halftitlepage halftitle copyright-page copyright imprint imprimatur "
    "dedication epigraph foreword preface introduction toc landmarks loi lot lov loa contents seriespage "
    "pg-header dramatis-personae z3998:dramatis-personae frontispiece z3998:frontispiece map chronology "
    "genealogy preamble abstract publisher-note translator-note editorial-note praise".split()
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

_FRONT_TITLES = r"""
    (?:front\ |book\ )?cover(?:\ page|\ image)?|(?:half[\s-]?)?title(?:[\s-]?page)?|copyright(?:\ (?:page|notice|information))?
  | imprint|legal\ notice|dedication|dedicated\ to|(?:table\ of\ )?contents|toc
  | foreword|forward|(?:general\ |author[’']?s\ |editor[’']?s\ |translator[’']?s\ )?(?:preface|introduction)(?:\ to\ .*|\ by\ .*)?
  | introduction\s*[:.—–-].*|preface\s*[:.—–-].*|foreword\s*(?:[:.—–-]|by\b).*
  | introductory\ (?:note|essay|remarks?)
  | (?:a\ )?note\ (?:on|about)\ the\ (?:text|translation|type|edition|author|names|pronunciation).*|(?:a\ )?note\ on\ .*
  | (?:translator|editor|publisher|transcriber)(?:[’']?s|s[’'])?\ (?:note|preface|introduction|foreword)s?
  | dramatis\ person(?:ae|æ)|persons\ (?:of|in|represented\ in)\ .*|(?:the\ )?persons\ represented
  | (?:list\ of\ |(?:the\ )?(?:main|principal|major|chief|leading)\ |(?:the\ )?cast\ of\ )?(?:the\ )?characters?(?:\ (?:list|in|of)\b.*)?
  | (?:the\ )?cast(?:\ list|\ of\ .*)?|who[’']?s\ who|people\ in\ .*|(?:the\ )?family\ trees?|genealog(?:y|ies|ical\ .*)
  | maps?(?:\ of\ .*)?|chronolog(?:y|ical\ .*)|time-?line|(?:list\ of\ )?(?:illustrations|figures|plates|maps|abbreviations)
  | frontispiece|also\ by(?:\ .*)?|(?:other\ )?(?:books|works|titles|novels)\ by\ .*|by\ the\ same\ author|praise(?:\ for\ .*)?
  | (?:advance|critical)\ (?:praise|acclaim).*|(?:the\ )?project\ gutenberg\b.*|about\ this\ (?:e-?book|book|edition)
"""
_BACK_TITLES = r"""
    afterword|after[\s-]word|(?:end|foot|rear|explanatory\ |author[’']?s\ )?notes|notes\ (?:to|on)\ .*|(?:selected\ )?bibliography|references|works\ cited
  | glossary(?:\ of\ .*)?|index(?:es)?(?:\ of\ .*)?|appendi(?:x|ces)(?:\ .*)?|colophon|uncopyright|acknowledge?ments?|credits|permissions
  | about\ the\ (?:author|publisher|translator|editor|type|illustrator|text).*|(?:an?\ )?(?:note|letter|message|word)\ (?:from|by)\ the\ (?:author|publisher|editor|translator).*
  | author[’']?s\ (?:note|afterword)|historical\ notes?|further\ reading|suggested\ reading|recommended\ reading
  | (?:reading\ group|reader[’']?s?|book\ club|study)\ (?:guide|questions).*|(?:questions|topics)\ for\ (?:discussion|.*)|discussion\ (?:questions|guide)
  | (?:an?\ )?(?:sneak\ )?(?:preview|peek|excerpt|extract|sample|teaser)(?:\b.*)?|(?:coming\ )(?:soon|next)\b.*|read\ on\b.*|keep\ reading\b.*
  | (?:an\ )?(?:interview|conversation|q\s*&\s*a)\ with\ .*|newsletter.*|advertisements?|(?:the\ )?full\ project\ gutenberg\ licen[sc]e|transcriber[’']?s?\ notes?
  | endnotes?|footnotes|licen[sc]e|back\ cover|landmarks|other\ books\b.*|more\ (?:from|by|books)\b.*
"""
_OTHER_TONGUES = r"""
    couverture|page\ de\ titre|(?:avant-?)propos|préface|dédicace|sommaire|table\ des\ matières|remerciements|glossaire|personnages|bibliographie|postface|du\ même\ auteur
  | titelseite|titel|impressum|widmung|inhalt(?:sverzeichnis)?|vorwort|einleitung|einführung|nachwort|danksagung|glossar|personenverzeichnis|anmerkungen|über\ (?:den\ autor|die\ autorin)
  | portada|dedicatoria|índice|prefacio|prólogo\ del\ .*|introducción|agradecimientos|glosario|personajes|notas|sobre\ el\ autor|créditos
  | copertina|dedica|indice|prefazione|introduzione|ringraziamenti|personaggi|note\ (?:al\ testo|del\ .*)|glossario|postfazione
  | omslag|titelpagina|inhoud(?:sopgave)?|voorwoord|inleiding|nawoord|dankwoord|verklarende\ woordenlijst
  | обложка|содержание|оглавление|предисловие|введение|послесловие|примечания|действующие\ лица|глоссарий|об\ авторе|от\ (?:автора|переводчика|редактора)
  | 目次|奥付|表紙|はじめに|まえがき|序文|あとがき|解説|登場人物|用語集|注釈一覧|図表一覧|索引|著者紹介|目录|封面|前言|后记|版权.*
"""
_FRONT_TITLE = re.compile(rf"(?:{_FRONT_TITLES}|{_OTHER_TONGUES})[\s.:]*", re.IGNORECASE | re.VERBOSE)
_BACK_TITLE = re.compile(rf"(?:{_BACK_TITLES})[\s.:]*", re.IGNORECASE | re.VERBOSE)
_BACK_TONGUES = re.compile(
    r"remerciements|postface|glossaire|bibliographie|nachwort|danksagung|glossar|anmerkungen|über .*|agradecimientos|glosario|"
    r"notas|sobre .*|ringraziamenti|glossario|postfazione|nawoord|dankwoord|послесловие|примечания|глоссарий|об авторе|"
    r"奥付|あとがき|解説|用語集|注釈一覧|図表一覧|索引|著者紹介|后记",
    re.IGNORECASE,
)
_SAMPLE = re.compile(
    r"(?:an?\ )?(?:sneak )?(?:preview|peek|excerpt|extract|sample|teaser)\b|coming (?:soon|next)|read on\b|keep reading\b",
    re.IGNORECASE,
)
_FILE_FRONT = frozenset(
    "cover cvi titlepage title halftitle halftitlepage copyright cop cpy imprint dedication ded epigraph foreword "
    "preface introduction toc contents nav frontmatter fm frontispiece adcard praise map maps loi dramatis".split()
)
_FILE_BACK = frozenset(
    "afterword endnotes footnotes notes glossary bibliography appendix colophon uncopyright acknowledgments "
    "acknowledgements ack aboutauthor abouttheauthor ata alsoby backmatter bm teaser excerpt newsletter backad".split()
)


def types_are_matter(types: frozenset[str]) -> Matter | None:
    """Return what epub:type, guide or landmarks say of a section: sealed matter, the body, or nothing (None)."""
    if "frontmatter" in types:
        return Matter.FRONT
    if "backmatter" in types:
        return Matter.BACK
    if "auxiliary" in types:
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
    if _BACK_TITLE.fullmatch(title) or _BACK_TONGUES.fullmatch(title):
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
    """Tell whether the sections below a sealed one are sealed with it: those of an introduction, not of a title page."""
    return bool(types & _PASSES_ON) or is_sample(title) or _passing_title(title)


def _passing_title(title: str) -> bool:
    low = title.lower()
    words = ("introduction", "preface", "foreword", "afterword", "appendi", "gutenberg", "notes", "glossary")
    return any(word in low for word in words)


def name_of(types: frozenset[str], matter: Matter) -> str:
    """Return a plain name for a sealed section that has no title."""
    named = next((_WORDS[word] for word in sorted(types) if word in _WORDS), "")
    return named or ("Front matter" if matter is Matter.FRONT else "Back matter")
