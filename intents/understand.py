"""From what a person typed to a question: intent, topic, filters, follow-ups. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz.distance import OSA

from intents import language
from intents.base import Correction
from store.model import Facets, KnownEvent, Scope
from store.quotes import Wanted
from store.spelling import edits_allowed
from store.text import clean, fold, stem, stems, words

MAX_QUESTION = 10_000
"""In characters; longer is no question."""
MAX_WORDS = 40
"""How many content words of a question are looked up; the rest of a pasted page adds nothing."""

_LINK = re.compile(r"<(?:https?://|mailto:)[^|>\s]*\|([^>]*)>")
_BARE_LINK = re.compile(r"<https?://[^>]*>|\bhttps?://\S+")
_MENTION = re.compile(r"<[@#!][^>]*>")
_EMOJI = re.compile(r"(?<!\w):[a-z0-9_+'-]+:(?!\w)")
_PHRASE = re.compile(r"[\"“„]([^\"“”„]+)[\"”“]")
_OPERATOR = re.compile(r"(?<!\S)(in|at|event|city|year|by|author|person|release):(?:\"([^\"]*)\"|(\S+))", re.IGNORECASE)
_WITHOUT = re.compile(r"(?<!\S)-([^\W\d_][\w-]*)")
_FTS_OPERATORS = frozenset(("AND", "OR", "NOT", "NEAR"))
_YEAR = re.compile(r"(?:19[89]|20[0-4])\d")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. ``about`` are the topic's folded words; ``scope`` limits where to look.

    ``phrases`` and ``without`` are folded word runs; ``places`` the words by which the scope was named;
    ``page`` counts the times somebody asked for more.
    """

    text: str = ""
    intent: str = "find"
    about: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    scope: Scope = Scope()  # noqa: RUF009 - frozen
    places: tuple[str, ...] = ()
    wants: Wanted = ""
    corrections: tuple[Correction, ...] = ()
    page: int = 0
    leans: bool = field(default=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is left to look for."""
        return not (self.about or self.phrases or self.scope)


def plain(text: str) -> str:
    """What a person reads in Slack's own notation, on one line.

    >>> plain("<@U123ABC> what of <https://example.com|R&amp;D>? <!channel> :tada:")
    'what of R&D?'
    """
    text = _LINK.sub(r"\1", text)
    text = _EMOJI.sub(" ", _MENTION.sub(" ", _BARE_LINK.sub(" ", text)))
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return " ".join(clean(text).split())


def understand(text: str, earlier: Sequence[str], facets: Facets) -> Question:
    """The question behind *text*, with what it leaves unsaid taken from the conversation's earlier questions."""
    question = Question()
    for typed in (*earlier, text):
        question = follow(question, read(typed, facets))
    return question


def read(text: str, facets: Facets) -> Question:
    """One text by itself."""
    typed = plain(text)
    if intent := _small_talk(typed):
        return Question(text=typed, intent=intent)
    if fold(typed).strip(" .!?") in language.MORE:
        return Question(text=typed, page=1, leans=True)
    rest, question = _operators(typed, Question(text=typed), facets)
    question = replace(question, wants=_wanted(rest), leans=_leans(rest))
    return _topic(_filters(rest, question, facets))


def follow(before: Question, now: Question) -> Question:
    """*now*, with whatever it leaves unsaid taken from *before*; small talk changes nothing that follows."""
    if now.intent != "find":
        return replace(before, text=now.text, intent=now.intent)
    before = replace(before, intent="find")
    if now.page:
        return replace(before, text=now.text, page=before.page + now.page)
    if before.is_empty or not _borrows(now):
        return now
    return replace(
        now,
        about=_merged(before, now),
        names=before.names | now.names,
        phrases=now.phrases or before.phrases,
        without=before.without + now.without,
        scope=narrowed(before.scope, now.scope),
        places=now.places if _moves(now.scope) else before.places + now.places,
    )


def narrowed(before: Scope, now: Scope) -> Scope:
    """*before* with the slots that *now* names; a newly named event or city also forgets the old place and year."""
    if now.event or now.city:
        before = Scope(release="", person=before.person)
    elif now.year:
        before = replace(before, event="", city="", year="") if before.event or before.city else before
    return Scope(
        event=now.event or before.event,
        city=now.city or before.city,
        year=now.year or before.year,
        release=now.release or before.release,
        person=now.person or before.person,
    )


def _moves(scope: Scope) -> bool:
    return bool(scope.event or scope.city or scope.year)


def _borrows(now: Question) -> bool:
    """Whether a question leaves something unsaid: its topic, or what "it" is."""
    return now.leans or not (now.about or now.phrases)


def _merged(before: Question, now: Question) -> tuple[str, ...]:
    """The topic of a follow-up: a new one if it brings its own, the old one if not, both where it says "it"."""
    own = [word for word in now.about if word not in language.WEAK_WORDS]
    if not own:
        return tuple(dict.fromkeys(before.about + now.about))
    refers = any(word in language.PRONOUNS for word in words(now.text))
    return tuple(dict.fromkeys((before.about + now.about) if refers else now.about))


def _leans(text: str) -> bool:
    folded = " ".join(words(text))
    opens = any(folded == cue or folded.startswith(f"{cue} ") for cue in language.FOLLOW_UP_OPENINGS)
    return opens or any(
        word in language.PRONOUNS - {"there", "that", "this", "those", "these"} for word in folded.split()
    )


def _small_talk(text: str) -> str:
    """The intent of a text that asks nothing of the notes, or nothing."""
    said = words(text)
    bare = [
        word for word in said if word not in ("there", "you", "so", "much", "all", "that", "was", "me", "recap", "bot")
    ]
    if (
        not said
        or (bare and set(bare) <= language.HELP)
        or fold(text).strip(" ?!.") in ("who are you", "what are you", "what can you do", "wer bist du")
    ):
        return "help"
    if set(bare) <= language.GREETINGS | language.GOODBYE | {"good"} and bare:
        return "hello"
    if (
        set(bare) <= language.THANKS | {"a", "lot", "very", "many", "for", "the", "help"}
        and set(bare) & language.THANKS
    ):
        return "thanks"
    return ""


def _operators(text: str, question: Question, facets: Facets) -> tuple[str, Question]:
    """The query grammar's parts: ``in:tokyo year:2015 by:evenson "exact words" -nova``."""
    for match in _OPERATOR.finditer(text):
        question = _operator(match.group(1).lower(), match.group(2) or match.group(3), question, facets)
    text = _OPERATOR.sub(" ", text)
    phrases = [tuple(words(phrase)) for phrase in _PHRASE.findall(text)]
    without = [word for typed in _WITHOUT.findall(text) for word in words(typed)]
    text = _WITHOUT.sub(" ", _PHRASE.sub(" ", text))
    return text, replace(question, phrases=tuple(filter(None, phrases)), without=tuple(without))


def _operator(name: str, value: str, question: Question, facets: Facets) -> Question:
    scope = question.scope
    if name == "year":
        return replace(question, scope=replace(scope, year=value[:4])) if _YEAR.fullmatch(value[:4]) else question
    if name in ("by", "author", "person"):
        return replace(question, scope=replace(scope, person=_person(value, facets) or value[:100]))
    if name == "release":
        return replace(question, scope=replace(scope, release=value[:100].title()))
    placed = _filters(value, replace(question, scope=Scope()), facets)
    if not placed.scope:
        return replace(question, scope=replace(scope, city=value[:100].title()))
    return replace(placed, scope=_both(scope, placed.scope))


def _both(left: Scope, right: Scope) -> Scope:
    return Scope(*(getattr(right, slot) or getattr(left, slot) for slot in Scope.__slots__))


def _wanted(text: str) -> Wanted:
    folded = f" {' '.join(words(text))} "
    for cues, wanted in language.WANTS:
        if any(f" {cue} " in folded for cue in cues.split(", ")):
            return wanted  # type: ignore[return-value]
    return ""


def _filters(text: str, question: Question, facets: Facets) -> Question:
    """Summit, city, year, release and person named in plain words; the rest of the text becomes the topic."""
    typed = [token for token in re.findall(r"[^\s,;()?!/|]+|[,;()?!/|]", text) if words(token)]
    tokens = [
        (token, " ".join(words(token))) for token in typed if token.upper() != token or token not in _FTS_OPERATORS
    ]
    question = replace(question, text=question.text)
    tokens, question = _take_person(tokens, question, facets)
    tokens, question = _take_event(tokens, question, facets)
    tokens, question = _take_city(tokens, question, facets)
    tokens, question = _take_year(tokens, question)
    tokens, question = _take_release(tokens, question, facets)
    names = {
        word for i, (token, folded) in enumerate(tokens) if _like_a_name(token, first=i == 0) for word in folded.split()
    }
    about = [word for _, folded in tokens for word in folded.split()]
    return replace(question, about=tuple(about), names=frozenset(names))


Tokens = list[tuple[str, str]]
"""Typed tokens in order, each with its folded words."""


def _like_a_name(token: str, *, first: bool) -> bool:
    bare = token.strip("\"'“”.,:*_`")
    return (bare[:1].isupper() and not first) or any(c.isupper() for c in bare[1:]) or any(c.isdigit() for c in bare)


def _take_person(tokens: Tokens, question: Question, facets: Facets) -> tuple[Tokens, Question]:
    """ "by Evenson": an author or a person whom the notes name."""
    for i, (_, folded) in enumerate(tokens[:-1]):
        if folded != "by":
            continue
        for length in (3, 2, 1):
            name = " ".join(t for t, _ in tokens[i + 1 : i + 1 + length])
            if len(tokens) >= i + 1 + length and (person := _person(name, facets)):
                scope = replace(question.scope, person=person)
                return tokens[:i] + tokens[i + 1 + length :], replace(question, scope=scope)
    return tokens, question


def _person(name: str, facets: Facets) -> str:
    """The one known person meant by a full or partial, perhaps misspelt name."""
    wanted = words(name)
    if not wanted:
        return ""
    fits = [known for known in (*facets.authors, *facets.people) if _name_fits(wanted, words(known))]
    return fits[0] if fits else ""


def _name_fits(wanted: Sequence[str], known: Sequence[str]) -> bool:
    return all(any(_alike(word, part) for part in known) for word in wanted)


def _alike(typed: str, known: str) -> bool:
    return typed == known or (len(typed) > 3 and OSA.distance(typed, known, score_cutoff=1) <= 1)


def _take_event(tokens: Tokens, question: Question, facets: Facets) -> tuple[Tokens, Question]:
    """An event named in full, by its series with a city or year, or by an alias."""
    folded = [f for _, f in tokens]
    best: tuple[int, int, str] | None = None
    for name, scope_name in _event_names(facets):
        run = name.split()
        for i in range(len(folded) - len(run) + 1):
            if folded[i : i + len(run)] == run and (best is None or len(run) > best[1]):
                best = (i, len(run), scope_name)
    if not best:
        return tokens, question
    start, length, event = best
    named = tuple(stem(word) for word in folded[start : start + length] if word not in language.GATHERINGS)
    scope = replace(question.scope, event=event)
    return tokens[:start] + tokens[start + length :], replace(question, scope=scope, places=question.places + named)


def _event_names(facets: Facets) -> Iterable[tuple[str, str]]:
    """Folded names of the notes' events, each with what it stands for in a scope (an event or a series)."""
    for event in facets.events:
        for name in (event.name, *event.aliases):
            yield " ".join(words(name)), event.name
    for event in facets.events:
        folded = words(event.series)
        if len(folded) > 2 or (len(folded) == 1 and folded[0] not in language.GATHERINGS | {"openstack"}):
            yield " ".join(folded), event.series


def _take_city(tokens: Tokens, question: Question, facets: Facets) -> tuple[Tokens, Question]:
    """A city where one of the notes' events was; a slip of the finger is corrected and told."""
    cities = {tuple(words(event.city)): event.city for event in facets.events if event.city}
    for run, city in sorted(cities.items(), key=lambda item: -len(item[0])):
        for i in range(len(tokens) - len(run) + 1):
            typed = [folded for _, folded in tokens[i : i + len(run)]]
            if all(map(_city_like, typed, run)):
                taken = question if typed == list(run) else _corrected(question, tokens[i : i + len(run)], city)
                taken = replace(taken, scope=replace(taken.scope, city=city), places=(*taken.places, *map(stem, run)))
                return _without_gathering(tokens[:i] + tokens[i + len(run) :], taken, facets)
    return tokens, question


def _city_like(typed: str, known: str) -> bool:
    if typed == known:
        return True
    allowed = min(edits_allowed(typed), 1)
    return allowed > 0 and typed[:1] == known[:1] and OSA.distance(typed, known, score_cutoff=allowed) <= allowed


def _corrected(question: Question, tokens: Tokens, used: str) -> Question:
    typed = " ".join(token for token, _ in tokens)
    return replace(question, corrections=(*question.corrections, Correction(typed.strip("?!.,:"), used)))


def _without_gathering(tokens: Tokens, question: Question, facets: Facets) -> tuple[Tokens, Question]:
    """ "summit", "PTG", "event" beside a city say which event, or nothing new."""
    kinds = {folded for _, folded in tokens} & language.GATHERINGS
    fitting = [e for e in facets.events if e.city == question.scope.city and kinds & set(words(e.series or e.name))]
    series = {event.series for event in fitting if event.series}
    if len(series) == 1 and len({e.series for e in facets.events if e.city == question.scope.city}) > 1:
        question = replace(question, scope=replace(question.scope, event=series.pop()))
    return [token for token in tokens if token[1] not in kinds], question


def _take_year(tokens: Tokens, question: Question) -> tuple[Tokens, Question]:
    years = [folded for _, folded in tokens if _YEAR.fullmatch(folded)]
    if len(set(years)) != 1:  # two years are a comparison, not a filter
        return tokens, question
    dropped = {years[0]} | language.SEASONS | language.GATHERINGS
    question = replace(question, scope=replace(question.scope, year=years[0]), places=question.places or (years[0],))
    return [token for token in tokens if token[1] not in dropped], question


def _take_release(tokens: Tokens, question: Question, facets: Facets) -> tuple[Tokens, Question]:
    """A release of the notes' events; two of them are a comparison, and ordinary words need a capital."""
    known = {" ".join(words(release)): release for release in facets.releases}
    named = [i for i, (_, folded) in enumerate(tokens) if folded in known and _means_release(tokens, i)]
    if len({tokens[i][1] for i in named}) != 1 or len(tokens) == 1:
        return tokens, question
    scope = replace(question.scope, release=known[tokens[named[0]][1]])
    kept = [token for i, token in enumerate(tokens) if i not in named]
    return kept, replace(question, scope=scope)


def _means_release(tokens: Tokens, i: int) -> bool:
    """Whether a word that is also a release's name stands for the release here."""
    around = {tokens[j][1] for j in (i - 1, i + 1) if 0 <= j < len(tokens)}
    return tokens[i][0][:1].isupper() or bool(around & {"in", "for", "release", "cycle", "since", "during", "to"})


def _topic(question: Question) -> Question:
    """Without the words of asking; where nothing else was said, the words of asking are the topic."""
    content = [word for word in question.about if word not in language.STOP_WORDS]
    about = [word for word in content if word not in language.REQUEST_WORDS]
    if not about and not question.scope and not question.phrases:
        about = content
    return replace(question, about=tuple(dict.fromkeys(about))[:MAX_WORDS])


def event_of(scope: Scope, facets: Facets) -> list[KnownEvent]:
    """The notes' events that a scope admits."""
    return [
        event
        for event in facets.events
        if scope.event in ("", event.name, event.series)
        and scope.city in ("", event.city)
        and scope.year in ("", event.year)
    ]


def topic_stems(question: Question) -> list[str]:
    """The stems of the topic, in order."""
    return stems(" ".join(question.about))
