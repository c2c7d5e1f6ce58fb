"""Who says what in a passage: a sentence is tied to a person or an organisation only where the text does so.

Three things tie it: the sentence itself ("Lachlan showcased …", "a talk by Kenneth Tan of Sardina Systems", "said
Priya"); a label before it ("Erica Brescia: COO Bitnami", as a line, a heading or an opening); and going on from a
sentence so tied, in the same paragraph, until somebody else comes up or the writer speaks of himself. A name that is
merely there ties nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from store.index import Index
from store.model import Hit
from store.people import full_names, given_names
from store.phrases import general_words
from store.terms import common_stems
from store.text import sentences, stem, words

LONGEST_LABEL = 14
"""Words of a line that names a speaker and says nothing else."""
LONGEST_NAME = 4
"""Words of a line that holds a name and nothing else."""
NEAR = 100
"""Characters before a name in which the words stand that tie a sentence to it."""
MOST_BEFORE = 8
"""Passages before one that are read for who speaks in it."""
SHORTEST_PART = 3
"""Letters of a given name or surname that may stand alone for the whole name."""

_TALK = (
    r"(?i:\b(?:key\s?notes?|talks?|sessions?|presentations?|presos?|demos?|demonstrations?|panels?|workshops?"
    r"|tutorials?|interviews?|q&a|updates?|speech(?:es)?|lectures?|discussions?|slides|overviews?|introductions?"
    r"|intro|videos?|welcome|quotes?|(?:blog )?posts?|vortrag|vorträge|charla|ponencia|conférence|bài)\b)"
)
_STAFF = (
    r"(?i:\b(?:speakers?|presenters?|people|folks|guys|engineers?|developers?|teams?|friends|representatives?"
    r"|colleagues|staff|members|panelists?|experts?|architects?)\b)"
)
_SPEAKS = (
    r"(?:present(?:ed|s)|sp(?:oke|eaks)|show(?:ed|s|cased|cases)|sa(?:id|ys)|talk(?:ed|s)|gave|gives|demo(?:ed|s|nstrated"
    r"|nstrates)|demo['’]d|explain(?:ed|s)|discuss(?:ed|es)|describ(?:ed|es)|led|leads|mention(?:ed|s)|asked|argued"
    r"|argues|kicked|answered|reminded|points|pointed|told|tells|shared|shares|walked|went through|goes through"
    r"|cover(?:ed|s)|highlighted|highlights|announced|announces|introduced|introduces|outlined|outlines|reported"
    r"|emphasi[sz]ed|addressed|touched|suggested|advised|referred|stated|states|compared|revealed|summari[sz]ed|began"
    r"|concluded|promised|delivered|hosted|claimed|claims|predicted|recommended|recommends|encouraged|stressed|unveiled"
    r"|illustrated|proposed|proposes|tackled|taught|took (?:the|us|over)|opened|closed|laid out|joked|praised|noted"
    r"|sprach|spricht|zeigte|zeigt|sagte|sagt|erklärte|erklärt|berichtete|erzählte|stellte|trug|hielt"
    r"|présenté|presentó|habló|mostró|explicó|contó|dijo|trình bày|nói|chia sẻ|giới thiệu|phát biểu|cho biết|kể)\b"
)
_IS = (
    r"(?:is|was|are|were|has|have|had|will|would|can|does|did|do|made|makes|built|builds|used|uses|wants|wanted|thinks"
    r"|thought|believes|believed|plans|planned|launched|released|joined|joins|works|worked|started|wrote|writes|ran|runs"
    r"|created|creates|brought|decided|looked|continued|finished|offers|offered|provides|provided|committed|won|took"
    r"|[a-z]{4,}ed|sees|saw|knows|knew|says|maintains|helped|helps|moved|adopted|chose|selected|operates|operated"
    r"|ist|sind|war|waren|hat|haben|wird|will|hei(?:ß|ss)t|est|était|es|era|fue)\b"
)
_ADVERBS = r"(?:(?:also|then|again|really|just|briefly|quickly|later|first|next|even|now|both|all|who|jokingly|đã)\s)*"
_CAPITALS = r"[A-Z0-9][\w&.+-]*(?:\s(?:of\s)?[A-Z][\w&.+-]*){0,4}"
_ASIDE = (
    r"(?:\s?\([^)]{1,60}\)|,\s[^.;:,]{1,60}(?:,\s[^.;:,]{1,40})?,|\s[-–—]\s[^.;:]{1,50}?\s[-–—]"
    rf"|,?\s(?:of|from|at|with|von|bei|de|của)\s(?:the\s)?{_CAPITALS})"
)
_NAME = r"[A-Z][^\s,.:;()]+(?:\s[A-Z][^\s,.:;()]*){0,3}"
_OTHERS = rf"(?:,?\s(?:and|und|et|y|&|và)\s{_NAME}|,\s{_NAME})"
_FOLKS = r"\s(?:folks|people|team|guys|engineers|developers)"
_BETWEEN = rf"(?:['’]s|{_FOLKS})?{_ASIDE}{{0,2}}{_OTHERS}{{0,4}}{_ASIDE}?[,)]?\s(?:that\s)?{_ADVERBS}"
_SPEAKS_AFTER = re.compile(_BETWEEN + _SPEAKS)
_IS_AFTER = re.compile(_BETWEEN + _IS)
_DOING = re.compile(
    rf"{_ASIDE}{{0,2}}{_OTHERS}{{0,4}},?\s(?:presenting|talking|speaking|showing|discussing|demonstrating|demoing"
    r"|explaining|giving|describing|leading|on stage)\b"
)
_OWN = re.compile(rf"(?:\s\([^)]{{1,80}}\)\s|['’]s?\s)(?:[\w-]+\s){{0,3}}?{_TALK}|['’]s?\s[\"“„«]")
_LABEL = re.compile(r"\s?(?:\([^)]{1,60}\)\s?)?(?::\s?|\s[-–—]\s|\s\|\s)|,\s[^.:]{2,80}?:\s?")
_LIST = rf"(?:{_NAME}(?:\s(?:on|about)\s[^,.;:]{{1,40}}?)?,?\s(?:(?:and|und|et|y|&|và)\s)?){{0,5}}"
_BY = re.compile(
    rf"(?:{_TALK}[^.!?;]{{0,{NEAR}}}?|[\"”»\])*]\s?,?\s?|^\W*)"
    rf"\b(?:by|from|of|with|mit|von|par|por|của)\s(?:the\s)?{_LIST}$"
    r"|(?i:\b(?:presented|given|led|lead|hosted|held|delivered|run|moderated|shown|introduced|explained|demonstrated"
    rf"|announced|done|told|said))\sby\s(?:the\s)?{_LIST}$"
    r"|(?i:\b(?:heard?|listen(?:ed|ing)? to|interview(?:ed)?(?: with)?|featuring|hosts?"
    rf"|(?:speakers?|presenters?) (?:was|were|is)))\s(?:from\s)?{_LIST}$"
    rf"|(?i:\b(?:said|says|explained|added|argued|sagte|erklärte|according to))\s(?:the\s)?{_LIST}$"
)
_OF_TITLE = re.compile(rf"(?:\b[A-Z][\w-]*|[)\]\"”»])\sby\s{_LIST}$")
_AFTER_DASH = re.compile(r"\w.{10,}\s[-–—]\s(?:[^.;]{0,60}[&;]\s)?$")
_CREDITED = re.compile(r"\s*$|,\s[A-Z]|\s\(|\s(?:&|and)\s[A-Z]|;")
_ANYBODY = re.compile(r"\W*(?P<initial>[A-Z])(?:[\w’'-]*(?:\s[A-Z][\w’'-]*){0,2}):\s")
_ORGANISATION = re.compile(
    rf"(?:{_STAFF}\s(?:from|of|at)\s(?:the\s)?|(?<![\w’'-])(?:The\s)?)(?P<name>{_CAPITALS})"
    rf"(?=(?:{_FOLKS})?\s(?:also |then |has |have )?(?:presented|spoke|talked"
    r"|gave (?:an?|the|two|three|several)|demoed|demonstrated|showed|showcased|announced|shared|told)\b)"
)
_WRITER = re.compile(r"\b(?:I|I['’](?:m|ve|d|ll)|[Ww]e|[Mm]y|[Oo]ur|ich|[Ii]ch|wir|[Ww]ir|[Nn]ous|je)\b")
_NEXT = re.compile(
    r"(?i:(?:the |an? )?(?:next|last|first|second|third|final|other|another|following|closing|opening)\b.{0,40}?"
    r"\b(?:talk|session|keynote|presentation|speaker|panel|demo|day|one)\b|next (?:up|was|i)\b"
    r"|after(?:wards| that| the| lunch)"
    r"|there was|finally|meanwhile|also (?:worth|interesting))"
)
_PRONOUN_IN = re.compile(
    r"(?i:\W*(?:er|sie|ihr|ihre|il|elle|ils|elles|él|ella|ellos)\b|\W*(?:\w+,?\s){0,4}?(?:he|she|they|his|her|their)\b)"
)
_STAFF_OF = re.compile(rf"{_STAFF}\s(?:from|of|at)\s(?:the\s)?$")
_LEANING = re.compile(r"\b(?:of|from|at|for|in|on|with|and|to|using|about|into|behind|like|as|than|or)\s(?:the\s)?$")
_TITLE = r"(?:(?:[A-Z][\w.&/-]*|of|for|and|at|the),?\s){0,7}"
_OF = re.compile(
    rf"(?:['’]s)?(?:,?\s(?:of|from|at|with|von|bei|de)\s(?:the\s)?|\s?[(–—-]\s?(?:{_TITLE})?|[,:]\s{_TITLE})"
)
_REPORTS = re.compile(rf"\s(?:{_SPEAKS}|{_IS})")
_WRITTEN = re.compile(
    r"\b(?:blogs?|posts?|roundup|articles?|newsletters?|reading|weblinks|links|press|planet|beiträge|artikel)\b",
    re.IGNORECASE,
)
"""What titles and headings say that list what people wrote."""
_WHOSE = re.compile(r"['’]s?\s(?:[\w-]+\s){0,4}|,?\s(?:[A-Z]{2,4}\s)?")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a passage, from ``start`` to ``end``, and who says it: names as the notes write them, or nobody.

    ``near`` are those whom it names without being tied to them. ``strong`` tells that the sentence itself says that
    they speak; a sentence that goes on from such a one, or only has them as its subject, is weaker. ``direct`` is
    speech under their name ("Priya: We will …"). ``written`` tells that they are named as the authors of a text
    ("Ceph at home, by Ada Vale" in a list of blog posts), and not as speaking.
    """

    start: int
    end: int
    by: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    strong: bool = False
    direct: bool = False
    written: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    start: int
    end: int
    person: bool = True
    asked: bool = False


