"""Who spoke about something, and what somebody said: what the notes tie to a name and, apart from it, what is near."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from intents import language
from intents.base import Answer, Choice, Intent, Line, cite, counted
from intents.find import DEEPEST, corrections, find, query, refusal, topic_of, where
from intents.names import handle, nearest, people_named, same_person
from intents.understand import Question
from store.index import Index
from store.model import Hit
from store.quotes import marks
from store.scoring import stem_weights
from store.search import Found, search
from store.speakers import Said, said
from store.terms import Term
from store.text import fold, stem, stems, words

READ = 40
"""Passages that are read for who speaks in them."""
MOST_SPEAKERS, MOST_NEAR, MOST_QUOTES = 8, 3, 5
"""How many people, mentions near by, and quotes of one person an answer shows."""
FEWEST_WORDS, MOST_WORDS = 4, 75
"""Words that are worth quoting, and words of a quote."""
MOST_CHOICES = 4
SHARE = 0.5
"""How much of the question's weight somebody's sentences in a passage must hold to be about it."""
STRONG, LABEL, LONG_ENOUGH = 0.5, 0.3, 8
"""What a sentence counts that says that they speak, or names them, what one that ends in a colon; and the words of a
telling sentence."""

_NAMED, _NEAR = "Whom the notes name as speaking about it", "Mentioned near it"
_AT, _THEIRS, _NEAR_THEM = "Whom the notes name as speaking", "What the notes tie to {}", "Mentioned near {}"

_SPOKE = (
    r"(?:talk(?:ed|s|ing)?|sp(?:oke|oken|eak|eaks|eaking)|present(?:ed|s|ing)?|discuss(?:ed|es)?|mention(?:ed|s)?"
    r"|demo(?:ed|s)?|demonstrated|showed|shown|showcased|said|explained|announced|introduced|lectured"
    r"|(?:gave|gives?|held|did|led|ran|hosted)(?: \w+){0,3} (?:talks?|key ?notes?|sessions?|demos?|presentations?"
    r"|panels?|workshops?|tutorials?)|(?:has|have|had|was|were) (?:talk|sp|present|discuss|mention|demo|show)\w*)"
)
_SAID = (
    r"(?:say|said|show|demo|demonstrate|present|talk|speak|discuss|announce|explain|mention|tell|introduce|do|work"
    r"|report|describe|give|keynote|cover|think|recommend|argue|claim|promise|suggest)(?:ed|ing|n)?"
)
_WHO = re.compile(
    rf"who(?:m)?(?: else)?(?: all)? {_SPOKE}\b|(?:list |show |name )?(?:all )?(?:the |which )?(?:speakers|presenters)\b"
    r"|which (?:people|persons?|speakers?|companies|vendors|presenters?) (?:talked|spoke|presented|showed|discussed"
    r"|mentioned|demoed)\b|wer (?:sprach|redete|hat|hielt|zeigte|präsentierte|erzählte)\b",
    re.IGNORECASE,
)
_IS = re.compile(
    r"who(?:['’]s| is| was| are| were) (?P<name>[^?!,;]{2,60}?)\s*(?:[?!.]*$|,|\band what\b)", re.IGNORECASE
)
_DID = re.compile(
    rf"what (?:all )?(?:did|does|do|has|have|had) (?P<name>[^?!,;:]{{2,60}}?) {_SAID}\b"
    r"|was (?:sagte|zeigte|erzählte|hat|präsentierte) (?P<german>[^?!,;:]{2,60}?)"
    r"(?:[?!.]|$| über\b| zu\b| gesagt| gezeigt)",
    re.IGNORECASE,
)
_ROLE = (
    r"(?:[Dd]eveloper|[Ee]ngineer|[Aa]rchitect|[Mm]anager|[Dd]irector|[Ff]ounder|[Ll]ead(?:er)?|C[EFIOT]O|S?VP|PTL"
    r"|[Cc]hair(?:man|woman)?|[Pp]resident|[Hh]ead|[Mm]ember|[Ee]vangelist|[Aa]nalyst|[Cc]onsultant|[Ss]cientist"
    r"|[Oo]fficer|[Ll]iaison|[Ww]riter|[Aa]mbassador|[Pp]rofessor|[Cc]ontributor|[Mm]aintainer)"
)
_INTRODUCED = (
    rf"(?:\s?[,:(–—-]?\s(?:[\w&’'.-]+\s){{0,5}}?{_ROLE}\b|\s\(?(?:of|from|at)\s(?:the\s)?[A-Z]|\s?\([A-Z]"
    r"|,?\s(?:who\s)?(?:is|was)\s(?:an?|the|our|one|former)\b)"
)
_NOBODY = frozenset(
    "you we i they he she it people anybody anyone somebody someone everyone everybody attendees users operators "
    "developers speakers this that these those there here notes all being new wir man sie er ihr".split()
)
_ARTICLES = frozenset("the a an your my our".split())


def shaped(text: str) -> str | None:
    """The whole text where it asks who spoke, who somebody is, or what somebody said; None where it does not.

    >>> shaped("who talked about Kuryr?"), shaped("who is the new PTL of Zaqar")
    ('who talked about Kuryr?', None)
    """
    return text if _WHO.match(text) or _asked_name(text) else None


def _asked_name(text: str) -> str:
    """The name in "who is …" or "what did … say", or nothing where no name can stand there."""
    match = _IS.match(text) or _DID.match(text)
    name = next(filter(None, match.groups()), "").strip() if match else ""
    typed = words(name)
    if match is None or not typed or typed[0] in _NOBODY or len(typed) > 5:
        return ""
    return "" if typed[0] in _ARTICLES and (match.re is _IS or len(typed) == 1) else name


def who(question: Question, index: Index, limit: int = 10) -> Answer:
    """Whom the notes name as speaking about a topic, or what they tie to a person or a company by name.

    Where they tie nothing, it is said what stands near; where that is nothing either, and where a question names
    nobody, it is answered as any other.
    """
    if question.absent:
        return replace(find(question, index, limit), intent="who")
    name = _asked_name(question.said)
    if not name and not _WHO.match(question.said) and people_named(question.said[:100], index.facets):
        name = question.said  # as in "/recap who Ada Vale"
    return _about_name(name, question, index, limit) if name else _speakers(question, index, limit)


@dataclass(frozen=True, slots=True)
class _Quote:
    """Sentences of a passage, from ``start`` to ``end``, with the name that they are tied to, or that is near.

    ``share`` is the weight of the topic in them; ``strong`` tells that they, or others of the passage, say that the
    person speaks; ``echoes`` is how many words of the question stand in one
    sentence of the person's own.
    """

    hit: Hit
    name: str
    start: int
    end: int
    share: float = 0.0
    strong: bool = False
    echoes: int = 0
    introduces: bool = False


def _about_name(name: str, question: Question, index: Index, limit: int) -> Answer:
    meant = people_named(name, index.facets)
    if len(meant) > 1:
        return _which(name, meant, question)
    if not meant and not _may_be_name(name, index):
        return _with_nearest(_as_any_other(question, index, limit), name, question, index)
    found = search(index, query(question), limit=DEEPEST)
    if not found.hits:
        return _unknown(name, question, index, found)
    if not meant and _is_stranger(name, found, index):
        return _unknown(name, question, index, Found(missing=tuple(words(name))))
    shown = meant[0] if meant else _as_written(name, found, index)
    topic = _topic(found.terms, name, shown)
    asked = frozenset(stems(question.said)) - _SMALL - set(stems(f"{name} {shown}"))
    theirs, near = _tied(shown, found.hits[:READ], index, stem_weights(topic), asked)
    if not theirs and not near:
        return _as_any_other(question, index, limit)
    if _IS.match(question.said):
        theirs, near = _introduced_first(theirs, near)
    off_topic = bool(topic) and not any(one.share for one in theirs)
    return Answer(
        intent="who",
        heading=_told(shown, theirs),
        lines=(
            *_lines(theirs[:MOST_QUOTES], _THEIRS.format(shown)),
            *_lines(near[:MOST_NEAR], _NEAR_THEM.format(shown)),
        ),
        hits=_in_order([*theirs, *near], found.hits, limit),
        corrections=corrections(question, found),
        scope=question.scope,
        choices=_their_notes(shown, index),
        notices=(_off_topic(shown, topic),) if theirs and off_topic else (),
        more=max(0, len(theirs) - MOST_QUOTES),
    )


def _their_notes(name: str, index: Index) -> tuple[Choice, ...]:
    """What somebody wrote, where the notes know them as an author, be it by a handle."""
    author = name if name in index.facets.authors else handle(name, index.facets)
    return (Choice(f"Summarise the notes by {author}", f"summarise notes by {author}"),) if author else ()


def _as_any_other(question: Question, index: Index, limit: int) -> Answer:
    return find(replace(question, intent="find"), index, limit)


def _may_be_name(name: str, index: Index) -> bool:
    """Whether the notes write its words like names; where they have none of them, whether it is typed like one."""
    vocabulary = index.generation.vocabulary
    known = [word for word in words(name) if word in vocabulary and word not in language.STOP_WORDS]
    if not known:
        return name[:1].isupper() or len(words(name)) > 1
    return all(vocabulary.shown(word)[:1].isupper() for word in known)


def _is_stranger(name: str, found: Found, index: Index) -> bool:
    """Whether a name of several words, none of which the notes have, was read as words that do not stand together."""
    vocabulary = index.generation.vocabulary
    typed = [word for word in words(name) if word not in _ARTICLES]
    if len(typed) < 2 or any(word in vocabulary for word in typed):
        return False
    read = {term.typed: words(term.correction) for term in found.terms if term.correction}
    beside = [part for word in typed for part in read.get(word, [word])]
    return not any(_run(beside, words(hit.passage.text)) for hit in found.hits[:READ])


def _run(parts: Sequence[str], text: Sequence[str]) -> bool:
    return any(list(text[i : i + len(parts)]) == list(parts) for i in range(len(text) - len(parts) + 1))


def _as_written(name: str, found: Found, index: Index) -> str:
    """An organisation's name as the notes spell it, without an article."""
    read = {term.typed: term.correction for term in found.terms if term.correction}
    shown = index.generation.vocabulary.shown
    return " ".join(read.get(word) or shown(word) for word in words(name) if word not in _ARTICLES)


