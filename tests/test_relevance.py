"""Whether the right passages come up: on the notes that ship, and on the reference notes where they are at hand."""

import importlib.util
import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from test_samples import QUESTIONS, SAMPLES, one_line

from bot import batch
from bot.batch import fields
from bot.judge import ALL, Row, comparable, holds, judged, table
from intents import reply
from intents.base import Answer, Line, cite
from intents.understand import read
from store.index import Index, open_index
from store.load import reload
from store.model import Facets
from store.text import words

LEFT_OUT = {"summary", "compare"}
SETS = {"seeds": "seeds", "dev": "corpus"}
"""Question files, each with the folder of notes that it asks about."""

AT_LEAST, AT_MOST = 1, -1
FLOORS = (
    ("seeds", "hit@1", AT_LEAST, 0.90),
    ("seeds", "hit@3", AT_LEAST, 0.95),
    ("seeds", "shown", AT_LEAST, 0.85),
    ("seeds", "typo hit@3", AT_LEAST, 1.0),
    ("seeds", "filtered hit@3", AT_LEAST, 0.85),
    ("seeds", "followup hit@3", AT_LEAST, 0.85),
    ("seeds", "wrong refusal", AT_MOST, 0.03),
    ("seeds", "refused", AT_LEAST, 5 / 6),
    ("seeds", "chat", AT_LEAST, 1.0),
    ("seeds", "survived", AT_LEAST, 1.0),
    ("dev", "hit@1", AT_LEAST, 0.84),
    ("dev", "hit@3", AT_LEAST, 0.92),
    ("dev", "filtered hit@3", AT_LEAST, 0.85),
    ("dev", "followup hit@3", AT_LEAST, 0.85),
    ("dev", "wrong refusal", AT_MOST, 0.03),
    ("dev", "refused", AT_LEAST, 8 / 9),
)

Outputs = dict[str, tuple[list[Row], list[Row]]]
"""By question file: the questions, and what came back for them."""


@pytest.fixture(scope="module")
def reference() -> Path:
    folder = os.environ.get("RECAP_REFERENCE")
    if not folder:
        pytest.skip("RECAP_REFERENCE names no folder with reference notes and questions")
    return Path(folder)


@pytest.fixture(scope="module")
def indexes(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Index]:
    made = {}
    for name, notes in SETS.items():
        path = tmp_path_factory.mktemp(name) / "recap.db"
        reload(reference / notes, path)
        made[name] = open_index(path)
    return made


@pytest.fixture(scope="module")
def answered(reference: Path, indexes: dict[str, Index]) -> Outputs:
    return {name: run(reference, name, index) for name, index in indexes.items()}


@pytest.fixture(scope="module")
def guessed(reference: Path, indexes: dict[str, Index]) -> Outputs:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "reply", blind(random.Random(2015)))
        return {name: run(reference, name, index) for name, index in indexes.items()}


def run(reference: Path, name: str, index: Index) -> tuple[list[Row], list[Row]]:
    asked = questions_of(reference, name)
    outputs = [json.loads(line) for line in batch.batch(map(json.dumps, asked), index, 10)]
    assert len(outputs) == len(asked)
    return [q for q in asked if q["kind"] not in LEFT_OUT], outputs


