"""From what a person typed to a question: intent, topic, filters, follow-ups. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import islice, pairwise
from types import MappingProxyType

from intents import language
from intents.base import Correction, Size, Tweak
from intents.cues import Cues, called
from intents.event_filters import pinned
from intents.filters import filtered, merged, operator, strangers
from intents.markup import plain
from intents.tokens import Filtered, Token, tokens
from store.model import Facets, Scope
from store.quotes import Wanted
from store.text import words

MAX_QUESTION = 10_000
"""In characters; longer is no question."""
MAX_WORDS = 40
"""How many content words of a question are looked up; the rest of a pasted page adds nothing."""
MAX_PHRASES = 10
"""How many quoted phrases of a question are looked up, and as many words of each as of a question."""
TITLE_WORDS = 4
"""From so many words on, all with a capital, a question is written like a title, and capitals tell nothing."""

MAX_REMARKS, LONGEST_REMARK = 4, 60
"""How many remarks before a question are put aside, and in how many characters one has to end."""

_PHRASE = re.compile(r"[\"“„]([^\"“”„]+)[\"”“]")
_OPERATOR = re.compile(
    r"(?<!\S)(in|at|event|city|year|by|author|person|release):(?:[\"“„]([^\"“”„]*)[\"”“]|(\S+))", re.I
)
_WITHOUT = re.compile(r"(?<!\S)-([^\W\d_][\w-]*)")
_REMARK_END = re.compile(r"[,.!;:–—]+(?=\s|$)")
_THEY_SAY = re.compile(r"\bthey (?:say|said|tell|told|mention|mentioned|write|wrote)\b", re.I)
_FTS_OPERATORS = frozenset(("AND", "OR", "NOT", "NEAR"))
SMALL_TALK = frozenset(("help", "hello", "thanks"))
"""Intents that have nothing to do with the notes: nothing follows from them."""
_NO_CUES: Cues = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. ``about`` are the topic's folded words, ``names`` those of them typed like a name.

    ``strangers`` are people whose surname the notes know, but not with that first name; ``absent`` is an event
    that no note is about. ``phrases`` and ``without`` are folded words; ``scope`` limits where to look, ``places``
    are the stems by which it was named; ``page`` counts how often somebody asked for more; ``leans`` tells a
    follow-up. ``text`` is all that was typed, ``said`` what is left of it behind the words that call the intent.
    ``exact`` corrects nothing; ``size`` is how long an answer is wanted. ``calls`` is the intent that the words
    call, which a follow-up goes on with; where they call none, ``intent`` is to find. ``before`` is the question that
    a follow-up goes on from.
    """

    text: str = ""
    said: str = ""
    intent: str = "find"
    about: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    strangers: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    scope: Scope = Scope()  # noqa: RUF009 - frozen
    places: tuple[str, ...] = ()
    absent: str = ""
    wants: Wanted = ""
    corrections: tuple[Correction, ...] = ()
    page: int = 0
    leans: bool = False
    exact: bool = False
    size: Size = ""
    calls: str = ""
    before: "Question | None" = field(default=None, compare=False, repr=False)

    @property
    def has_topic(self) -> bool:
        """Whether there are words to look for, and not just a place to look at."""
        return bool(self.about or self.phrases or self.strangers)


def understand(
    text: str,
    earlier: Sequence[str],
    facets: Facets,
    cues: Cues = _NO_CUES,
    *,
    intent: str = "",
    tweak: Tweak = Tweak(),  # noqa: B008 - frozen
) -> Question:
    """The question behind *text*, with what it leaves unsaid taken from the conversation's earlier questions.

    *intent* is what the text asks for whatever its words, *tweak* what a press changed about it. A person with no
    other topic is the topic.
    """
    before = (read(typed, facets, cues) for typed in earlier)
    question = _tweaked(reduce(follow, (*before, read(text, facets, cues, intent)), Question()), tweak)
    if question.has_topic or not question.scope.person:
        return question
    return replace(question, about=tuple(words(question.scope.person)))