def _topic(terms: Iterable[Term], *names: str) -> list[Term]:
    """What is asked beside the name, without the words that go with any topic."""
    own = {s for name in names for s in stems(name)}
    told = (term for term in terms if not language.WEAK_WORDS.issuperset(term.typed.split()))
    return [term for term in told if not own.issuperset(map(stem, words(term.correction or term.typed)))]


def _tied(
    name: str, hits: Iterable[Hit], index: Index, topic: Mapping[str, float], asked: frozenset[str]
) -> tuple[list[_Quote], list[_Quote]]:
    """What is tied to a name, a quote for each passage, and the passages that only mention it.

    Both are in the order of the passages: what says something of the topic first, and their own words to the question
    before what is told of them.
    """
    theirs: list[_Quote] = []
    near: list[_Quote] = []
    for hit in hits:
        sentences = _without_headings(said(index, hit, (name,)), hit)
        if mine := [one for one in sentences if any(_is_same(name, other) for other in one.by)]:
            theirs.append(_best(mine, hit, name, topic, asked))
        elif beside := [one for one in sentences if any(_is_same(name, other) for other in one.near)]:
            near.append(_best(beside, hit, name, topic))
    in_order = partial(sorted, key=lambda one: (not one.share, -one.echoes))
    return in_order(theirs), in_order(near)


