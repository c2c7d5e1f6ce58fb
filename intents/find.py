"""The main intent: the sentences of the notes that answer a question, or an honest "the notes don't say"."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from intents import language
from intents.base import Answer, Choice, Correction, Intent, Line, cite, counted
from intents.understand import Question
from store.index import Index
from store.model import Hit, Scope
from store.occasion import heads
from store.quotes import Wanted, best, is_prose, marks
from store.scoring import stem_weights
from store.search import Found, Query, search
from store.terms import Lexicon, Term
from store.text import fold, sentences, stem, words

SHOWN = 5
"""How many passages a person sees at once; the rest is behind "more"."""
DEEPEST = 100
"""How many passages are ranked, however many are asked for: "more" then turns the pages of one list."""
MENTIONED = 3
"""How many events a refusal names as those that most notes are about."""
NEAREST = 4
"""How many things to go on with a refusal offers."""
REWORDED = "The notes don’t say it in your words; this comes nearest."
"""What is told above quotes that were found with words that stand for those of the question."""
NEAREST_SAID, NEARBY = "The nearest that the notes say", 2
"""What a refusal's quotes are headed with, and how many they are."""
NEARBY_FROM = 0.15
"""The share of the question's weight in words that the notes have and that tell a topic, from which they are quoted."""


def find(question: Question, index: Index, limit: int = 10) -> Answer:
    """The best passages for a question, page by page, or a refusal that says what was looked for."""
    if question.absent:
        return _absent(question, index)
    if not question.has_topic:
        return _overview(question, index, limit)
    start = question.page * SHOWN
    found = _heads_first(question, index, _found(question, index))
    if not found.hits:
        return refusal(question, index, found)
    if start >= len(found.hits):
        return _all_shown(question, corrections(question, found))
    shown = _by_event(found.hits[start : start + SHOWN])
    return Answer(
        intent="find",
        heading=_heading(question, found, index),
        lines=_quotes(shown, found.terms, question),
        hits=found.hits[start:][:limit],
        corrections=corrections(question, found),
        scope=question.scope,
        choices=_ties(question, found),
        notices=(REWORDED,) if found.reworded else (),
        more=len(found.hits) - start - len(shown),
        confidence=found.confidence,
    )


def _found(question: Question, index: Index) -> Found:
    """The passages of a question; where none has enough of its words, those that name the event beside some of them.

    That is for events whose name says something, as that of a project's own summit does.
    """
    found = search(index, replace(query(question), loose=True), limit=DEEPEST)
    if found.hits or found.missing or not question.scope.event or question.scope.city:
        return found
    named = replace(query(question), words=(*question.about, *question.places))
    again = search(index, named, limit=DEEPEST)
    asked = set(map(stem, question.about))
    hits = tuple(hit for hit in again.hits if not asked.isdisjoint(hit.matched))
    return replace(again, hits=hits) if hits else found


def _heads_first(question: Question, index: Index, found: Found) -> Found:
    """Asked how many came to a summit: first the passages that count heads, of that summit and no other."""
    if question.wants != "crowd" or not question.scope.event:
        return found
    told = heads([hit for hit in found.hits if hit.source.event == question.scope.event], index.facets.events)

    def counts_none(hit: Hit) -> bool:
        text = hit.passage.text
        return not any(told(text[start:end]) for start, end in sentences(text))

    return replace(found, hits=tuple(sorted(found.hits, key=counts_none)))


def _all_shown(question: Question, told: tuple[Correction, ...]) -> Answer:
    heading = "That is all the notes have on this."
    return Answer("find", heading, corrections=told, scope=question.scope, refused=True)


def _by_event(hits: Sequence[Hit]) -> list[Hit]:
    """Several reports of one event side by side; the events in the order of their best passage."""
    order = list(dict.fromkeys(hit.source.event or hit.source.file for hit in hits))
    return sorted(hits, key=lambda hit: order.index(hit.source.event or hit.source.file))


def query(question: Question) -> Query:
    """What to look for, in the store's terms."""
    return Query(
        words=question.about,
        weak=language.WEAK_WORDS,
        names=question.names,
        strangers=question.strangers,
        phrases=question.phrases,
        without=tuple(map(stem, question.without)),
        scope=question.scope,
        places=tuple(dict.fromkeys(question.places)),
        person=tuple(map(stem, words(question.scope.person))),
        wants=question.wants,
        exact=question.exact,
        text=" ".join((question.said, *(word for word in question.about if word not in words(question.said)))),
    )


def _quotes(hits: Iterable[Hit], terms: Iterable[Term], question: Question) -> tuple[Line, ...]:
    """The sentences of each passage that answer, word for word with their source."""
    weights = stem_weights(terms)
    return tuple(line for hit in hits for line in quote(hit, weights, question.wants))