@dataclass(frozen=True, slots=True)
class _Speaking:
    """Who speaks at some point of a note; ``stays`` where a label says so for what follows, paragraph by paragraph."""

    who: tuple[str, ...] = ()
    stays: bool = False
    direct: bool = False


def said(index: Index, hit: Hit, also: Sequence[str] = ()) -> list[Said]:
    """Every sentence of a passage with who says it, people and organisations.

    *also* are names to look for beside those that can be told from the text, such as a company that is asked about.
    Who spoke at the end of the passage before it is read from there.
    """
    run = [*_before(index, hit), hit]
    lookup = _lookup(_known(run), tuple(also))
    above = hit.passage.heading[-1] if hit.passage.heading else ""
    firms: dict[str, tuple[str, ...]] = {}
    _sentence(above, lookup, firms)
    speaking = _Speaking(_labelled(above, lookup), stays=True)
    found: list[Said] = []
    last = 0
    for one in run:
        same_paragraph = 0 < one.passage.first <= last
        found, speaking = _passage(one.passage.text, lookup, speaking, firms, same_paragraph=same_paragraph)
        last = one.passage.last
    found = [_with(one, _with_firms(one.by, firms), strong=one.strong) for one in found]
    return _as_written(found, hit) if _WRITTEN.search(" ".join((*hit.passage.heading, hit.source.title))) else found


