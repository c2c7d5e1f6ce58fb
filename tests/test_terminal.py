"""What a person sees in a terminal, drawn into a string."""

import io
import re

import pytest
from rich.console import Console
from test_samples import SAMPLES

from bot import terminal
from intents.base import Answer, Chart, Choice, Citation, Correction, Line
from store.errors import BotError
from store.index import Index, Status, open_index
from store.load import Changes, Problem, reload
from store.model import Facets, KnownEvent

SOURCE = Citation("a.md", "A", event="[bold]Summit[/bold] 2015", first=1, last=2)
ANSWER = Answer(
    "find",
    "What the notes say about [red]Kuryr[/red]",
    lines=(Line("Kuryr [blink]joins[/blink] containers.", SOURCE, ((0, 5),)),),
    corrections=(Correction("[kuyr]\\", "Kuryr\\"),),
    choices=(Choice("Curry", "curry", 1),),
    notices=("[dim]Noticed.",),
    more=3,
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("terminal") / "recap.db"
    reload(SAMPLES, path)
    return open_index(path)


def drawn(answer: Answer, *, colours: bool = True, width: int = 100) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, width=width, no_color=not colours, highlight=False)
    terminal.show(console, answer)
    return console.file.getvalue()  # type: ignore[attr-defined]


def piped() -> Console:
    return Console(file=io.StringIO(), width=200)


def seen(console: Console) -> str:
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_an_answer_is_drawn_with_the_matched_words_marked() -> None:
    assert "\x1b[1;32mKuryr\x1b[0m [blink]joins[/blink]" in drawn(ANSWER)


def test_nothing_in_an_answer_is_taken_for_markup() -> None:
    text = drawn(ANSWER, colours=False)
    for piece in (
        "Showing results for ",
        "Kuryr\\",
        "“[kuyr]\\”",
        "[red]Kuryr[/red]",
        "[bold]Summit[/bold] 2015",
        "[1] a.md:1-2",
        "[dim]Noticed.",
        "3 more: say “more”.",
        "Curry (1)",
    ):
        assert piece in text


def test_a_sentence_of_our_own_has_no_number() -> None:
    assert "[1]" not in drawn(Answer("help", "I help.", lines=(Line("[b]Ask."),)))


COMPARED = Answer(
    "compare",
    "Containers at Tokyo and Barcelona",
    lines=(
        Line("Kuryr is young.", SOURCE, section="Containers", side="Tokyo"),
        Line("Kuryr is grown.", Citation("b.md", "B"), section="Containers", side="Barcelona"),
    ),
    chart=Chart("Containers", "mentions", (("Tokyo", 4), ("Barcelona", 8))),
    confidence="likely",
)


@pytest.mark.parametrize(("width", "rows"), [(100, 1), (60, 2)])
def test_compared_sides_stand_next_to_each_other_where_there_is_room(width: int, rows: int) -> None:
    told = re.sub(r"\x1b\[[\d;]*m", "", drawn(COMPARED, width=width)).splitlines()
    assert len([line for line in told if "Kuryr is" in line]) == rows
    assert any(line.split() == ["Tokyo", "Barcelona"] for line in told) == (rows == 1)


def test_the_chart_the_heading_and_the_confidence_are_drawn() -> None:
    text = drawn(COMPARED, colours=False)
    assert text.count("Containers at Tokyo and Barcelona") == 1
    assert "(likely)" in text
    assert "▄█  Containers (mentions) – Tokyo: 4, Barcelona: 8" in text


def test_into_a_pipe_goes_plain_text() -> None:
    console = piped()
    terminal.show(console, ANSWER)
    assert "\x1b" not in seen(console)
    assert "There is more: 3 further passages." in seen(console)


def test_lines_are_one_conversation(index: Index) -> None:
    console = piped()
    terminal.answer_lines(
        index, console, ["what was said about Kuryr in Tokyo\n", "\n", "  \n", "only Barcelona\n", "more"]
    )
    first, second, third = seen(console).strip().split("\n\nThe notes don’t mention")[0], seen(console), seen(console)
    assert "Kuryr at OpenStack Summit Tokyo 2015" in first
    assert "Kuryr" in second.split("Tokyo 2015", 1)[1]
    assert "OpenStack Summit Barcelona 2016" in third


@pytest.mark.parametrize("leave", ["/quit", "/exit", "/q", " /quit \n"])
def test_a_conversation_ends_when_told_to(index: Index, leave: str) -> None:
    console = piped()
    terminal.answer_lines(index, console, ["thanks", leave, "hi"])
    assert "welcome" in seen(console)
    assert "Hello" not in seen(console)


def test_slash_help_is_help(index: Index) -> None:
    console = piped()
    terminal.answer_lines(index, console, ["/help"])
    assert "in:tokyo" in seen(console)


def test_a_chat_greets_answers_and_ends_with_the_input(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["thanks", "", "kuyr"])

    def type_next(prompt: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", type_next)
    console = piped()
    terminal.chat(index, console)
    assert seen(console).startswith(terminal.WELCOME)
    assert "welcome" in seen(console)
    assert "Showing results for Kuryr" in seen(console)


def test_a_chat_ends_with_control_c(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupt)
    terminal.chat(index, piped())


def test_a_failing_index_is_told_and_the_chat_goes_on(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str, *rest: object) -> Answer:
        raise BotError(f"[red]no index for {text}")

    monkeypatch.setattr(terminal, "reply", fail)
    console = piped()
    terminal.answer_lines(index, console, ["one", "two"])
    assert "[red]no index for one" in seen(console)
    assert "[red]no index for two" in seen(console)


def test_a_load_is_reported_with_every_file_that_has_something_to_say() -> None:
    console = piped()
    problems = (Problem("[b]x.pdf", "no text", "scan it again"), Problem("y.txt", "not UTF-8", "", rejected=False))
    terminal.report(console, Changes(("a", "b"), ("c",), (), 4, 7, 70, problems, 1.25))
    assert seen(console).splitlines() == [
        "2 added, 1 changed, 0 removed, 4 unchanged, 1 rejected in 1.2 s. The index holds 7 notes, 70 passages.",
        "  rejected  [b]x.pdf: no text: scan it again",
        "  note  y.txt: not UTF-8",
    ]


def test_the_state_of_the_index_is_told() -> None:
    console = piped()
    problems = (("x.pdf", "no text", "scan it", True), ("y.txt", "not UTF-8", "", False))
    terminal.status(console, Status(7, 70, 1, "2020-01-02T03:04:05+00:00", "/notes/[x]", 1, problems))
    assert seen(console).splitlines() == [
        "7 notes, 70 passages, 1 event; loaded 2020-01-02T03:04:05+00:00 from /notes/[x]; index format 1.",
        "  rejected  x.pdf: no text: scan it",
        "  note  y.txt: not UTF-8",
    ]


def test_events_are_listed_with_their_notes() -> None:
    console = piped()
    terminal.events(console, Facets(events=(KnownEvent("Summit [x]", city="Tokyo", start="2015-10", notes=3),)))
    assert seen(console).split() == ["event", "city", "date", "notes", "Summit", "[x]", "Tokyo", "2015-10", "3"]


def test_progress_is_drawn_only_in_a_terminal() -> None:
    for force, drawn_at_all in ((True, True), (False, False)):
        console = Console(file=io.StringIO(), force_terminal=force, width=80)
        with terminal.loading(console) as progress:
            progress(1, 2)
            progress(2, 2)
        assert bool(seen(console)) is drawn_at_all


def test_without_a_stdin_nobody_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert not terminal.stdin_is_terminal()
