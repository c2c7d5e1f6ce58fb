"""A team's own marked questions: read, asked, judged, and compared with an earlier run."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import cli
from bot.evaluate import changes, earlier, goodness, questions
from bot.judge import by_confidence
from store.errors import BotError

NOTES = Path(__file__).parent / "notes"
GOLD = [{"file": "2015-10-tokyo-day-one.md", "quote": "Kuryr"}]


def row(**fields: object) -> str:
    return json.dumps({"id": "a", "text": "kuryr", "gold": GOLD, **fields})


def test_a_question_without_gold_expects_a_refusal() -> None:
    assert [q["expect"] for q in questions([row(), row(id="b", gold=[])], "q.jsonl")] == ["answer", "refuse"]


def test_ids_are_line_numbers_where_none_are_given_and_blank_lines_do_not_count() -> None:
    lines = ["\n", json.dumps({"text": "kuryr"}), row(id=7, after=2)]
    assert [(q["id"], q.get("after")) for q in questions(lines, "q")] == [("2", None), ("7", "2")]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 1 is not JSON"),
        ("[" * 100_000, "line 1 is not JSON"),
        ("[]", "line 1 has no question"),
        ('{"text": 5}', "line 1 has no question"),
        (row(gold=[{"file": "x"}]), "must list objects"),
        (row(gold="x"), "must list objects"),
        (row(expect="maybe"), "must be one of"),
        (row(expect="answer", gold=[]), "an answer needs"),
        ("", "holds no question"),
    ],
)
def test_a_line_that_is_no_question_is_told_by_its_number(line: str, complaint: str) -> None:
    with pytest.raises(BotError, match=complaint):
        questions([line], "mine.jsonl")


def test_an_id_given_twice_is_told() -> None:
    with pytest.raises(BotError, match="same id"):
        questions([row(), row()], "q")


def test_what_changed_between_two_runs_is_told_worst_first() -> None:
    asked = questions([row(id=id) for id in "abcd"], "q")
    now = {"a": 0.0, "b": 1.0, "c": 0.5, "d": 1.0}
    told = changes(asked, now, {"a": 1.0, "b": 0.5, "c": 0.5, "gone": 1.0})
    assert [(change.id, change.before, change.now) for change in told] == [("a", 1.0, 0.0), ("b", 0.5, 1.0)]


def test_an_answer_is_as_good_as_its_first_right_passage_or_its_parts() -> None:
    right, wrong = {"file": "n.md", "text": "all of the gold"}, {"file": "n.md", "text": "nothing"}
    gold = [{"file": "n.md", "quote": "all of the gold"}]
    parts = [{**gold[0], "part": "1"}, {"file": "n.md", "quote": "missing words of another", "part": "2"}]
    output = {"refused": False, "passages": [wrong, right], "answer": ""}
    assert goodness({"expect": "answer", "gold": gold}, output) == 0.5
    assert goodness({"expect": "answer", "gold": parts}, output) == 0.5
    assert goodness({"expect": "answer", "gold": gold}, {**output, "refused": True}) == 0.0
    assert goodness({"expect": "refuse", "gold": []}, {**output, "refused": True}) == 1.0


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"questions": [1]}', '{"questions": {"a": "x"}}', "[" * 100_000])
def test_a_file_that_is_no_run_is_told(text: str) -> None:
    with pytest.raises(BotError, match="no run of recap eval"):
        earlier(text, "old.json")


def test_the_command_prints_a_table_and_what_changed(tmp_path: Path) -> None:
    asked, kept = tmp_path / "q.jsonl", tmp_path / "run.json"
    asked.write_text(f"{row(kind='topic')}\n{row(id='b', text='zanzibar', gold=[], kind='unknown')}\n")
    first = CliRunner().invoke(cli, ["eval", str(asked), "--notes", str(NOTES), "--save", str(kept)])
    assert first.exit_code == 0, first.output
    assert "topic" in first.output
    assert "sure  1 answer, the best passage right in 1.00" in first.output
    saved = json.loads(kept.read_text())
    assert saved["questions"] == {"a": 1.0, "b": 1.0}
    saved["questions"]["a"] = 0.25
    kept.write_text(json.dumps(saved))
    again = CliRunner().invoke(cli, ["eval", str(asked), "--notes", str(NOTES), "--against", str(kept)])
    assert "1 better, 0 worse, 1 the same" in again.output
    assert "better 0.25 → 1.00  a  kuryr" in again.output
    asjson = CliRunner().invoke(cli, ["eval", str(asked), "--notes", str(NOTES), "--json"])
    assert json.loads(asjson.stdout)["table"]["ALL"]["hit@1"] == 1.0


def test_how_often_each_confidence_was_deserved():
    gold = [{"file": "a.md", "quote": "Kuryr was shown on stage"}]
    right = [{"file": "a.md", "text": "Kuryr was shown on stage"}]
    asked = [
        {"id": str(n), "expect": expect, "gold": gold if expect == "answer" else []}
        for n, expect in enumerate(["answer", "answer", "refuse", "refuse", "chat"])
    ]
    outputs = [
        {"id": "0", "confidence": "sure", "refused": False, "passages": right, "answer": ""},
        {"id": "1", "confidence": "sure", "refused": False, "passages": [], "answer": ""},
        {"id": "2", "confidence": "nearest", "refused": False, "passages": right, "answer": ""},
        {"id": "3", "confidence": "", "refused": True, "passages": [], "answer": ""},
        {"id": "4", "confidence": "sure", "refused": False, "passages": [], "answer": ""},
    ]
    assert by_confidence(asked, outputs) == {
        "sure": {"n": 2, "hit@1": 0.5, "hit@3": 0.5},
        "nearest": {"n": 1, "hit@1": 0.0, "hit@3": 0.0},
    }
