"""JSON lines in, JSON lines out."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.batch import MAX_EARLIER, MAX_LIMIT, as_json, batch
from store.index import Index, open_index
from store.load import reload

FIELDS = {"id", "intent", "refused", "confidence", "passages", "corrections", "choices", "scope", "answer", "ms"}
PASSAGE = {"file": str, "text": str, "event": str, "heading": list, "score": float}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("batch") / "recap.db"
    reload(Path(bot.__file__).parent / "samples", path)
    return open_index(path)


def answers(index: Index, *rows: object, limit: int = 10) -> list[dict[str, Any]]:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    return [json.loads(line) for line in batch(lines, index, limit)]


def test_an_answer_has_just_the_fields_that_are_promised(index: Index) -> None:
    (row,) = answers(index, {"id": 7, "text": "what was said about kuyr in Tokyo"})
    assert set(row) == FIELDS
    assert (row["id"], row["intent"], row["refused"]) == (7, "find", False)
    assert row["corrections"] == [{"typed": "kuyr", "used": "Kuryr"}]
    assert row["scope"]["city"] == "Tokyo"
    assert set(row["scope"]) == {"event", "city", "year", "release", "person"}
    assert "Kuryr" in row["answer"]
    assert row["ms"] > 0
    for passage in row["passages"]:
        assert set(passage) == {*PASSAGE, "lines"}
        assert all(isinstance(passage[name], kind) for name, kind in PASSAGE.items())
        first, last = passage["lines"]
        assert 1 <= first <= last
    scores = [passage["score"] for passage in row["passages"]]
    assert scores == sorted(scores, reverse=True)


def test_passages_stand_in_their_files_at_the_lines_given(index: Index) -> None:
    (row,) = answers(index, {"id": 1, "text": "containers"})
    assert row["passages"]
    for passage in row["passages"]:
        lines = (Path(bot.__file__).parent / "samples" / passage["file"]).read_text(encoding="utf-8").splitlines()
        first, last = passage["lines"]
        there = " ".join(" ".join(lines[first - 1 : last]).split())
        assert passage["text"].split()[0] in there
        assert passage["text"].split()[-1] in there


def test_a_pdf_passage_has_a_page_instead_of_lines(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    source = Path(__file__).parent / "notes" / "vancouver-2018.pdf"
    (tmp_path / "notes" / source.name).write_bytes(source.read_bytes())
    reload(tmp_path / "notes", tmp_path / "recap.db")
    (row,) = answers(open_index(tmp_path / "recap.db"), {"id": 1, "text": "Vancouver"})
    assert set(row["passages"][0]) == {*PASSAGE, "page"}
    assert row["passages"][0]["page"] >= 1


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "kuryr",
        '{"id": 1, "text": "x"',
        "[]",
        "null",
        "3",
        '"kuryr"',
        "[" * 100_000,
        '{"id": NaN, "text": "hi"}',
        "9" * 5000,
    ],
)
def test_a_row_that_is_no_object_is_an_error_and_the_run_goes_on(index: Index, bad: str) -> None:
    failed, fine = answers(index, bad, {"id": 2, "text": "kuryr"})
    assert set(failed) == FIELDS | {"error"}
    assert (failed["id"], failed["refused"], failed["passages"]) == (None, True, [])
    assert failed["error"]
    assert fine["passages"]


@pytest.mark.parametrize(
    "row", [{"id": 3}, {"id": 3, "text": None}, {"id": 3, "text": 5}, {"id": 3, "text": ["kuryr"]}]
)
def test_a_row_without_a_text_is_an_error_under_its_id(index: Index, row: object) -> None:
    (failed,) = answers(index, row)
    assert failed["id"] == 3
    assert "text" in failed["error"]


@pytest.mark.parametrize(("text", "says"), [("", "empty"), (" \n\t", "empty"), ("kuryr " * 2000, "12,000")])
def test_an_empty_or_endless_text_is_refused_and_no_error(index: Index, text: str, says: str) -> None:
    (row,) = answers(index, {"id": 1, "text": text})
    assert "error" not in row
    assert row["refused"]
    assert says in row["answer"]


def test_ten_thousand_characters_are_still_a_question(index: Index) -> None:
    row, too_long = answers(index, {"id": 1, "text": "kuryr".ljust(10_000)}, {"id": 2, "text": "kuryr".ljust(10_001)})
    assert row["passages"]
    assert too_long["refused"]


@pytest.mark.parametrize("id", [1, "a", None, 1.5, True, [1, "a"], {"b": [None]}, "", "\ud800", 0, -(10**30)])
def test_an_id_of_any_json_type_comes_back(index: Index, id: object) -> None:
    (row,) = answers(index, {"id": id, "text": "kuryr"})
    assert row["id"] == ("?" if id == "\ud800" else id)


@pytest.mark.parametrize("depth", range(900, 1010, 7))
def test_a_deeply_nested_id_breaks_nothing(index: Index, depth: int) -> None:
    (row,) = batch(['{"text": "hi", "id": ' + "[" * depth + "]" * depth + "}"], index, 10)
    assert row.startswith('{"id": ')


def test_a_row_goes_on_from_the_row_it_names(index: Index) -> None:
    rows = answers(
        index,
        {"id": "a", "text": "what was said about Kuryr in Tokyo"},
        {"id": "b", "text": "what was said about Magnum"},
        {"id": ["c"], "text": "and in 2017?", "after": "a"},
        {"id": "d", "text": "only Tokyo", "after": ["c"]},
        {"id": "e", "text": "and in 2017?"},
    )
    assert [row["scope"]["year"] for row in rows] == ["", "", "2017", "", "2017"]
    assert all("Kuryr" in rows[i]["answer"].splitlines()[0] for i in (0, 2, 3))
    assert rows[3]["scope"]["city"] == "Tokyo"
    assert "Kuryr" not in rows[4]["answer"].splitlines()[0]


@pytest.mark.parametrize("after", ["nobody", 99, [], {}, None, False])
def test_a_row_after_an_unknown_one_stands_alone(index: Index, after: object) -> None:
    alone, row = answers(
        index, {"id": "x", "text": "kuryr in Tokyo"}, {"id": 1, "text": "kuryr in Tokyo", "after": after}
    )
    assert (row["scope"], row["passages"]) == (alone["scope"], alone["passages"])


def test_after_nothing_is_after_no_row(index: Index) -> None:
    _, row = answers(index, {"text": "kuryr in Tokyo"}, {"id": 1, "text": "and upgrades?", "after": None})
    assert row["scope"]["city"] == ""


def test_ids_of_different_types_are_different(index: Index) -> None:
    *_, row = answers(
        index,
        {"id": 1, "text": "kuryr in Tokyo"},
        {"id": "1", "text": "magnum in Barcelona"},
        {"id": 2, "text": "and upgrades?", "after": "1"},
    )
    assert row["scope"]["city"] == "Barcelona"


def test_an_endless_text_leaves_no_trace_in_its_conversation(index: Index) -> None:
    *_, row = answers(
        index,
        {"id": 1, "text": "kuryr in Tokyo"},
        {"id": 2, "text": "nova " * 100_000, "after": 1},
        {"id": 3, "text": "and in 2017?", "after": 2},
    )
    assert "Kuryr" in row["answer"]


def test_a_conversation_is_remembered_to_a_limit(index: Index) -> None:
    chain: list[object] = [{"id": 0, "text": "kuryr in Tokyo"}]
    chain += [{"id": i, "text": "thanks", "after": i - 1} for i in range(1, MAX_EARLIER + 2)]
    *_, forgotten = answers(index, *chain, {"id": "end", "text": "and 2017?", "after": MAX_EARLIER + 1})
    *_, known = answers(index, *chain[:-5], {"id": "end", "text": "and 2017?", "after": MAX_EARLIER - 4})
    assert "Kuryr" in known["answer"]
    assert "Kuryr" not in forgotten["answer"].splitlines()[0]


def test_other_fields_are_ignored(index: Index) -> None:
    plain, other = answers(
        index, {"id": 1, "text": "kuryr"}, {"id": 1, "text": "kuryr", "expect": "refuse", "limit": 0, "ms": "x"}
    )
    assert {**plain, "ms": 0} == {**other, "ms": 0}


@pytest.mark.parametrize("limit", [1, 2, 10, MAX_LIMIT])
def test_the_limit_limits_passages_and_nothing_else(index: Index, limit: int) -> None:
    everything = answers(index, {"id": 1, "text": "containers"}, limit=MAX_LIMIT)[0]
    assert len(everything["passages"]) > 10
    (row,) = answers(index, {"id": 1, "text": "containers"}, limit=limit)
    assert row["passages"] == everything["passages"][:limit]
    assert row["answer"] == everything["answer"]


def test_blank_lines_are_no_rows(index: Index) -> None:
    assert len(answers(index, "", {"id": 1, "text": "kuryr"}, "  ", "\n", {"id": 2, "text": "hi"}, "")) == 2


def test_each_row_is_answered_before_the_next_is_read(index: Index) -> None:
    read: list[int] = []

    def rows() -> Iterator[str]:
        for i in range(3):
            read.append(i)
            yield json.dumps({"id": i, "text": "kuryr"})

    for count, line in enumerate(batch(rows(), index, 1), 1):
        assert len(read) == count
        assert json.loads(line)["id"] == count - 1


def test_small_talk_shows_no_passages(index: Index) -> None:
    for row in answers(index, {"text": "hi"}, {"text": "thanks"}, {"text": "help"}):
        assert (row["passages"], row["refused"]) == ([], False)


ODD = (
    st.text()
    | st.text(st.characters(categories=["Cs", "Cc", "So", "Mn"]))
    | st.sampled_from(["\0", "\ud83d", "👩‍👩‍👧", "\u202e"])
)


@given(ODD, st.recursive(st.none() | st.booleans() | st.integers() | ODD, st.lists), ODD)
def test_any_row_gives_one_line_of_strict_json(index: Index, text: str, id: object, after: str) -> None:
    (line,) = batch([json.dumps({"id": id, "text": text, "after": after})], index, 3)
    assert "\n" not in line
    line.encode("utf-8")
    row = json.loads(line, parse_constant=lambda name: pytest.fail(name))
    assert "error" not in row


@given(st.text())
def test_any_line_gives_a_line_or_is_blank(index: Index, line: str) -> None:
    assert len(list(batch([line], index, 3))) == bool(line.strip())


def test_json_is_one_line_that_utf_8_can_take() -> None:
    assert as_json({"a": "ü\ud800\n"}) == '{"a": "ü?\\n"}'
    assert json.loads(as_json({"a": math.pi})) == {"a": math.pi}
