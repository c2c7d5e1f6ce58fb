"""Small talk looks into no notes."""

from typing import cast

import pytest

from intents import INTENTS
from intents.chat import EXAMPLES, GRAMMAR
from intents.understand import Question, read
from store.index import Index
from store.model import Facets, KnownEvent

NO_INDEX = cast(Index, None)
SMALL_TALK = ("help", "hello", "thanks")


@pytest.mark.parametrize("name", SMALL_TALK)
def test_small_talk_needs_no_index_and_shows_no_passages(name: str) -> None:
    answer = INTENTS[name].answer(Question(intent=name), NO_INDEX, 10)
    assert answer.intent == name
    assert answer.heading
    assert not answer.refused
    assert answer.hits == ()


def test_help_shows_the_grammar_and_the_examples() -> None:
    answer = INTENTS["help"].answer(Question(), NO_INDEX)
    assert tuple(line.text for line in answer.lines) == GRAMMAR
    assert tuple(choice.question for choice in answer.choices) == EXAMPLES
    assert all(line.source is None for line in answer.lines)


def test_the_grammar_that_help_shows_is_the_grammar_that_is_read() -> None:
    (shown,) = (line for line in GRAMMAR if line.startswith("Exactly: "))
    tokyo = KnownEvent("Summit Tokyo 2015", city="Tokyo", start="2015-10")
    facets = Facets(events=(tokyo,), people=("Lachlan Evenson",))
    question = read(shown.removeprefix("Exactly: "), facets)
    assert (question.scope.city, question.scope.year, question.scope.person) == ("Tokyo", "2015", "Lachlan Evenson")
    assert question.phrases == (("these", "very", "words"),)
    assert question.without == ("without",)
    assert question.about == ()


def test_the_follow_ups_that_help_shows_are_read_as_such() -> None:
    (shown,) = (line for line in GRAMMAR if line.startswith("In the same thread"))
    quoted = [piece.split("”")[0] for piece in shown.split("“")[1:]]
    assert len(quoted) == 4
    tokyo = KnownEvent("Summit Tokyo 2015", city="Tokyo", start="2015-10")
    assert all(read(text, Facets(events=(tokyo,))).leans for text in quoted)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_help_are_questions(example: str) -> None:
    question = read(example, Facets())
    assert question.intent == "find"
    assert question.about