def _without_headings(sentences: Sequence[Said], hit: Hit) -> list[Said]:
    """The sentences without those that only repeat a heading, unless there are no others."""
    text, above = hit.passage.text, (*hit.passage.heading, hit.source.title)
    return [one for one in sentences if text[one.start : one.end] not in above] or list(sentences)


def _is_same(name: str, other: str) -> bool:
    return fold(name) == fold(other) or same_person(name, other)


def _best(
    mine: Sequence[Said], hit: Hit, name: str, topic: Mapping[str, float], asked: frozenset[str] = frozenset()
) -> _Quote:
    """The sentence that says most of the topic, or else is surest theirs; and the next one, where that is, too."""
    text = hit.passage.text
    shares = [_share(text[one.start : one.end], topic) for one in mine]
    own = set(stems(name))
    worth = [
        share + STRONG * one.strong + STRONG * (not own.isdisjoint(stems(sentence))) + _readable(sentence)
        for one, share in zip(mine, shares, strict=True)
        for sentence in (text[one.start : one.end],)
    ]
    at = max(range(len(mine)), key=lambda i: (worth[i], -i))
    start, end = mine[at].start, mine[at].end
    for one in mine[at + 1 : at + 2]:
        fits = FEWEST_WORDS <= len(text[end : one.end].split()) <= MOST_WORDS - len(text[start:end].split())
        if fits and not text[end : one.start].strip():
            end = one.end
    start = _from_name(mine[:at], text, start, end, own)
    echoes = max((len(asked.intersection(stems(text[one.start : one.end]))) for one in mine if one.direct), default=0)
    strong = any(one.strong for one in mine)
    return _Quote(hit, name, start, end, max(shares), strong, echoes, _introduces(text[start:end], name))


