"""Finding by meaning: with a small model whose idea of meaning is written down here, and with a real one if at hand."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents import reply
from store.errors import BotError
from store.index import open_index
from store.load import Changes, reload
from store.meaning import Vectors, chunks, load_model
from store.text import words
from store.vectors import _embedded, _rows, _unit

AXES = {
    "money": "cash budget euros money paid salary expensive",
    "beds": "hotel rooms beds sleep night pillows",
    "storage": "disk drives tape storage archive rarely",
    "fire": "fire flames burning alarm smoke",
}


class Dictionary:
    """A model that knows a few words, each by the group it belongs to."""

    name, dimensions = "dictionary", len(AXES) + 1

    def __init__(self) -> None:
        self.read: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.read += texts
        rows = np.full((len(texts), self.dimensions), 0.05, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            said = set(words(text))
            row[: len(AXES)] += [len(said & set(group.split())) for group in AXES.values()]
        normal: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return normal

    def knows(self, word: str) -> bool:
        return any(word in group.split() for group in AXES.values())


class Broken(Dictionary):
    """A model that gives up."""

    name = "broken"

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise ValueError("no more memory")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "trip.md").write_text("# Trip\n\nThe salary was paid in euros, and Marta found it far too expensive.\n")
    (notes / "house.md").write_text("# House\n\nThe pillows were hard and nobody could sleep until late that night.\n")
    (notes / "data.md").write_text(
        "# Data\n\nAn archive keeps what is needed rarely on tape, far away from the disk.\n"
    )
    return notes


def loaded(folder: Path, model: Dictionary | None) -> Changes:
    return reload(folder, folder.parent / "recap.db", model=model)


def files(folder: Path, question: str, model: Dictionary | None) -> list[str]:
    answer = reply(question, open_index(folder.parent / "recap.db", model))
    return [] if answer.refused else [hit.source.file for hit in answer.hits]


def test_a_question_in_other_words_is_answered_by_what_it_means(folder: Path) -> None:
    model = Dictionary()
    loaded(folder, model)
    assert files(folder, "cash budget money", None) == []
    assert files(folder, "cash budget money", model)[0] == "trip.md"
    answer = reply("cash budget money", open_index(folder.parent / "recap.db", model))
    assert answer.confidence == "nearest"


@pytest.mark.parametrize(
    "question",
    [
        "cash budget money by Olga",  # a name has to be in the passage
        "cash budget zanzibar",  # a word that neither notes nor model know is a name
        "cash budget",  # too little to tell
        "fire flames smoke",  # nothing is near
        '"cash budget money"',  # asked for word for word
    ],
)
def test_meaning_does_not_stand_in_for_names_or_for_nothing(folder: Path, question: str) -> None:
    model = Dictionary()
    loaded(folder, model)
    assert files(folder, question, model) == []


def test_what_words_find_stays_first(folder: Path) -> None:
    model = Dictionary()
    loaded(folder, model)
    assert files(folder, "pillows", model)[0] == files(folder, "pillows", None)[0] == "house.md"


def test_without_vectors_a_model_changes_nothing(folder: Path) -> None:
    loaded(folder, None)
    assert files(folder, "cash budget money", Dictionary()) == []
    assert files(folder, "pillows", Dictionary()) == ["house.md"]


def test_only_what_changed_is_read_by_the_model_again(folder: Path) -> None:
    first, again, renamed = Dictionary(), Dictionary(), Dictionary()
    loaded(folder, first)
    assert len(first.read) == 3
    (folder / "house.md").write_text("# House\n\nSmoke and flames, and the fire alarm never rang at all.\n")
    loaded(folder, again)
    assert [text for text in again.read if "Smoke and flames" not in text] == []
    (folder / "data.md").rename(folder / "tape.md")
    loaded(folder, renamed)
    assert renamed.read == []
    assert files(folder, "cash budget money", renamed)[0] == "trip.md"
    assert files(folder, "drives storage disk archive", renamed)[0] == "tape.md"


def test_another_model_reads_everything_anew(folder: Path) -> None:
    loaded(folder, Dictionary())
    other = Dictionary()
    other.name = "another"
    assert files(folder, "cash budget money", other) == []
    loaded(folder, other)
    assert len(other.read) == 3
    assert files(folder, "cash budget money", other)[0] == "trip.md"


def test_a_running_bot_sees_vectors_that_a_load_adds_to_unchanged_notes(folder: Path) -> None:
    model = Dictionary()
    loaded(folder, None)
    index = open_index(folder.parent / "recap.db", model)
    assert reply("cash budget money", index).refused
    loaded(folder, model)
    assert not reply("cash budget money", index).refused


def test_a_model_that_fails_costs_no_note(folder: Path) -> None:
    changes = loaded(folder, Broken())
    assert len(changes.added) == 3
    assert [(p.file, p.rejected) for p in changes.problems] == [("RECAP_EMBEDDINGS", False)]
    assert files(folder, "pillows", Broken()) == ["house.md"]


def test_progress_counts_passages_after_files(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    reload(
        folder,
        folder.parent / "recap.db",
        progress=lambda done, total, *_: told.append((done, total)),
        model=Dictionary(),
    )
    assert told == [(1, 3), (2, 3), (3, 3), (6, 6)]


def test_a_model_that_is_not_there_is_told_with_its_setting() -> None:
    with pytest.raises(BotError, match=r"model /nowhere of RECAP_EMBEDDINGS cannot be loaded"):
        load_model("/nowhere")


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(BotError, match=r"holds model\.onnx"):
        load_model(str(tmp_path))


def test_a_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with pytest.raises(BotError, match=r"pip install \"recap-bot\[semantic\]\""):
        load_model("any")


@given(st.lists(st.text("ab .!?\n", min_size=1), min_size=1).map(" ".join))
def test_chunks_leave_no_word_out(text: str) -> None:
    assert [word for chunk in chunks(text) for word in chunk.split()] == text.split()


@given(st.lists(st.lists(st.integers(-999, 999), min_size=8, max_size=8).filter(any), min_size=1, max_size=4))
def test_a_byte_for_each_number_keeps_the_direction(numbers: list[list[int]]) -> None:
    class Given(Dictionary):
        def embed(self, texts: Sequence[str]) -> Vectors:
            return _unit(np.array(numbers[: len(texts)], dtype=np.float32))

    exact = Given().embed(["x"] * len(numbers))
    kept = np.vstack([_unit(_rows(data, 8)) for data in _embedded(Given(), ["x"] * len(numbers))])
    assert np.all((exact * kept).sum(axis=1) > 0.99)


def test_a_real_model_finds_paraphrases(tmp_path: Path) -> None:
    models = sorted(Path(os.environ.get("RECAP_REFERENCE", "/nowhere"), "models").glob("*/model.onnx"))
    if not models:
        pytest.skip("RECAP_REFERENCE names no folder with a model")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("# Closing\n\nThe attendees were worried that jobs would be cut soon.\n")
    (tmp_path / "notes" / "b.md").write_text("# Lunch\n\nThere was a long queue in front of the noodle kitchen.\n")
    model = load_model(str(models[0].parent))
    reload(tmp_path / "notes", tmp_path / "recap.db", model=model)
    asked = "did people fear that staff gets laid off"
    assert reply(asked, open_index(tmp_path / "recap.db")).refused
    assert reply(asked, open_index(tmp_path / "recap.db", model)).hits[0].source.file == "a.md"
    assert model.knows("kitchen")
    assert not model.knows("kuryr")
