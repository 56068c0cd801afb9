"""Joining: which names are one person, by the evidence so far (S14). Pure.

Names join by their form only where nobody else met so far could be meant: a full name gathers its
parts, a title with a surname goes to the one person of that surname and gender. Diminutives never join
by rule (T49). A stated identity ("whose real name was") joins from the sentence on that says it.
Every name of a card carries the offset from which it is known to be a name of that card.
"""

from __future__ import annotations

from collections.abc import Iterable

from storage.story.evidence import Claim
from storage.story.gathering import Gathering
from storage.story.joining_by_form import ByForm
from storage.story.joining_by_marriage import ByMarriage
from storage.story.joining_by_statement import ByStatement
from storage.story.joining_by_use import ByUse
from storage.story.person import Person
from storage.story.sorting import Kind, Named


def join_people(named: Iterable[Named], identities: Iterable[Claim], text: str = "") -> list[Person]:
    """Return the people that `named` are in `text`, in order of first mention."""
    met = Gathering(named)
    people = [one for one in met.all if one.kind is Kind.PERSON]
    form, use = ByForm(met), ByUse(met)
    form.full_names([one for one in people if len(one.name.core) > 1])
    form.spellings()
    form.titled_names([one for one in people if len(one.name.core) == 1 and one.name.titles])
    form.bare_names([one for one in people if len(one.name.core) == 1 and not one.name.titles])
    form.spellings()
    use.short_forms()
    use.titled_by_use()
    use.titled_late()
    use.by_answers(text)
    use.by_standing()
    ByMarriage(met, text).join()
    form.epithets([one for one in people if not one.name.core])
    ByStatement(met).join(identities)
    form.drop_family_names()
    for person in met.people:
        person.named.sort(key=lambda one: (one.first, one.surface))
    return sorted(met.people, key=lambda person: (person.first, person.named[0].surface))