def questions_of(reference: Path, name: str) -> list[Row]:
    lines = (reference / "questions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return list(map(json.loads, lines))


def blind(chance: random.Random) -> Callable[..., Answer]:
    """A reply that answers with any passages, or not, as the dice fall."""

    def answer(text: str, index: Index, conversation: object, limit: int) -> Answer:
        ids = [id for (id,) in index.rows("SELECT id FROM passages")]
        hits = index.hits(chance.choices(ids, k=chance.randint(11, 30)))
        lines = tuple(Line(hit.passage.text, cite(hit)) for hit in hits[:5])
        return Answer("find", "Perhaps", lines, tuple(hits), refused=chance.random() < 0.5)

    return answer


def figures(questions: list[Row], outputs: list[Row]) -> dict[str, float]:
    measured = table(questions, outputs)
    return measured[ALL] | {f"{kind} hit@3": measured[kind]["hit@3"] for kind in ("typo", "filtered", "followup")}


def passes(outputs: Outputs, name: str, figure: str, sign: int, bound: float) -> bool:
    return figures(*outputs[name])[figure] * sign >= bound * sign


@pytest.mark.parametrize(("name", "figure", "sign", "bound"), FLOORS)
def test_answers_are_good_enough(answered: Outputs, name: str, figure: str, sign: int, bound: float) -> None:
    assert passes(answered, name, figure, sign, bound), figures(*answered[name])


@pytest.mark.parametrize(("name", "figure", "sign", "bound"), FLOORS)
def test_random_passages_are_not(guessed: Outputs, name: str, figure: str, sign: int, bound: float) -> None:
    assert not passes(guessed, name, figure, sign, bound), figures(*guessed[name])


@pytest.mark.parametrize("name", SETS)
def test_another_scorer_finds_the_same(reference: Path, answered: Outputs, guessed: Outputs, name: str) -> None:
    path = reference / "questions" / "score.py"
    if not path.exists():
        pytest.skip("the reference brings no scorer of its own")
    spec = importlib.util.spec_from_file_location("another_scorer", path)
    assert spec
    assert spec.loader
    other = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(other)
    called = {"refused": "correct_refusal", "chat": "chat_ok", "wrong refusal": "wrong_refusal", "MRR": "mrr"}
    everything = questions_of(reference, name)
    for _, outputs in (answered[name], guessed[name]):
        theirs, _ = other.score(everything, outputs)
        for kind, row in table(everything, outputs).items():
            for figure, value in row.items():
                assert value == pytest.approx(theirs[kind][called.get(figure, figure)], abs=1e-4), (kind, figure)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("samples") / "recap.db"
    reload(SAMPLES, path)
    return open_index(path)


@pytest.mark.parametrize(("question", "file", "fragment"), QUESTIONS)
def test_the_sample_notes_answer_the_example_questions(samples: Index, question: str, file: str, fragment: str) -> None:
    answer = reply(question, samples)
    assert answer.hits[0].source.file == file
    assert fragment in one_line(fields(answer)["answer"])


def slips(word: str, chance: random.Random) -> set[str]:
    """One slip of each kind behind the first two letters: swapped, dropped, doubled, and a neighbour's."""
    i = chance.randrange(2, len(word) - 1)
    return {
        word[:i] + word[i + 1] + word[i] + word[i + 2 :],
        word[:i] + word[i + 1 :],
        word[:i] + word[i] + word[i:],
        word[:i] + chance.choice("aeiou") + word[i + 1 :],
    } - {word}


def key_word(question: str) -> str:
    """The longest word that is no part of the asking; capitals mark names."""
    return max(read(question, Facets()).about, key=len)


LONG_ENOUGH = [(question, file) for question, file, _ in QUESTIONS if len(key_word(question)) >= 6]
"""A slip in a shorter word makes another word."""


@pytest.mark.parametrize(("question", "file"), LONG_ENOUGH)
def test_a_slip_of_the_finger_still_finds_the_note(samples: Index, question: str, file: str) -> None:
    meant = key_word(question)
    spelt = next(word for word in question.strip("?").split() if words(word) == [meant])
    typed = {
        slip for slip in slips(spelt, random.Random(question)) if slip.lower() not in samples.generation.vocabulary
    }
    assert typed
    for slip in sorted(typed):
        answer = reply(question.replace(spelt, slip), samples)
        assert file in [hit.source.file for hit in answer.hits[:3]], slip


def test_most_questions_are_asked_with_slips() -> None:
    assert len(LONG_ENOUGH) >= 8


def test_holding_a_quote_is_judged_as_described() -> None:
    quote = comparable("They *said* it [all](https://example.org), then left <b>early</b>")
    assert quote == "they said it all then left early".split()
    assert holds(comparable("so They said it all, then left!"), quote)
    assert not holds("they said it all".split(), quote)  # 4 of 7 words are under 60 %
    assert holds("they said it all then".split(), quote)
    assert holds("one two".split(), ["two"])
    assert not holds("one two".split(), [])
    assert not holds([], ["two"])


def test_answers_are_judged_by_what_the_question_expects() -> None:
    row = {
        "refused": False,
        "answer": "a b c d",
        "passages": [{"file": "y", "text": "-"}, {"file": "n/x", "text": "a b c d"}],
    }
    gold = {"expect": "answer", "gold": [{"file": "x", "quote": "A B C D"}]}
    assert judged(gold, row) == {"hit@1": 0, "hit@3": 1, "MRR": 0.5, "shown": 1, "wrong refusal": 0}
    refused = {**row, "refused": True}
    assert judged(gold, refused) == {"hit@1": 0, "hit@3": 0, "MRR": 0, "shown": 0, "wrong refusal": 1}
    assert judged({"expect": "refuse"}, refused) == {"refused": True}
    assert judged({"expect": "refuse"}, {**refused, "error": "no"}) == {"refused": False}
    assert judged({"expect": "chat"}, row) == {"chat": False}
    assert judged({"expect": "survive"}, {**row, "passages": [{}] * 11}) == {"survived": False}
    far = {**row, "passages": [{"file": "x", "text": "w " * 200 + "a b c d"}]}
    assert not judged(gold, far)["hit@3"]