def read(text: str, facets: Facets, cues: Cues = _NO_CUES, intent: str = "") -> Question:
    """One text by itself: what it asks for (*intent*, or else by its opening words), its filters and its topic."""
    typed = plain(text)
    asked = _without_remark(typed)
    question = Question(text=typed, said=asked, leans=_leans(asked), wants=_wanted(asked))
    if not intent and (talk := _small_talk(typed)):
        return replace(question, intent=talk)
    if not intent and " ".join(words(asked)) in language.MORE:
        return replace(question, page=1, leans=True)
    if not intent and (size := _only_size(asked)):
        return replace(question, size=size, leans=True)
    calls, said = (intent, asked) if intent else called(asked, cues)
    goes_on = question.leans or bool(calls and said.lower().startswith(("with ", "to ")))  # "compare with Tokyo"
    question = replace(question, intent=calls or "find", calls=calls, said=said, leans=goes_on)
    rest, question = _grammar(said, question, facets)
    found = filtered(rest, facets)
    question = _limited(question, found)
    scope = pinned(question.scope, facets)
    places = question.places or tuple(filter(None, (scope.year,)))
    question = replace(question, scope=scope, places=places, absent=found.absent)
    question = _topic(question, found.tokens)
    named = strangers(found.tokens, facets)
    theirs = {word for name in named for word in words(name)}
    about = tuple(word for word in question.about if word not in theirs)
    return replace(question, about=about, strangers=named)


def follow(before: Question, now: Question) -> Question:
    """*now*, with whatever it leaves unsaid taken from *before*; small talk changes nothing that follows."""
    if now.intent in SMALL_TALK:
        return replace(before, text=now.text, said=now.said, intent=now.intent)
    if now.page:
        return replace(before, text=now.text, intent=before.calls or "find", page=before.page + now.page)
    if not now.leans or not (before.has_topic or before.scope):
        return now
    keeps = not _brings_topic(now)
    calls = now.calls or ("" if _asks_anew(now) else before.calls)
    return replace(
        now,
        intent=calls or "find",
        calls=calls,
        before=before,
        about=tuple(dict.fromkeys(before.about + now.about if keeps else now.about)),
        names=before.names | now.names,
        phrases=now.phrases or (before.phrases if keeps else ()),
        wants=now.wants or (before.wants if keeps and not now.calls else ""),
        without=before.without + now.without,
        scope=_narrowed(before.scope, now.scope),
        places=now.places if _moves(now.scope) else before.places + now.places,
    )


def _tweaked(question: Question, tweak: Tweak) -> Question:
    return replace(
        question,
        page=question.page + tweak.page,
        exact=question.exact or tweak.exact,
        scope=_without(question.scope, tweak.drop),
        places=() if tweak.drop & {"event", "city", "year"} else question.places,
        size=tweak.size or question.size,
    )


def _without(scope: Scope, drop: frozenset[str]) -> Scope:
    """*scope* without the slots in *drop*; with an event go the city and the year that its name tells."""
    told = {slot for slot in ("city", "year") if "event" in drop and getattr(scope, slot) in scope.event}
    return Scope(**{slot: "" if slot in drop | told else getattr(scope, slot) for slot in Scope.__slots__})


def _narrowed(before: Scope, now: Scope) -> Scope:
    """*before* with the slots that *now* names; another event, city or year also forgets the old place and time."""
    kept = Scope(release=before.release, person=before.person) if _moves(now) else before
    return merged(kept, now)


def _moves(scope: Scope) -> bool:
    return bool(scope.event or scope.city or scope.year)


def _brings_topic(now: Question) -> bool:
    """Whether a follow-up has a topic of its own; where it says "it", it goes on with the old one as well.

    In "what do they say about Nova" they are the notes, or whoever was there, and Nova is all that it is about.
    """
    brings = any(word not in language.WEAK_WORDS for word in now.about) or bool(now.phrases)
    return brings and not _refers(_THEY_SAY.sub(" ", now.text))


def _refers(text: str) -> bool:
    """Says "it" or the like. IT in capitals is a trade."""
    return any(not language.PRONOUNS.isdisjoint(token.words) and not token.is_loud for token in tokens(text))


def _asks_anew(now: Question) -> bool:
    """Whether a follow-up is a question by itself ("and who was there?") rather than a new place or topic."""
    said = " ".join(words(now.said))
    opening = next((cue for cue in language.FOLLOW_UP_OPENINGS if f"{said} ".startswith(f"{cue} ")), "")
    return not language.ASKING.isdisjoint(said[len(opening) :].split())


def _only_size(text: str) -> Size:
    """How long an answer is wanted by a text that says nothing else: "shorter", "in more detail please"."""
    said = words(text)
    sizes = [language.SIZES[word] for word in said if word in language.SIZES]
    return sizes[0] if sizes and set(said) <= language.SIZES.keys() | language.AROUND_SIZE else ""


def _leans(text: str) -> bool:
    """Whether a question goes on from the last one: by its opening, or because it says "it"."""
    folded = " ".join(words(text))
    opens = any(folded == cue or folded.startswith(f"{cue} ") for cue in language.FOLLOW_UP_OPENINGS)
    return opens or _refers(text)


def _wanted(text: str) -> Wanted:
    folded = f" {' '.join(words(text))} "
    fitting = (kind for cues, kind in language.WANTS if any(f" {cue} " in folded for cue in cues.split(", ")))
    return next(fitting, "")