def _as_written(found: Sequence[Said], hit: Hit) -> list[Said]:
    """Of a passage that lists what people wrote: a title with its author is no talk, nor is what is quoted from it."""
    text = hit.passage.text
    return [replace(one, written=bool(one.by) and not _is_told(text[one.start : one.end])) for one in found]


def _is_told(sentence: str) -> bool:
    """Whether a sentence reports that somebody spoke or did something."""
    return sentence.endswith(".") and bool(_REPORTS.search(sentence))


def _with_firms(people: tuple[str, ...], firms: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """People and the organisations that the text says they are of."""
    return tuple(dict.fromkeys((*people, *(firm for one in people for firm in firms.get(one, ())))))


def _before(index: Index, hit: Hit) -> list[Hit]:
    """The passages before one under the same heading, at most ``MOST_BEFORE``."""
    before: list[Hit] = []
    for one in reversed(index.hits(range(hit.id - MOST_BEFORE, hit.id))):
        if (one.source.file, one.passage.heading) != (hit.source.file, hit.passage.heading):
            break
        before.insert(0, one)
    return before


def _passage(
    text: str,
    lookup: "_Lookup",
    speaking: _Speaking,
    firms: dict[str, tuple[str, ...]],
    *,
    same_paragraph: bool,
) -> tuple[list[Said], _Speaking]:
    """The sentences of a passage, and who speaks at its end."""
    found: list[Said] = []
    listed = False  # one label after the other is a list of people, of whom none speaks in what follows
    for start, end in _lines(text):
        line = text[start:end]
        label = () if same_paragraph else _labelled(line, lookup)
        alone = bool(label) and len(line.split()) <= LONGEST_LABEL
        if label or _ANYBODY.match(line):
            speaking = _Speaking(label, stays=alone and not listed, direct=bool(label))
        listed = alone
        for a, b in sentences(line):
            one = _sentence(line[a:b], lookup, firms)
            opens = not same_paragraph and not line[:a].strip()
            if not one.by and label and opens:
                one = _with(one, label, strong=len(line.split()) > LONGEST_NAME)
            elif not one.by and speaking.who and _continues(line[a:b], one, speaking, opens=opens):
                one = _with(one, speaking.who)
            goes_on = set(speaking.who) <= set(one.by)
            speaking = replace(speaking, who=one.by) if goes_on else _Speaking(one.by)
            found.append(replace(one, start=start + a, end=start + b, direct=bool(one.by) and speaking.direct))
        same_paragraph = False
    return found, speaking


def _with(one: Said, by: tuple[str, ...], *, strong: bool = False) -> Said:
    return replace(one, by=by, near=tuple(name for name in one.near if name not in by), strong=strong)


def _sentence(sentence: str, lookup: "_Lookup", firms: dict[str, tuple[str, ...]]) -> Said:
    """Who speaks by the words of one sentence, and who else is named in it; *firms* learns who is of which company."""
    named = _names(sentence, lookup)
    ties = {one: _ties(sentence, one) for one in named}
    tied = [one for one in named if ties[one] and one.person]
    for one, person in ((one, person) for one in named if one.asked for person in tied):
        if _belongs(sentence, one, person):
            ties[one] = 2
            firms[person.name] = tuple(dict.fromkeys((*firms.get(person.name, ()), one.name)))
    by = tuple(dict.fromkeys(one.name for one in named if ties[one] and (one.person or one.asked or not tied)))
    near = tuple(dict.fromkeys(one.name for one in named if one.name not in by and (one.person or one.asked)))
    return Said(0, len(sentence), by, near, any(ties[one] > 1 for one in named if one.name in by))


def _belongs(sentence: str, company: _Named, person: _Named) -> bool:
    """Whether somebody is said to be of a company: "X of Y", "X (Y)", "X, architect, Y:", "Y’s X"."""
    if company.start >= person.end:
        return bool(_OF.fullmatch(sentence, person.end, company.start))
    return bool(_WHOSE.fullmatch(sentence, company.end, person.start))


def _ties(sentence: str, one: _Named) -> int:
    """How a sentence is tied to a name in it: 2 they speak, 1 it is about what they do, 0 not at all."""
    before, end = sentence[max(0, one.start - NEAR) : one.start], one.end
    after = (_SPEAKS_AFTER, _DOING, _OWN)
    if any(pattern.match(sentence, end) for pattern in after) or _BY.search(before):
        return 2
    credited = _AFTER_DASH.search(before) and _CREDITED.match(sentence, end)
    closes = before.endswith("by ") and not sentence[end:].strip()  # a title, since no sentence ends without a stop
    if one.person and (_OF_TITLE.search(before) or credited or closes):
        return 2
    if not before.strip(' *_#-•"“') and _LABEL.match(sentence, end):
        return 2
    leans = _LEANING.search(before) and not (one.person and before.endswith("and "))
    return 1 if _IS_AFTER.match(sentence, end) and not leans else 0


def _continues(sentence: str, one: Said, speaking: _Speaking, *, opens: bool) -> bool:
    """Whether a sentence goes on with who spoke before; at the opening of a paragraph only with a pronoun.

    "I" is the writer, except in direct speech.
    """
    if _NEXT.match(sentence):
        return False
    if _PRONOUN_IN.match(sentence):
        return True
    if speaking.direct and not opens:
        return True
    return (speaking.stays or not opens) and not one.near and not _WRITER.search(sentence)


def _labelled(line: str, lookup: "_Lookup") -> tuple[str, ...]:
    """The people whom the opening of a line or a heading names as those who speak below it."""
    bare = line.strip(" *_#-•:")
    first = next(iter(_names(bare[:200], lookup)), None)
    if initial := re.match(r"([A-Z]):\s", bare):
        meant = [name for name in lookup.people if name.startswith(initial[1])]
        return tuple(meant) if len(meant) == 1 else ()
    if first is None or first.start or not first.person:
        return ()
    alone = first.end == len(bare) or _is_title(bare, first.end)
    return (first.name,) if alone or _LABEL.match(bare, first.end) else ()


def _is_title(bare: str, end: int) -> bool:
    """Whether a line goes on with a role and ends like no sentence: "Imad Sousou, Intel VP and GM"."""
    return bare.startswith(", ", end) and bare[-1:] not in ".!?" and len(bare.split()) <= LONGEST_LABEL


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _known(run: Sequence[Hit]) -> tuple[str, ...]:
    """The people of a note, and of the passages' own words."""
    texts = (text for hit in run for text in (*hit.passage.heading, hit.passage.text))
    found = (name for text in texts for name, _, _ in full_names(text))
    return tuple(dict.fromkeys((*run[-1].source.people, *found)))


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Finds names in a text: ``whole`` gives the name for each way it may be put, ``people`` are those of persons."""

    pattern: re.Pattern[str]
    whole: Mapping[str, str]
    people: frozenset[str]


@lru_cache(maxsize=64)
def _lookup(known: tuple[str, ...], also: tuple[str, ...]) -> _Lookup:
    """A part of a name stands for the whole one where no other name has it."""
    whole: dict[str, str] = {}
    shared: set[str] = set()
    for name in known:
        parts = name.split()
        for part in {parts[0], parts[-1]} if len(parts) > 1 else ():
            if len(part) >= SHORTEST_PART and not name.startswith(whole.setdefault(part, name)):
                shared.add(part)
    for part in shared:
        del whole[part]
    whole |= {name: name for name in (*known, *also)}
    longest = sorted(whole, key=lambda name: (-len(name), name))
    pattern = "|".join(map(re.escape, longest)) or "(?!)"
    return _Lookup(re.compile(rf"(?<![\w’'@-])(?:{pattern})(?![\w-])"), whole, frozenset(known))


def _names(text: str, lookup: _Lookup) -> list[_Named]:
    """Every known name in a text, and organisations where it says that they or their people speak."""
    found = []
    for match in lookup.pattern.finditer(text):
        name = lookup.whole[match.group()]
        person = name in lookup.people
        found.append(_Named(name, match.start(), match.end(), person, asked=not person))
    for match in _ORGANISATION.finditer(text):
        start, end = match.span("name")
        apart = all(end <= one.start or start >= one.end for one in found)
        if apart and _is_organisation(match["name"]) and _is_subject(text[max(0, start - NEAR) : start]):
            found.append(_Named(match["name"], start, end, person=False))
    return sorted(found, key=lambda one: one.start)


def _is_subject(before: str) -> bool:
    """Not what somebody else's verb is about ("a session on Neutron presented"), unless it has people there."""
    return bool(_STAFF_OF.search(before)) or not _LEANING.search(before)


def _is_organisation(name: str) -> bool:
    """Not a word that a sentence begins with, nor a person's given name."""
    parts = words(name)
    if not parts or parts[0] in general_words() or not any(map(str.isalpha, name)):
        return False
    return parts[0] not in given_names() and (len(parts) > 1 or stem(parts[0]) not in common_stems())