def _from_name(before: Sequence[Said], text: str, start: int, end: int, own: set[str]) -> int:
    """Where a quote that does not name them has to begin to do so, if that is near enough."""
    if not own.isdisjoint(stems(text[start:end])):
        return start
    naming = [one.start for one in before if not own.isdisjoint(stems(text[one.start : one.end]))]
    return naming[-1] if naming and len(text[naming[-1] : end].split()) <= MOST_WORDS else start


def _readable(sentence: str) -> float:
    """Less for a few words, and for what only leads to the next line."""
    return min(1.0, len(sentence.split()) / LONG_ENOUGH) * (LABEL if sentence.endswith(":") else 1.0)


def _share(text: str, weights: Mapping[str, float]) -> float:
    return sum(weights.get(s, 0.0) for s in set(stems(text)))


def _introduces(sentence: str, name: str) -> bool:
    """Whether a sentence says beside the name who that is: "X, VP of …", "X of Y", "X is …"."""
    escaped = re.escape(name)
    return bool(re.search(rf"{escaped}{_INTRODUCED}|{_ROLE}\s{escaped}", sentence))


def _introduced_first(theirs: Sequence[_Quote], near: Sequence[_Quote]) -> tuple[list[_Quote], list[_Quote]]:
    """For "who is …": what says who that is comes first, and counts as told of them."""
    told = [one for one in (*theirs, *near) if one.introduces]
    rest = [one for one in theirs if not one.introduces]
    return [*told, *rest], [one for one in near if not one.introduces]


def _told(name: str, theirs: Sequence[_Quote]) -> str:
    if not theirs:
        return f"The notes mention {name}, but tie nothing to the name"
    notes = len({one.hit.source.file for one in theirs})
    return f"What the notes tell of {name}: {counted(len(theirs), 'passage')} in {counted(notes, 'note')}"


def _off_topic(name: str, topic: Sequence[Term]) -> str:
    asked = " ".join(term.correction or term.typed for term in topic)[:100]
    return f"None of what is tied to {name} says “{asked}”."


def _which(name: str, meant: Sequence[str], question: Question) -> Answer:
    """Several people go by that name: which one?"""
    choices = tuple(Choice(one, _asked_again(question, name, one)) for one in meant[: 2 * MOST_CHOICES])
    heading = f"The notes name {len(meant)} people called “{name[:60]}”. Whom do you mean?"
    return Answer("who", heading, scope=question.scope, choices=choices, refused=True)


def _asked_again(question: Question, name: str, meant: str) -> str:
    return question.said.replace(name, meant, 1)


def _unknown(name: str, question: Question, index: Index, found: Found) -> Answer:
    """Nobody of that name: the people whose names are most like it, and then what any refusal offers."""
    return replace(_with_nearest(refusal(question, index, found), name, question, index), intent="who")


def _with_nearest(answer: Answer, name: str, question: Question, index: Index) -> Answer:
    """A refusal that begins its choices with the people whose names are most like the one that was typed."""
    if not answer.refused:
        return answer
    people = [Choice(one, _asked_again(question, name, one)) for one in nearest(name, index.facets, MOST_CHOICES)]
    return replace(answer, choices=(*people, *answer.choices)[: 2 * MOST_CHOICES])


def _speakers(question: Question, index: Index, limit: int) -> Answer:
    """Whom the notes name as speaking about a topic or, without one, at an event."""
    topical = not language.WEAK_WORDS.issuperset(question.about) or bool(question.phrases or question.strangers)
    if not topical and not question.scope:
        return replace(find(question, index, limit), intent="who")
    found = search(index, query(question), limit=DEEPEST) if question.has_topic else Found()
    hits = found.hits if topical else _of_scope(found.hits, question, index)
    if not hits:
        return replace(refusal(question, index, found), intent="who")
    topic = _topic(found.terms) if topical else []
    named, near = _speaking(hits[: READ if topical else DEEPEST], index, topic)
    if not named and not near:
        answer = _as_any_other(question, index, limit)
        return replace(answer, notices=(*answer.notices, "The notes name nobody who spoke about it."))
    about = topic_of(question, found, index) if topical else ""
    return Answer(
        intent="who",
        heading=_heading(named, near, about, question),
        lines=(*_lines(named[:MOST_SPEAKERS], _NAMED if about else _AT), *_lines(near[:MOST_NEAR], _NEAR)),
        hits=_in_order([*named, *near], hits, limit),
        corrections=corrections(question, found),
        scope=question.scope,
        choices=tuple(_further(named, about)),
        more=max(0, len(named) - MOST_SPEAKERS),
    )


