"""Questions that were typed to do harm: every one gets an answer that can be shown everywhere, and soon."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import NOTES
from hypothesis import given
from hypothesis import strategies as st
from pressing import more_notes
from rich.console import Console

from bot import batch, export, plain, terminal, views
from bot.playground.blocks import message_problems
from intents import INTENTS, reply
from intents.base import Answer
from intents.understand import MAX_QUESTION
from reliability.amounts import amount
from reliability.hostile import CHARACTERS, WORDS, Watch, texts, trying
from store.index import Index, open_index
from store.load import reload

Tally = Callable[..., None]

CALLS = ("<!channel>", "<!here>", "<!everyone>", "<@U0ANN>")
COPIES = 2


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of sixty notes: those of the tests, the samples, and as many that call everybody."""
    folder = tmp_path_factory.mktemp("library")
    more_notes(folder)
    for path in (*NOTES.rglob("*.*"), *(Path(__file__).parents[2] / "bot" / "samples").glob("*.md")):
        for copy in range(COPIES):
            mark = f"\n\nKuryr <!channel> <@U0ANN> `x` *y* {copy} [Tokyo](http://x.org) &lt;!here&gt;\n".encode()
            data = path.read_bytes() if path.suffix == ".pdf" else path.read_bytes() + mark
            (folder / f"{copy}-{path.name}").write_bytes(data)
    reload(folder, folder / "recap.db")
    index = open_index(folder / "recap.db")
    yield index
    index.close()


def shown(answer: Answer, asked: str) -> None:
    """Draw it for Slack, the terminal, a page of Markdown and programs; nothing may be refused or call anybody."""
    message = views.message(answer, asked=asked)
    assert not [*message_problems(message["blocks"])], asked
    told = json.dumps(message, ensure_ascii=False)
    assert not any(call in told for call in CALLS), asked
    told.encode()
    plain.as_text(answer)
    export.markdown(answer, asked)
    console = Console(file=io.StringIO(), width=100)
    terminal.show(console, answer)
    assert "\x1b" not in console.file.getvalue()  # type: ignore[attr-defined]


def test_whatever_is_asked_is_answered_soon_and_can_be_shown(library: Index, tally: Tally) -> None:
    watch, tried = Watch(), amount(100, 100_000)

    @trying(tried)
    @given(st.lists(texts, min_size=1, max_size=3), st.sampled_from(["", "", *INTENTS]))
    def attack(asked: list[str], intent: str) -> None:
        *earlier, text = asked
        with watch.on(asked):
            answer = reply(text, library, earlier, intent=intent)
        assert answer.intent != "error"
        shown(answer, text)

    attack()
    tally("Questions in parts that mean something", tried, note=watch.check(tried, 500))


def test_whatever_is_repeated_up_to_the_longest_question_is_answered_soon(library: Index, tally: Tally) -> None:
    watch, tried = Watch(), amount(8, 2_000)

    @trying(tried)
    @given(
        st.lists(st.one_of(st.sampled_from([*WORDS, *CHARACTERS]), st.text(max_size=4)), min_size=1, max_size=3),
        st.booleans(),
    )
    def attack(parts: list[str], apart: bool) -> None:
        part = (" " if apart else "").join(parts) + (" " if apart else "")
        text = (part * (MAX_QUESTION // max(1, len(part)) + 1))[:MAX_QUESTION]
        with watch.on(part):
            answer = reply(text, library, ["what was said about Kuryr"])
        shown(answer, text)

    attack()
    tally(f"Questions of {MAX_QUESTION:,} characters", tried, note=watch.check(tried, 500))


@pytest.mark.parametrize("part", ["\ufdfa", "x", "kuryr", '"a" ', "a' ", "1,", "東京", "Tokyo and ", "-a "])
def test_what_grows_while_it_is_read_takes_no_memory(library: Index, part: str) -> None:
    watch = Watch()
    text = (part * MAX_QUESTION)[:MAX_QUESTION]
    with watch.on(part):
        shown(reply(text, library), text)
    watch.check(1, 300)


@pytest.mark.parametrize("text", ["kuryr " * 17_000, "x" * 100_000, '"' * 100_000, "\0" * 100_000, "東京" * 50_000])
def test_a_question_without_an_end_is_refused_in_words(library: Index, text: str) -> None:
    answer = reply(text, library, [text])
    assert answer.refused
    assert "too long" in answer.heading
    shown(answer, text)


def test_any_line_of_a_batch_gets_a_line(library: Index, tally: Tally) -> None:
    tried = amount(60, 20_000)
    values = st.recursive(st.none() | st.booleans() | st.floats() | texts, lambda inner: st.lists(inner, max_size=2))
    rows = st.dictionaries(st.sampled_from(["id", "text", "after", "x"]), values, max_size=4)
    lines = st.one_of(texts, rows.map(json.dumps), st.sampled_from(["[" * 100_000, '{"text":' * 9_000, "NaN"]))

    @trying(tried)
    @given(st.lists(lines.map(lambda line: line.replace("\n", " ")), min_size=1, max_size=3))
    def attack(given_lines: list[str]) -> None:
        asked = [line for line in given_lines if line.strip()]
        told = [json.loads(line) for line in batch.batch(asked, library, 3)]
        assert len(told) == len(asked)
        assert all({"id", "refused", "answer"} <= row.keys() for row in told)

    attack()
    tally("Lines of a batch", tried)
