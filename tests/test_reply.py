"""The whole way from a text to an answer, over the notes that ship with Recap."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_samples import QUESTIONS, SAMPLES

import bot
from bot.plain import as_text
from intents import INTENTS, reply
from intents.base import Answer
from intents.chat import EXAMPLES
from intents.find import SHOWN
from store.index import Index, open_index
from store.load import reload

ASKED = (
    *(question for question, _, _ in QUESTIONS),
    *EXAMPLES,
    "containers",
    "in Tokyo",
    "by:evenson",
    "year:2017",
    '"role-based access control"',
    "upgrades -ocata",
    "who presented Kuryr",
    "when is the next summit",
    "neutorn in barcelna",
    "Was wurde über Sicherheit gesagt?",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("reply") / "recap.db"
    reload(Path(bot.__file__).parent / "samples", path)
    return open_index(path)


def pages(index: Index, question: str) -> list[Answer]:
    """The answer and all its pages, the last of which says that this was all."""
    asked = [question]
    answers = [reply(question, index)]
    while not answers[-1].refused:
        answers.append(reply("more", index, asked))
        asked.append("more")
        assert len(answers) < 40
    return answers


@pytest.mark.parametrize("question", ASKED)
def test_every_quote_stands_word_for_word_in_its_note(index: Index, question: str) -> None:
    answer = reply(question, index)
    assert not answer.refused
    assert answer.lines
    for line in answer.lines:
        assert line.source
        written = (SAMPLES / line.source.file).read_text(encoding="utf-8")
        there = written.splitlines()[line.source.first - 1 : line.source.last]
        assert all(squeezed(piece) in squeezed("\n".join(there)) for piece in line.text.split("\n"))


def squeezed(text: str) -> str:
    """A note's text without what its format adds: line breaks, markers of items, quotes and emphasis."""
    return "".join(c for c in text if c.isalnum())


@pytest.mark.parametrize("question", ASKED)
def test_every_quote_is_a_piece_of_a_passage_behind_the_answer(index: Index, question: str) -> None:
    answer = reply(question, index, limit=100)
    behind = {(hit.source.file, hit.passage.first, hit.passage.text) for hit in answer.hits}
    for line in answer.lines:
        assert line.source
        assert any(
            (file, first) == (line.source.file, line.source.first) and line.text in text for file, first, text in behind
        )
        assert all(0 <= start < end <= len(line.text) for start, end in line.marks)


def test_every_passage_can_be_asked_for_verbatim(index: Index) -> None:
    for hit in index.hits([id for (id,) in index.rows("SELECT id FROM passages")]):
        words = " ".join(hit.passage.text.replace('"', " ").replace("“", " ").replace("”", " ").split()[:8])
        answer = reply(f'"{words}"', index)
        assert hit.passage.text in {h.passage.text for h in answer.hits}, words


@pytest.mark.parametrize("question", ["containers", "what was said about Neutron", "in 2015", "upgrades", "kuyr"])
def test_more_shows_every_passage_once_and_then_says_so(index: Index, question: str) -> None:
    *answers, end = pages(index, question)
    everything = [hit.id for hit in reply(question, index, limit=100).hits]
    shown = [hit.id for answer in answers for hit in answer.hits[:SHOWN]]
    assert shown == everything
    assert len(set(shown)) == len(shown) > SHOWN or question == "kuyr"
    left = len(everything)
    for answer in answers:
        left -= len(answer.hits[:SHOWN])
        assert answer.more == left
        quoted = {(line.source.file, line.source.first) for line in answer.lines if line.source}
        assert quoted == {(hit.source.file, hit.passage.first) for hit in answer.hits[:SHOWN]}
    assert not end.hits
    assert "all" in end.heading
    assert reply("more", index, [question] + ["more"] * 30).heading == end.heading


def test_thanks_in_between_does_not_lose_the_page(index: Index) -> None:
    second = reply("more", index, ["containers"])
    third = reply("more", index, ["containers", "more", "thanks"])
    assert not {hit.id for hit in second.hits[:SHOWN]} & {hit.id for hit in third.hits[:SHOWN]}


def test_more_of_nothing_asks_what_to_look_for(index: Index) -> None:
    answer = reply("more", index)
    assert answer.refused
    assert "What shall I look for" in answer.heading
    assert answer.asks


def test_a_correction_is_told_and_can_be_taken_back(index: Index) -> None:
    answer = reply("what was said about kuyr?", index)
    assert [(c.typed, c.used) for c in answer.corrections] == [("kuyr", "Kuryr")]
    assert "Showing results for Kuryr; search instead for “kuyr”" in as_text(answer)
    exact = reply('"kuyr"', index)
    assert exact.refused
    assert not exact.corrections


def test_every_correction_is_told(index: Index) -> None:
    told = reply("neutorn in barcelna", index).corrections
    assert {(c.typed, c.used) for c in told} == {("neutorn", "Neutron"), ("barcelna", "Barcelona")}


def test_several_reports_of_one_event_stand_together(index: Index) -> None:
    for question in ASKED:
        events = [line.source.event for line in reply(question, index).lines if line.source]
        assert len(dict.fromkeys(events)) == sum(a != b for a, b in zip([None, *events], events, strict=False))


