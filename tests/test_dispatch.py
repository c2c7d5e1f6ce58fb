"""Which intent a text calls, alone and in a conversation."""

import pytest
from test_filters import FACETS, IN_BARCELONA, IN_TOKYO

from intents import CUES, INTENTS, subcommand
from intents.cues import Cues, called
from intents.understand import Question, read, understand
from store.model import Facets

SOME: Cues = {
    "summary": ("summary of", "summarise", "summary"),
    "timeline": ("timeline of", "timeline"),
    "versus": (lambda text: text if " vs " in text else None,),
}


def asked(*conversation: str) -> Question:
    *earlier, last = conversation
    return understand(last, earlier, FACETS, SOME)


@pytest.mark.parametrize("intent", INTENTS.values(), ids=INTENTS)
def test_every_example_calls_its_intent_and_no_other(intent) -> None:
    assert read(intent.example, Facets(), CUES).intent == intent.name


WORDS = [(name, cue) for name, cues in CUES.items() for cue in cues if isinstance(cue, str)]


@pytest.mark.parametrize(("name", "cue"), WORDS)
def test_every_cue_calls_its_intent_and_no_other(name: str, cue: str) -> None:
    assert read(f"{cue} Kuryr" if name != "help" else cue, Facets(), CUES).intent == name


@pytest.mark.parametrize(("name", "cue"), WORDS)
def test_every_cue_works_as_a_follow_up(name: str, cue: str) -> None:
    if INTENTS[name].listed:
        assert read(f"and {cue} it?", Facets(), CUES).intent == name


@pytest.mark.parametrize("intent", [intent for intent in INTENTS.values() if intent.listed and intent.name != "find"])
def test_every_listed_intent_is_a_subcommand(intent) -> None:
    assert subcommand(f"{intent.name} Kuryr") == (intent.name, "Kuryr")


@pytest.mark.parametrize(
    ("typed", "intent", "rest"),
    [
        ("please give me a short summary of Tokyo", "summary", "Tokyo"),
        ("what about the timeline of Kuryr", "timeline", "Kuryr"),
        ("and a detailed timeline", "timeline", ""),
        ("and please nova vs cinder", "versus", "nova vs cinder"),
        ("summary of nova vs cinder", "versus", "summary of nova vs cinder"),
        ("and please", "", "and please"),
        ("short talks", "", "short talks"),
    ],
)
def test_a_cue_is_found_behind_words_of_no_weight(typed: str, intent: str, rest: str) -> None:
    assert called(typed, SOME) == (intent, rest)


@pytest.mark.parametrize(
    ("conversation", "intent", "about", "scope"),
    [
        (["summarise Tokyo", "and in Barcelona?"], "summary", "", IN_BARCELONA),
        (["summarise Tokyo", "what about Barcelona"], "summary", "", IN_BARCELONA),
        (["summarise Tokyo", "and in Barcelona?", "only Tokyo"], "summary", "", IN_TOKYO),
        (["summarise Tokyo", "what about containers?"], "summary", "containers", IN_TOKYO),
        (["summary of containers", "in Tokyo"], "summary", "containers", IN_TOKYO),
        (["summarise Tokyo", "thanks", "and in Barcelona?"], "summary", "", IN_BARCELONA),
        (["kuryr in Tokyo", "summarise it"], "summary", "kuryr", IN_TOKYO),
        (["kuryr in Tokyo", "and the timeline?"], "timeline", "kuryr", IN_TOKYO),
        (["summary of kuryr in Tokyo", "and the timeline?"], "timeline", "kuryr", IN_TOKYO),
        (["timeline of kuryr", "summary", "and in Barcelona?"], "summary", "kuryr", IN_BARCELONA),
        (["summarise Tokyo", "more"], "summary", "", IN_TOKYO),
        (["summarise Tokyo", "and who was there?"], "find", "there", IN_TOKYO),
        (["summarise Tokyo", "how many people were there and what did they say?"], "find", "there people", IN_TOKYO),
        (["kuryr in Tokyo", "summarise Barcelona"], "summary", "", IN_BARCELONA),
        (["summarise Tokyo", "lessons for nova"], "find", "lessons nova", None),
        (["summarise Tokyo", "kuryr"], "find", "kuryr", None),
    ],
)
def test_a_follow_up_goes_on_with_the_intent_or_changes_it(conversation, intent, about, scope) -> None:
    question = asked(*conversation)
    assert question.intent == intent
    assert set(question.about) <= set(about.split())
    if scope:
        assert question.scope == scope


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ("shorter", "S"),
        ("make it a bit shorter, please", "S"),
        ("in more detail please", "L"),
        ("longer!", "L"),
        ("shorter talks", ""),
    ],
)
def test_a_text_about_length_alone_changes_just_that(typed: str, size: str) -> None:
    question = asked("summarise Tokyo", typed)
    assert question.size == size
    assert (question.intent == "summary") == bool(size)
    assert (question.scope == IN_TOKYO) == bool(size)