def _of_scope(found: Iterable[Hit], question: Question, index: Index) -> tuple[Hit, ...]:
    """The passages of an event: first those that hold the words of asking ("keynotes"), then note by note."""
    every = {hit.id: hit for hit in (*found, *index.openings(question.scope, DEEPEST))}
    return tuple(every.values())[:DEEPEST]


def _speaking(hits: Iterable[Hit], index: Index, topic: Sequence[Term]) -> tuple[list[_Quote], list[_Quote]]:
    """Everybody who is named as speaking about a topic, a quote for each, and the people who are named near it."""
    named: dict[str, _Quote] = {}
    near: dict[str, _Quote] = {}
    weights, asked = stem_weights(topic), {s for term in topic for s in term.stems}
    enough = SHARE * sum(term.weight for term in topic)
    for hit in hits:
        sentences = said(index, hit)
        wrote = {name for one in sentences if one.written for name in one.by}
        for name in dict.fromkeys(name for one in sentences for name in one.by if name not in wrote):
            mine = [one for one in sentences if name in one.by]
            if _covered(mine, hit, weights) >= enough and _speaks(mine, topic) and not asked.issuperset(stems(name)):
                named.setdefault(_key(name, named), _best(mine, hit, name, weights))
        for one in sentences:
            if topic and _covered([one], hit, weights) >= enough:
                for name in (*one.near, *(name for name in one.by if name in wrote)):
                    near.setdefault(_key(name, near), _Quote(hit, name, one.start, one.end))
    return list(named.values()), [one for key, one in near.items() if _key(key, named) not in named]


def _speaks(mine: Sequence[Said], topic: Sequence[Term]) -> bool:
    """Without a topic, only what says that somebody speaks makes a speaker."""
    return bool(topic) or any(one.strong for one in mine)


def _covered(sentences: Sequence[Said], hit: Hit, weights: Mapping[str, float]) -> float:
    return _share(" ".join(hit.passage.text[one.start : one.end] for one in sentences), weights)


def _key(name: str, seen: Mapping[str, _Quote]) -> str:
    """The name under which somebody is known already, or the name itself."""
    return next((other for other in seen if _is_same(name, other)), name)


def _heading(named: Sequence[_Quote], near: Sequence[_Quote], about: str, question: Question) -> str:
    place = where(question.scope)
    if not named:
        return f"The notes tie nobody by name to {about}{place}; mentioned near it: {_names(near)}"
    return f"Speaking about {about}{place}: {_names(named)}" if about else f"Speakers{place}: {_names(named)}"


def _names(quotes: Sequence[_Quote]) -> str:
    names = [one.name for one in quotes]
    more = f" and {len(names) - MOST_SPEAKERS} more" if len(names) > MOST_SPEAKERS else ""
    return ", ".join(names[:MOST_SPEAKERS]) + more


def _further(named: Sequence[_Quote], about: str) -> Iterator[Choice]:
    for one in named[:MOST_CHOICES]:
        yield Choice(f"What did {one.name} say?", f"what did {one.name} say{f' about {about}' if about else ''}?")


def _lines(quotes: Iterable[_Quote], section: str) -> Iterator[Line]:
    """Each quote once, with the names marked of all whom it is quoted for."""
    together: dict[tuple[int, int], list[_Quote]] = {}
    for one in quotes:
        together.setdefault((one.hit.id, one.start), []).append(one)
    for same in together.values():
        hit, end = same[0].hit, max(one.end for one in same)
        text = hit.passage.text[same[0].start : end]
        telling = (hit.matched - _SMALL).union(*(stems(one.name) for one in same))
        yield Line(text, cite(hit), marks(text, telling), section)


_SMALL = frozenset(map(stem, language.STOP_WORDS))


def _in_order(quotes: Iterable[_Quote], hits: Iterable[Hit], limit: int) -> tuple[Hit, ...]:
    """The passages that say that somebody speaks, then all others as they were found, each once."""
    ordered = {hit.id: hit for hit in (*(one.hit for one in quotes if one.strong), *hits)}
    return tuple(ordered.values())[:limit]


INTENT = Intent(
    name="who",
    help="Who spoke about a topic, who somebody is, and what a person or a company said or showed.",
    example="who talked about Kuryr",
    answer=who,
    cues=(shaped,),
)