def quote(hit: Hit, weights: Mapping[str, float], wanted: Wanted = "") -> Iterator[Line]:
    """The one or two sentences of a passage that say most of what is asked, with the words marked that matched.

    *weights* gives each stem's weight (``stem_weights``).
    """
    text, citation = hit.passage.text, cite(hit)
    above = frozenset((*hit.passage.heading, hit.source.title))
    for start, end in best(text, weights, wanted, above):
        sentence = text[start:end]
        yield Line(sentence, citation, marks(sentence, hit.matched - _SMALL_STEMS))


_SMALL_STEMS = frozenset(map(stem, language.STOP_WORDS))
_WEAK_STEMS = frozenset(map(stem, language.WEAK_WORDS))


def corrections(question: Question, found: Found) -> tuple[Correction, ...]:
    """Every word that was read as another one, as typed and as used."""
    typed = _as_typed(question.text)
    read = [
        Correction(" ".join(typed.get(word, word) for word in term.typed.split()), term.correction)
        for term in found.terms
        if term.correction
    ]
    return (*question.corrections, *read)


def refusal(question: Question, index: Index, found: Found) -> Answer:
    """What was looked for and not found, and the nearest things that the notes do have."""
    topic = _not_found(question, index, found)
    return Answer(
        intent="find",
        heading=f"The notes don’t mention {topic}{where(question.scope)}.",
        lines=_nearby(question, index, found),
        scope=question.scope,
        corrections=corrections(question, found),
        choices=_nearest(question, index, found),
        notices=(_searched(index),),
        refused=True,
    )


def _nearby(question: Question, index: Index, found: Found) -> tuple[Line, ...]:
    """What the notes say that comes nearest to a question they don't answer: one sentence a passage.

    Everyday words bring nothing near, and neither does a mere stem ("designate" is not design).
    """
    empty = index.generation.lexicon.common | _SMALL_STEMS | _WEAK_STEMS
    telling = [term for term in found.terms if term.stems and not term.stems <= empty]
    if sum(term.weight for term in telling) < NEARBY_FROM * sum(term.weight for term in found.terms):
        return ()
    weights = stem_weights(telling)
    quotes = [next(quote(hit, weights, question.wants), None) for hit in found.below[:NEARBY]]
    return tuple(replace(one, section=NEAREST_SAID) for one in quotes if one and _says_any(one, telling))


def _says_any(line: Line, terms: Iterable[Term]) -> bool:
    text = fold(line.text)
    return any(fold(term.correction or term.typed) in text for term in terms)


def _not_found(question: Question, index: Index, found: Found) -> str:
    """What to name as not mentioned: the words or exact words that stand nowhere, else everything together."""
    lexicon = index.generation.lexicon
    unsaid = [t.typed for t in found.terms if t.typed.startswith("“") and not _standing(t, lexicon)]
    missing = [word for word in found.missing if word not in language.WEAK_WORDS]
    if unsaid or missing:
        return " ".join(filter(None, (spelt(missing, question.text) if missing else "", *unsaid)))[:400]
    wanted = [*question.about, *(word for phrase in question.phrases for word in phrase)]
    if not wanted:
        return "anything"
    typed = _as_typed(question.text)  # words of an earlier question are not in it
    shown = [word if word in typed else lexicon.vocabulary.shown(word) for word in wanted]
    return spelt(shown, question.text) + (" together" if len(set(wanted)) > 1 else "")


def _absent(question: Question, index: Index) -> Answer:
    """No note is about the event that was asked for; what the notes say of the topic elsewhere is offered."""
    topic = " ".join(word for word in question.about if word not in language.WEAK_WORDS)
    elsewhere = replace(query(question), words=tuple(topic.split()), scope=Scope(), places=())
    found = search(index, elsewhere, limit=DEEPEST)
    return Answer(
        intent="find",
        heading=f"I have no notes from {question.absent}.",
        corrections=question.corrections,
        choices=(Choice(f"“{topic}” in other notes", topic, len(found.hits)),) if found.hits and topic else (),
        notices=(_searched(index),),
        refused=True,
    )


def spelt(folded: Iterable[str], text: str) -> str:
    """Folded words as the person typed them, in bold-free quotation marks.

    >>> spelt(["kuryr", "loic"], "what did Loïc say of Kuryr?")
    '“Kuryr Loïc”'
    """
    typed = _as_typed(text)
    return "“" + " ".join(dict.fromkeys(typed.get(word, word) for word in folded))[:200] + "”"