def _without_remark(text: str) -> str:
    """A question without what was said before it; small talk alone stays.

    >>> _without_remark("Good morning! What of Kuryr?"), _without_remark("ok and in Tokyo?"), _without_remark("Hi!")
    ('What of Kuryr?', 'and in Tokyo?', 'Hi!')
    """
    for _ in range(MAX_REMARKS):
        rest = _after_remark(text)
        if not re.search(r"\w", rest):
            break
        text = rest
    return text


def _after_remark(text: str) -> str:
    """What comes after a remark at the very beginning, or nothing."""
    if not text[:1].isalpha():
        return ""
    end = _REMARK_END.search(text, 0, LONGEST_REMARK)
    if end and language.REMARKS.issuperset(words(text[: end.start()])):
        return text[end.end() :].strip()
    first, _, rest = text.partition(" ")
    return rest if language.INTERJECTIONS.issuperset(words(first)) else ""


def _small_talk(text: str) -> str:
    """The intent of a text that asks nothing of the notes, or nothing."""
    said = words(text)
    bare = set(said) - language.SMALL_TALK_FILLERS
    if not said or (bare and bare <= language.HELP) or " ".join(said) in language.WHO_ARE_YOU:
        return "help"
    if bare and bare <= language.GREETINGS:
        return "hello"
    return "thanks" if bare & language.THANKS and bare <= language.THANKS | language.PRAISE else ""


def _grammar(text: str, question: Question, facets: Facets) -> tuple[str, Question]:
    """The query grammar's parts (``in:tokyo year:2015 by:evenson "exact words" -nova``), and the rest of the text."""
    for match in _OPERATOR.finditer(text):
        found = operator(match.group(1).lower(), match.group(2) or match.group(3) or "", facets)
        question = _limited(question, found)
    text = _OPERATOR.sub(" ", text)
    quoted = (tuple(words(phrase)[:MAX_WORDS]) for phrase in _PHRASE.findall(text))
    phrases = tuple(islice(dict.fromkeys(filter(None, quoted)), MAX_PHRASES))
    text = _PHRASE.sub(" ", text)
    without = tuple(dict.fromkeys(word for typed in _WITHOUT.findall(text) for word in words(typed)))[:MAX_WORDS]
    return _WITHOUT.sub(" ", text), replace(question, phrases=phrases, without=without)


def _limited(question: Question, found: Filtered) -> Question:
    """A question with the filters that were found in a part of it."""
    return replace(
        question,
        scope=merged(question.scope, found.scope),
        places=question.places + found.places,
        corrections=question.corrections + found.corrections,
    )


def _topic(question: Question, left: Sequence[Token]) -> Question:
    """With the words that are left as its topic, the words of asking put aside unless there are no others."""
    left = [token for token in left if token.typed not in _FTS_OPERATORS]
    shouting = bool(left) and all(token.is_loud for token in left)
    tells = not (shouting or _is_title(left))
    names = {w for i, t in enumerate(left) if t.is_named and tells and (i or _odd(t)) for w in t.words}
    loud = {word for token in left if token.is_loud and not shouting for word in token.words}
    kept = loud | _parts_of_names([word for token in left for word in token.words])
    content = [word for token in left for word in token.words if word in kept or word not in language.STOP_WORDS]
    about = [word for word in content if word in loud or word not in language.REQUEST_WORDS]
    if question.scope and about and language.HOW_BIG.issuperset(about):
        question = replace(question, wants="crowd")  # how big a summit was is how many came
    if question.wants == "crowd" and ({"attended"} | language.HOW_BIG).issuperset(about):
        about = ["attendees"]
    if not about and not question.scope and not question.phrases:
        about = content
    # A bare "in 2017?" leaves its topic unsaid, a bare "summarise" what it is about.
    return replace(
        question,
        about=tuple(dict.fromkeys(about))[:MAX_WORDS],
        names=frozenset(names),
        leans=question.leans or not (content or question.phrases or (question.calls and question.scope)),
    )


def _parts_of_names(said: Sequence[str]) -> set[str]:
    """Small words that are none here: the hat in “Red Hat”."""
    return {word for pair in pairwise(said) if pair in language.NAMES_WITH_STOP_WORDS for word in pair}


def _is_title(left: Sequence[Token]) -> bool:
    """Whether Words Are Written Like This, so that capitals tell no names."""
    telling = [token for token in left if not language.STOP_WORDS.issuperset(token.words)]
    return len(telling) >= TITLE_WORDS and all(token.is_named for token in telling)


def _odd(token: Token) -> bool:
    """Capitals or digits beyond the capital that opens a sentence."""
    return any(c.isupper() or c.isdigit() for c in token.typed[1:])
