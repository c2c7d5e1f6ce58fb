"""A table: typed words to question. Filters have their own tests, and so have follow-ups."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from test_filters import FACETS, IN_TOKYO

from intents import INTENTS
from intents.base import Slot, Tweak
from intents.markup import plain
from intents.understand import MAX_PHRASES, MAX_QUESTION, MAX_WORDS, read, understand
from store.model import Scope


@pytest.mark.parametrize(
    ("typed", "about"),
    [
        ("what was said about Kuryr?", "kuryr"),
        ("What did Lachlan Evenson show?", "lachlan evenson"),
        ("tell me anything you know about live migration, please", "live migration"),
        ("KURYR", "kuryr"),
        ("kuryr-kubernetes", "kuryr kubernetes"),
        ("Was wurde über Kuryr gesagt?", "kuryr"),
        ("was wurde zu Sicherheit erzählt", "sicherheit"),
        ("Wie viele Leute waren beim Gipfel", "leute gipfel"),
        ("que dit-on sur Ironic ?", "ironic"),
        ("qué se dijo de Ironic", "ironic"),
        ("5,000 nodes", "5000 nodes"),
        ("kuryr kuryr Kuryr", "kuryr"),
        ("what happened", "happened"),  # nothing but words of asking: they are looked up after all
        ("lessons for an IT department", "lessons it department"),
        ("is it any good", "good"),
        ("nova AND cinder OR NOT NEAR glance", "nova cinder glance"),
        ("nova and cinder or not near glance", "nova cinder glance"),
        ("nova* ^cinder NEAR(glance, 5) title:x {y}", "nova cinder glance 5 title x"),
        ("'; DROP TABLE notes; --", "drop table"),
        ("<@U123ABC> what of <https://example.com/x|R&amp;D> :tada: <!here>", "r d"),
        ("https://example.com/kuryr kuryr", "kuryr"),
        ("*kuryr* _nova_ `cinder` ~glance~", "kuryr nova cinder glance"),
        ("容器网络", "容器 器网 网络"),
        ("hey, anything on Magnum?", "magnum"),
        ("Hey Recap, what about Magnum", "magnum"),
        ("Good morning! What was said about Magnum", "magnum"),
        ("ok thanks. anything on Magnum", "magnum"),
        ("hi hi hi magnum", "magnum"),
        ("great talks about Magnum", "great magnum"),
        ('"hello" magnum', "magnum"),
        ("what did Red Hat show", "red hat"),
        ("red hat", "red hat"),
        ("was hat Evenson gesagt", "evenson"),
        ("how many came?", "attendees"),
    ],
)
def test_the_topic_is_what_is_left_of_a_question(typed: str, about: str) -> None:
    question = read(typed, FACETS)
    assert question.intent == "find"
    assert " ".join(question.about) == about


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("hi", "hello"),
        ("Hello there!", "hello"),
        ("good morning", "hello"),
        ("Moin", "hello"),
        ("thanks!", "thanks"),
        ("thank you so much", "thanks"),
        ("Danke", "thanks"),
        ("great job", "thanks"),
        ("help", "help"),
        ("help me please", "help"),
        ("Hilfe!", "help"),
        ("what can you do?", "help"),
        ("???", "help"),
        (":wave:", "help"),
        ("<@U1>", "help"),
        ("help with kuryr", "find"),
        ("hello world demo", "find"),
        ("thanks to whom is Kuryr", "find"),
        ("great firewall", "find"),
    ],
)
def test_small_talk_is_told_from_questions(typed: str, intent: str) -> None:
    assert read(typed, FACETS).intent == intent


@pytest.mark.parametrize(
    ("typed", "wants"),
    [
        ("how many people were in Tokyo?", "crowd"),
        ("Wie viele Leute waren in Tokyo?", "crowd"),
        ("how many nodes did they run", "number"),
        ("when is the next summit", "date"),
        ("Wann ist der Gipfel", "date"),
        ("who presented Kuryr", "person"),
        ("Wer sprach über Kuryr", "person"),
        ("where was the summit", "place"),
        ("what about whoever", ""),
        ("kuryr", ""),
    ],
)
def test_a_question_may_want_a_kind_of_thing(typed: str, wants: str) -> None:
    assert read(typed, FACETS).wants == wants


def test_the_grammar_is_understood_as_a_whole() -> None:
    question = read('upgrades in:tokyo year:2015 by:evenson "role based, access" -nova -tripleo-heat', FACETS)
    assert question.about == ("upgrades",)
    assert question.scope == Scope(event=IN_TOKYO.event, city="Tokyo", year="2015", person="Lachlan Evenson")
    assert question.phrases == (("role", "based", "access"),)
    assert question.without == ("nova", "tripleo", "heat")


@pytest.mark.parametrize("typed", ['"live migration"', "“live migration”", "„live migration“"])
def test_any_quotation_marks_make_a_phrase(typed: str) -> None:
    question = read(typed, FACETS)
    assert question.phrases == (("live", "migration"),)
    assert question.has_topic
    assert not question.about


@pytest.mark.parametrize("typed", ['"', '""', '" "', '"live migration', "“", '"?!"'])
def test_quotation_marks_around_nothing_are_no_phrase(typed: str) -> None:
    assert read(typed, FACETS).phrases == ()


def test_a_dash_leaves_out_only_at_the_start_of_a_word() -> None:
    assert read("kuryr -nova", FACETS).without == ("nova",)
    assert read("kuryr-nova -2 - nova --x", FACETS).without == ()


def test_names_are_the_words_typed_like_names() -> None:
    assert read("What did Zane say of k8s in Heat", FACETS).names == {"zane", "k8s", "heat"}
    assert read("WHAT DID ZANE SAY", FACETS).names == frozenset()
    assert read("Steve Hardy on Heat", FACETS).names == {"hardy", "heat"}
    assert read("How Cells Feed on Fat in the Liver", FACETS).names == frozenset(), "written like a title"
    assert read("Containers everywhere", FACETS).names == frozenset()


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("<@U123> hi", "hi"),
        ("kuryr <!here> <https://example.org/a?b=1&amp;c=2>", "kuryr https://example.org/a?b=1&c=2"),
        ("<mailto:a@b.org|a@b.org>", "a@b.org"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("at 10:30:45 :thumbsup:", "at 10:30:45"),
        ("a\0b\ud800c\nd\te", "abc d e"),
    ],
)
def test_slack_notation_is_read_as_a_person_reads_it(typed: str, seen: str) -> None:
    assert plain(typed) == seen


NASTY = (
    st.text()
    | st.text(alphabet="\"“”„-:*()<>|&;@#!\\'\0 \nabyinIT2015")
    | st.text(st.characters(categories=["Cs", "Cc", "Mn"]))
)


@given(NASTY)
@example('in:""')
@example("\ud800")
@example("-" * 500)
@example('"' * 999)
@example("in:in:in:")
def test_anything_can_be_read(text: str) -> None:
    question = read(text, FACETS)
    assert question.intent in INTENTS
    assert len(question.about) <= MAX_WORDS
    assert all(question.about)
    assert all(question.phrases)
    question.text.encode()


@given(st.lists(st.sampled_from('kuryr nova by in Tokyo 2015 -x AND "a b" it\'s'.split()), max_size=60))
def test_reading_is_the_same_each_time(parts: list[str]) -> None:
    text = " ".join(parts)
    assert read(text, FACETS) == read(text, FACETS)


def test_the_longest_question_is_read_to_a_limit() -> None:
    text = " ".join(f"w{number}" for number in range(2000))[:MAX_QUESTION]
    assert read(text, FACETS).about == tuple(f"w{number}" for number in range(MAX_WORDS))


@pytest.mark.parametrize(
    ("dropped", "left"),
    [
        ({"event"}, Scope()),
        ({"city"}, replace(IN_TOKYO, city="", year="2015")),
        ({"year"}, IN_TOKYO),
        ({"event", "year"}, Scope()),
    ],
)
def test_with_an_event_go_the_city_and_year_that_its_name_tells(dropped: set[Slot], left: Scope) -> None:
    assert understand("Kuryr in Tokyo in 2015", (), FACETS, tweak=Tweak(drop=frozenset(dropped))).scope == left


def test_only_so_many_phrases_and_words_to_leave_out_are_looked_up() -> None:
    question = read(
        " ".join(f'"nova{number} {"cell " * 60}" -heat{number}x "nova0 a" "nova0 a"' for number in range(90)), FACETS
    )
    assert len(question.phrases) == MAX_PHRASES == len(set(question.phrases))
    assert {len(phrase) for phrase in question.phrases} == {2, MAX_WORDS}
    assert len(question.without) == MAX_WORDS
