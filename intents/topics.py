"""What an event, a year or all the notes are about: their topics with counts, a quote each, and each to go on with."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from intents import language
from intents.base import Answer, Choice, Intent, Line, cite, counted
from intents.find import corrections, find, where
from intents.understand import Question
from store.index import Index
from store.model import Hit, Scope
from store.quotes import marks
from store.search import Found
from store.topics import Topic, holding, quotable, topics

SHOWN = 8
"""Topics on a page."""
DEEPEST = 24
"""Topics that are looked for, however many pages are asked for."""
FURTHER = 2
"""Passages of each topic that stand behind the answer, beside the one that is quoted."""
MOST_CHOICES = 4
"""Events that are offered where one is not known."""
_ASKING = frozenset("topics topic themes theme subjects subject trends trend big hot themen thema".split())
"""Words that ask for topics, and are none."""

_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"(?:what|which) (?:are|were|is|was) (?:all )?(?:the |some )?(?:(?:main|big|biggest|hot|hottest|key|top|common"
        r"|important|most|discussed) )*(?:topics?|themes?|subjects?|trends?)\b(?P<rest>.*)",
        r"what (?:was|were|is|are) (?:the )?(?:big|hot|trending|popular)(?: (?:thing|things))?"
        r"(?P<rest>(?: (?:at|in|of|from|during|on)\b.*)?)[\s?.!]*$",
        r"(?:what|which) (?:topics|themes|subjects|trends)\b(?: (?:are|were|came up|did|do))*(?P<rest>.*)",
        r"(?:was|welche) (?:waren|sind|gab es) (?:die )?(?:wichtigsten )?(?:themen)\b(?P<rest>.*)",
        r"(?:main|key|top|big|hot|all|list(?: the)?)? ?(?:topics|themes)\b(?P<rest>.*)",
    )
)


def shaped(text: str) -> str | None:
    """What the topics are asked of; None where a text asks for no topics.

    >>> shaped("what are the main topics of Tokyo?"), shaped("what was big at Barcelona"), shaped("topic maps")
    ('of Tokyo?', 'at Barcelona', None)
    """
    matches = (shape.match(text) for shape in _SHAPES)
    return next((match["rest"].strip(" :,") for match in matches if match), None)


def main_topics(question: Question, index: Index, limit: int = 10) -> Answer:
    """The topics of a scope, the most telling first, page by page; with other words in it, a question as any other.

    ``hits`` are the passages quoted, topic by topic, then further ones of each topic.
    """
    if question.absent:
        return replace(find(question, index, limit), intent="topics")
    if set(question.about) - _ASKING - language.WEAK_WORDS or question.phrases or question.strangers:
        answer = find(replace(question, intent="find"), index, limit)
        return replace(answer, choices=answer.choices or _largest(index)) if answer.refused else answer
    start = question.page * SHOWN
    found = topics(index, question.scope, DEEPEST)
    shown = found[start : start + SHOWN]
    if not shown:
        return _nothing(question, index, bool(found))
    quoted = [(topic, holding(index, topic, question.scope, 1 + FURTHER)) for topic in shown]
    hits = {hit.id: hit for place in range(1 + FURTHER) for _, held in quoted for hit in held[place : place + 1]}
    notes = len(index.notes_in(question.scope))
    return Answer(
        intent="topics",
        heading=f"{'More topics' if start else 'Main topics'}{where(question.scope)}, from {counted(notes, 'note')}",
        lines=tuple(_quotes(quoted)),
        hits=tuple(hits.values())[:limit],
        corrections=corrections(question, Found()),
        scope=question.scope,
        choices=tuple(Choice(topic.shown, asked_of(topic, question.scope), topic.passages) for topic in shown),
        more=len(found) - start - len(shown),
    )


def named(topic: Topic) -> str:
    """A topic as the notes write it, an acronym with its words: "NFV (network functions virtualization)"."""
    return f"{topic.shown} ({topic.also})" if topic.also else topic.shown


def asked_of(topic: Topic, scope: Scope) -> str:
    """A question about a topic, limited as the answer was that named it."""
    place = scope.event or scope.city
    limits = [f'in:"{place}"' if place else "", f"year:{scope.year}" if scope.year and scope.year not in place else ""]
    release = f'release:"{scope.release}"' if scope.release else ""
    return " ".join(filter(None, (topic.shown, *limits, release)))


def _quotes(held: Iterable[tuple[Topic, Sequence[Hit]]]) -> Iterator[Line]:
    """A quote for each topic, another one for each where there is one."""
    shown: set[tuple[int, int]] = set()
    for topic, hits in held:
        bests = [(hit, quotable(hit, topic)) for hit in hits]
        fresh = [(hit, best) for hit, best in bests if (hit.id, best.start) not in shown]
        for hit, best in (fresh or bests)[:1]:
            shown.add((hit.id, best.start))
            text = hit.passage.text[best.start : best.end]
            counts = f"{counted(topic.passages, 'passage')} in {counted(topic.notes, 'note')}"
            yield Line(text, cite(hit), marks(text, hit.matched), f"{named(topic)} · {counts}")


def _nothing(question: Question, index: Index, has_topics: bool) -> Answer:
    """No note of the scope, no topic in its notes, or no further one."""
    notes = len(index.notes_in(question.scope))
    if has_topics:
        heading = "Those are all the topics."
    elif notes:
        heading = f"Too little text to tell topics{where(question.scope)}: {counted(notes, 'note')}."
    else:
        heading = f"I have no notes{where(question.scope) or ''}."
    choices = () if has_topics else _largest(index)
    return Answer("topics", heading, scope=question.scope, choices=choices, refused=True)


def _largest(index: Index) -> tuple[Choice, ...]:
    """The events with most notes, to go on with."""
    known = sorted(index.facets.events, key=lambda event: (-event.notes, event.name))[:MOST_CHOICES]
    return tuple(Choice(event.name, f"topics of {event.name}", event.notes) for event in known)


INTENT = Intent(
    name="topics",
    help="See what a summit, a year or all the notes are mainly about.",
    example="main topics of Tokyo",
    answer=main_topics,
    cues=(shaped, "themen"),
)
