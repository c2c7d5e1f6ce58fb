"""Summaries of the sample notes: what they are of, how long, and that every quote stands where it says."""

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_samples import SAMPLES, one_line

from bot.batch import batch, fields
from bot.judge import comparable, holds, table
from intents import reply
from intents.base import Answer, Tweak
from intents.summary import WORDS
from store.index import Index, open_index
from store.load import reload

SINGLE = """---
event: OpenStack Summit Paris 2014
title: Paris, day 1
author: Ada Writer
date: 2014-11-03
---
The summit in Paris has begun. Zaqar has a new lead.
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("summaries")
    notes = Path(shutil.copytree(SAMPLES, folder / "notes"))
    (notes / "paris.md").write_text(SINGLE)
    reload(notes, folder / "recap.db")
    return open_index(folder / "recap.db")


def length(answer: Answer) -> int:
    return sum(len(line.text.split()) for line in answer.lines if line.source)


def files(answer: Answer) -> set[str]:
    return {line.source.file for line in answer.lines if line.source}


ASKED = (
    "summarise the Tokyo summit",
    "tl;dr Barcelona",
    "what happened at Austin?",
    "What were the main points of the Portland recap?",
    "overview of the zuul report",
    "summary of containers",
    "summary of containers at Tokyo",
    "summary since 2017",
    "everything since Austin",
    "key takeaways from Tokyo",
    "main highlights of Tokyo",
    "the Tokyo summit in a nutshell",
    "give me a detailed summary of OpenStack Days UK",
    "summarise everything",
    "summary of 2015",
)


@pytest.mark.parametrize("question", ASKED)
def test_every_quote_stands_in_its_note_and_its_passage_is_handed_on(index: Index, question: str) -> None:
    answer = reply(question, index)
    assert answer.intent == "summary"
    assert not answer.refused
    facts, *quotes = answer.lines
    assert facts.source is None
    assert 3 <= len(quotes) <= 40
    held = {(hit.source.file, hit.passage.first): hit.passage.text for hit in answer.hits}
    for quote in quotes:
        assert quote.source
        assert quote.text in held[quote.source.file, quote.source.first]
    assert len(answer.hits) <= 10
    scores = [hit.score for hit in answer.hits]
    assert all(score > 0 for score in scores)
    assert [passage["text"] for passage in fields(answer)["passages"]] == [hit.passage.text for hit in answer.hits]


@pytest.mark.parametrize("question", ASKED)
def test_the_words_of_a_quote_stand_in_the_file(index: Index, question: str) -> None:
    for line in reply(question, index).lines:
        if line.source and line.source.file != "paris.md":
            raw = (SAMPLES / line.source.file).read_text(encoding="utf-8")
            assert all(holds(comparable(raw), comparable(part)) for part in line.text.split("\n"))


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("summarise the Tokyo summit", "Summary of OpenStack Summit Tokyo 2015"),
        ("give me a short summary of Tokyo", "Summary of OpenStack Summit Tokyo 2015"),
        ("tldr tokio", "Summary of OpenStack Summit Tokyo 2015"),
        ("summarise Tokyo please", "Summary of OpenStack Summit Tokyo 2015"),
        ("zusammenfassung von Barcelona", "Summary of OpenStack Summit Barcelona 2016"),
        ("summary since 2017", "Summary of the notes since 2017"),
        ("everything since Austin", "Summary of the notes since OpenStack Summit Austin 2016"),
        ("what happened since Austin?", "Summary of the notes since OpenStack Summit Austin 2016"),
        ("summary since Newton", "Summary of the notes since OpenStack Summit"),
        ("summary of 2015", "Summary of the notes from 2015"),
        ("summary of containers", "Summary of containers"),
        ("summary of containers at Tokyo", "Summary of containers from OpenStack Summit Tokyo 2015"),
        ("summarise everything", "Summary of the notes"),
    ],
)
def test_the_heading_says_what_is_summarised(index: Index, question: str, start: str) -> None:
    assert reply(question, index).heading.startswith(start)


def test_a_summit_is_summed_up_from_all_its_notes(index: Index) -> None:
    answer = reply("summarise the Tokyo summit", index)
    assert files(answer) == {f for (f,) in index.rows("SELECT file FROM notes WHERE event LIKE '%Tokyo%'")}
    assert answer.lines[0].text.startswith("OpenStack Summit Tokyo 2015 · Liberty and Mitaka · Oct 2015 · 3 notes")
    assert all(line.section for line in answer.lines[2:])


def test_a_note_can_be_named_by_words_of_its_title(index: Index) -> None:
    assert len(files(reply("overview of the zuul report", index))) == 1
    assert "zuul" in files(reply("overview of the zuul report", index)).pop()


def test_since_an_event_means_after_it(index: Index) -> None:
    dates = {line.source.date for line in reply("summary since Austin", index).lines if line.source}
    assert min(dates) > "2016-04"
    assert min(line.source.date for line in reply("summary since 2016", index).lines if line.source) >= "2016"
    topic = reply("summary of containers since 2016", index)
    assert all(line.source.date >= "2016" for line in topic.lines if line.source)


def test_sizes_are_kept_and_grow(index: Index) -> None:
    lengths = {size: length(reply("summarise the Tokyo summit", index, tweak=Tweak(size=size))) for size in WORDS}
    assert 0 < lengths["S"] < lengths["M"] < lengths["L"]
    assert all(lengths[size] <= WORDS[size] for size in WORDS)


@pytest.mark.parametrize(
    ("conversation", "size"),
    [
        (["summarise Tokyo"], "M"),
        (["short summary of Tokyo"], "S"),
        (["give me a detailed overview of Tokyo"], "L"),
        (["summarise Tokyo in detail"], "L"),
        (["summarise Tokyo, short"], "S"),
        (["summarise Tokyo", "shorter please"], "S"),
        (["summarise Tokyo", "more"], "L"),
        (["short summary of Tokyo", "longer"], "L"),
    ],
)
def test_the_size_is_said_in_words(index: Index, conversation: list[str], size: str) -> None:
    *earlier, last = conversation
    answer = reply(last, index, earlier)
    assert (answer.intent, answer.size) == ("summary", size)
    assert answer.heading == "Summary of OpenStack Summit Tokyo 2015"


def test_a_follow_up_goes_on_with_another_summit(index: Index) -> None:
    answer = reply("and in Barcelona?", index, ["summarise Tokyo"])
    assert answer.heading == "Summary of OpenStack Summit Barcelona 2016"
    answer = reply("summarise it", index, ["what was said about containers in Tokyo"])
    assert answer.heading == "Summary of containers from OpenStack Summit Tokyo 2015"


def test_too_little_is_shown_whole(index: Index) -> None:
    answer = reply("summarise Paris", index)
    assert answer.heading.startswith("Too little to summarise")
    assert [line.text for line in answer.lines] == [hit.passage.text for hit in answer.hits]
    assert "Zaqar has a new lead." in one_line(fields(answer)["answer"])
    assert not answer.size


@pytest.mark.parametrize(
    ("question", "choice"),
    [
        ("summarise the Tokyoo Kyoto summit", "summarise OpenStack Summit Tokyo 2015"),
        ("summarise the Barcelonna9 summit", "summarise OpenStack Summit Barcelona 2016"),
        ("summarise", "summarise OpenStack Summit Tokyo 2015"),
        ("tl;dr", "summarise OpenStack Summit Tokyo 2015"),
        ("summary of Zanzibar", ""),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(index: Index, question: str, choice: str) -> None:
    answer = reply(question, index)
    assert (answer.intent, answer.refused) == ("summary", True)
    assert not answer.lines
    assert answer.choices
    if choice:
        assert choice in [one.question for one in answer.choices]
    for one in answer.choices[:2]:
        assert not reply(one.question, index).refused


def test_a_summit_without_notes_is_refused_by_name(index: Index) -> None:
    answer = reply("summarise the Sydney summit", index)
    assert answer.refused
    assert answer.heading == "I have no notes from OpenStack Summit Sydney."


@pytest.mark.parametrize(
    "said", ["", " 🎉", ' "', ' ""', " NEAR(a b)", " AND OR NOT", " *", " title:x", " -", " in:", " '"]
)
def test_hostile_text_is_an_answer_or_a_clear_refusal(index: Index, said: str) -> None:
    answer = reply(f"summary of{said}", index)
    assert answer.intent == "summary"
    assert answer.refused or answer.lines


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40))
def test_anything_can_be_asked_for(index: Index, said: str) -> None:
    answer = reply(f"summarise {said}", index)
    assert answer == reply(f"summarise {said}", index)
    assert answer.refused or answer.lines or answer.heading


@pytest.mark.parametrize(("name", "notes"), [("seeds", "seeds"), ("dev", "corpus")])
def test_the_passages_of_a_summary_hold_what_people_call_its_main_points(name: str, notes: str, tmp_path: Path) -> None:
    folder = os.environ.get("RECAP_REFERENCE")
    if not folder:
        pytest.skip("RECAP_REFERENCE names no folder with reference notes and questions")
    lines = (Path(folder) / "questions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [question for question in map(json.loads, lines) if question["kind"] == "summary"]
    reload(Path(folder) / notes, tmp_path / "recap.db")
    outputs = batch(map(json.dumps, questions), open_index(tmp_path / "recap.db"), 10)
    assert table(questions, [json.loads(line) for line in outputs])["summary"]["parts"] >= 0.70


def test_the_order_of_the_files_does_not_matter(tmp_path: Path, index: Index) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for path in sorted([*SAMPLES.glob("*.md")], reverse=True):
        shutil.copy(path, notes)
        reload(notes, tmp_path / "one-by-one.db")
    (notes / "paris.md").write_text(SINGLE)
    reload(notes, tmp_path / "one-by-one.db")
    other = open_index(tmp_path / "one-by-one.db")
    for question in ASKED:
        assert reply(question, other).lines == reply(question, index).lines