def test_a_filter_in_words_and_in_the_grammar_gives_the_same_answer(index: Index) -> None:
    for spoken, exact in (
        ("containers in Barcelona", "containers in:barcelona"),
        ("upgrades in 2017", "upgrades year:2017"),
        ("kuryr in Tokyo 2015", "year:2015 in:tokyo kuryr"),
        ("Neutron in the Liberty release", "Neutron release:liberty"),
        ("what was shown by Evenson", "by:evenson"),
    ):
        assert reply(spoken, index).hits == reply(exact, index).hits


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("what was said about a blockchain?", "blockchain"),
        ("Zeppelin", "Zeppelin"),
        ('"flying elephants"', "flying elephants"),
        ("Was wurde über Luftschiffe gesagt", "Luftschiffe"),
    ],
)
def test_a_refusal_names_what_is_missing_and_what_was_searched(index: Index, question: str, missing: str) -> None:
    answer = reply(question, index)
    status = index.status()
    assert answer.refused
    assert not answer.hits
    assert not answer.lines
    assert answer.heading.startswith("The notes don’t mention “")
    assert missing in answer.heading
    assert f"{status.passages} passages of {status.notes} notes from {status.events} events" in as_text(answer)


def test_a_refusal_offers_the_nearest_that_there_is(index: Index) -> None:
    elsewhere = reply("Kubot at Portland", index)
    assert elsewhere.refused
    assert "Portland" in elsewhere.heading
    assert elsewhere.choices
    for choice in elsewhere.choices:
        assert choice.count > 0
        assert not reply(choice.question, index).refused
    half = reply("Kuryr on the Enterprise holodeck", index)
    assert "holodeck" in half.heading
    assert "Kuryr" in [choice.label for choice in half.choices]


def test_a_filter_that_fits_no_note_is_told(index: Index) -> None:
    assert reply("in:atlantis", index).heading == "The notes don’t mention anything at Atlantis."
    assert reply("kuryr in:atlantis", index).heading == "The notes don’t mention “kuryr” at Atlantis."
    assert reply("kuryr year:1066", index).heading == "The notes don’t mention “kuryr” in 1066."


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u2003"])
def test_an_empty_question_is_refused_in_words(index: Index, text: str) -> None:
    answer = reply(text, index)
    assert answer.refused
    assert "empty" in answer.heading


def test_a_text_of_more_than_ten_thousand_characters_is_refused_in_words(index: Index) -> None:
    answer = reply("x" * 10_001, index)
    assert answer.refused
    assert "10,001" in answer.heading
    assert "10,000" in answer.heading
    assert "10,000" not in reply("kuryr" + " " * 9_995, index).heading


@pytest.mark.parametrize("nothing", ["", "  ", "kuryr " * 9_000])
def test_nothing_follows_from_a_question_that_was_none(index: Index, nothing: str) -> None:
    assert reply("and in 2017?", index, ["kuryr in Tokyo", nothing]) == reply("and in 2017?", index, ["kuryr in Tokyo"])
    assert reply("and in 2017?", index, [nothing]) == reply("and in 2017?", index)


@pytest.mark.parametrize(("limit", "most"), [(-5, 1), (0, 1), (1, 1), (7, 7), (100, 100), (10**6, 100)])
def test_passages_are_limited_to_between_one_and_a_hundred(index: Index, limit: int, most: int) -> None:
    found = len(reply("openstack", index, limit=100).hits)
    assert found > 7
    assert len(reply("openstack", index, limit=limit).hits) == min(most, found)


@pytest.mark.parametrize("intent", INTENTS.values(), ids=lambda intent: intent.name)
def test_every_intent_answers_its_own_example(index: Index, intent) -> None:
    answer = reply(intent.example, index)
    assert answer.intent == intent.name
    assert not answer.refused
    assert intent.help
    assert INTENTS[intent.name] is intent


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_help_is_answered_by_the_samples(index: Index, example: str) -> None:
    answer = reply(example, index)
    assert answer.intent in ("find", "who")
    assert not answer.refused
    assert answer.lines


NASTY = st.text(max_size=400) | st.text(alphabet="\"“”-:*()<>|&^{}'\0\\ \nkuryrinTokyo2015AND", max_size=200)


@settings(max_examples=150, deadline=None)
@given(NASTY, st.lists(NASTY | st.sampled_from(["more", "kuryr in Tokyo", "thanks"]), max_size=3))
def test_any_text_in_any_conversation_is_answered(index: Index, text: str, earlier: list[str]) -> None:
    answer = reply(text, index, earlier)
    assert answer.intent in INTENTS
    assert answer.heading
    assert len(answer.heading) < 1000
    assert all(line.source for line in answer.lines) or answer.intent == "help"
    as_text(answer).encode()


@pytest.mark.parametrize(
    "text",
    [
        "by " * 3300,
        "in:a " * 2000,
        '"' * 10_000,
        "x" * 10_000,
        "<http://" * 1250,
        "-a " * 3333,
        "a b " * 2500,
        "容" * 10_000,
    ],
    ids=lambda text: text[:8],
)
def test_the_longest_hostile_texts_are_answered(index: Index, text: str) -> None:
    assert as_text(reply(text[:10_000], index))