def _as_typed(text: str) -> dict[str, str]:
    """The words of a question as they were typed, by the same folded."""
    bare = (word.strip("?!.,:;\"'()*_`-") for word in text.split())
    return {fold(word): word for word in bare}


def where(scope: Scope) -> str:
    """What limits an answer, to go on a sentence with: " at OpenStack Summit Tokyo 2015"."""
    place = scope.event or scope.city
    year = scope.year if scope.year not in place else ""
    said = f" at {place} {year}".rstrip() if place else (f" in {year}" if year else "")
    if scope.release:
        said += f" for {scope.release}"
    return said + (f" by {scope.person}" if scope.person else "")


def _searched(index: Index) -> str:
    """What was looked through, and which events have most of the notes."""
    status = index.status()
    known = sorted(index.facets.events, key=lambda event: -event.notes)[:MENTIONED]
    mostly = ", ".join(f"{event.name} ({event.notes})" for event in known if event.notes > 1)
    where = f"{counted(status.notes, 'note')} from {counted(status.events, 'event')}"
    told = f"Searched {counted(status.passages, 'passage')} of {where}"
    return f"{told}; {mostly} have most." if mostly else f"{told}."


def _nearest(question: Question, index: Index, found: Found) -> tuple[Choice, ...]:
    """Things that the notes do mention: the same topic elsewhere, the known words of the question, near spellings."""
    choices: dict[str, Choice] = {}
    if question.scope:
        everywhere = search(index, replace(query(question), scope=Scope(), places=()), limit=10)
        if everywhere.hits:
            topic, shown = " ".join(question.about), topic_of(question, everywhere, index)
            events = dict.fromkeys(hit.source.event for hit in everywhere.hits if hit.source.event)
            label = f"{shown} in all notes" + (f" ({', '.join(list(events)[:3])})" if events else "")
            choices[fold(shown)] = Choice(label, topic, len(everywhere.hits))
    lexicon = index.generation.lexicon
    for term in found.terms:
        if term.typed not in language.WEAK_WORDS and (count := _standing(term, lexicon)):
            shown = term.correction or lexicon.vocabulary.shown(term.typed)
            choices.setdefault(fold(shown), Choice(shown, shown, count))
    for word in found.missing:
        for spelling in lexicon.vocabulary.near(word)[:2]:
            choices.setdefault(spelling.word, Choice(spelling.shown, spelling.shown, spelling.passages))
    return tuple(choices.values())[:NEAREST]


def _standing(term: Term, lexicon: Lexicon) -> int:
    """In how many passages a term stands at most, several words of it side by side."""
    forms = [form.stems for form in term.forms if len(form.stems) == 1 or lexicon.together(form.stems)]
    return max((min(map(lexicon.count, stems)) for stems in forms), default=0)


def _ties(question: Question, found: Found) -> tuple[Choice, ...]:
    """Both readings of a word whose spelling does not decide."""
    return tuple(Choice(tie.shown, tie.shown, tie.passages) for tie in found.ties)


def _heading(question: Question, found: Found, index: Index) -> str:
    return f"What the notes say about {topic_of(question, found, index)}{where(question.scope)}"


def topic_of(question: Question, found: Found, index: Index) -> str:
    """The topic as the notes spell it, without the words that say only what kind of thing is asked for."""
    telling = [t for t in found.terms if not language.EMPTY_WORDS.issuperset(t.typed.split())] or found.terms
    shown = index.generation.vocabulary.shown
    named = [term.correction or " ".join(map(shown, term.typed.split())) for term in telling]
    return " ".join(dict.fromkeys(named))[:200]


def _overview(question: Question, index: Index, limit: int) -> Answer:
    """No topic: the openings of the notes in scope, or the question what to look for."""
    if not question.scope:
        heading = "What shall I look for? Name a topic, a project, a person or a summit."
        return Answer("find", heading, refused=True, asks=True)
    start = question.page * SHOWN
    hits = sorted(index.openings(question.scope, DEEPEST), key=lambda hit: not is_prose(hit.passage.text))
    if not hits:
        return refusal(question, index, Found())
    if start >= len(hits):
        return _all_shown(question, question.corrections)
    shown = _by_event(hits[start : start + SHOWN])
    return Answer(
        intent="find",
        heading=f"From the notes{where(question.scope)}",
        lines=_quotes(shown, (), question),
        hits=tuple(hits[start:][:limit]),
        corrections=question.corrections,
        scope=question.scope,
        more=len(hits) - start - len(shown),
    )


INTENT = Intent(
    name="find",
    help="Ask about a topic, a project, a person or a company; add a summit, a city or a year to narrow it down.",
    example="what was said about Kuryr",
    answer=find,
)
