"""The bot under load: a steady stream of questions while the notes are read again and again."""

import os
import random
import sqlite3
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest
from e2e.served import ADA, ANN, OPEN_TO_ALL, SOCKET, Served, manifest, shown

from bench import synthetic
from bench.metrics import percentile
from bench.typos import edited
from bot.ask import SORRY
from bot.asking import BUSY
from bot.playground import Playground
from bot.playground.record import Call
from bot.playground.workspace import BOT_USER, ENGINEERING
from intents import reply
from intents.language import REQUEST_WORDS, STOP_WORDS
from reliability import rounds
from reliability.amounts import SOAK, amount
from reliability.rounds import MARK, Times
from store import schema
from store.index import Index, open_index
from store.load import reload
from store.text import stem

Tally = Callable[..., None]
PASSAGES, SECONDS = amount(400, 100_000), amount(4, 600)
PACE, EVERY = amount(8, 50), amount(1, 60)
"""Questions a second, and seconds between two loads."""
WARM_UP = SECONDS / 5
PATIENCE = 60.0
MOST_GROWTH = 1.05
LOADED = "The notes are loaded: "


@dataclass
class Asked:
    """A question: when it was asked, and what its answer has to quote, if anything: any round, or this one."""

    at: float
    wants: str = ""
    answers: list[Call] = field(default_factory=list)


@dataclass
class Use:
    """What a process holds from time to time: (seconds since 1970, bytes of memory, open files)."""

    samples: list[tuple[float, int, int]] = field(default_factory=list)

    def look(self, process: int) -> None:
        told = Path(f"/proc/{process}")
        pages = int((told / "statm").read_text().split()[1])
        self.samples.append((time.time(), pages * os.sysconf("SC_PAGE_SIZE"), len(list((told / "fd").iterdir()))))

    def ends(self, begun: float) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Memory and files in the first and the last third of the time after the warm-up."""
        kept = [sample[1:] for sample in self.samples if sample[0] >= begun + WARM_UP]
        return kept[: len(kept) // 3], kept[-(len(kept) // 3) :]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Notes that stay as they are, and some that change with each round."""
    notes = tmp_path_factory.mktemp("load") / "notes"
    synthetic.write(synthetic.Corpus(1, PASSAGES, vocabulary=amount(9_000, 300_000)), notes / "steady")
    rounds.write(notes / "rounds", 0)
    return notes


@pytest.fixture(scope="module")
def first_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of nothing but the first round's notes."""
    place = tmp_path_factory.mktemp("round")
    rounds.write(place / "notes", 0)
    reload(place / "notes", place / "recap.db")
    return place / "recap.db"


def steady_questions(folder: Path, chance: random.Random) -> Iterator[str]:
    """Words that stand together in notes that stay as they are; every other time one is mistyped."""
    files = sorted(path for path in (folder / "steady").rglob("*") if path.is_file())
    while True:
        text = chance.choice(files).read_text()
        words = chance.sample(sorted({word for word in text.split() if word.isalpha() and len(word) > 4}), 3)
        yield " ".join(words)
        yield " ".join((edited(words[0], chance), *words[1:]))


def load_again_and_again(bot: Served, folder: Path, times: Times, over: threading.Event) -> None:
    """Rewrite some notes and have them loaded, until it is over; each load is waited for."""
    while not over.wait(EVERY):
        number = len(times.begun)
        times.begun.append(time.time())
        rounds.write(folder, number)
        before = len(bot.slack.calls)
        bot.slack.command(ADA, ENGINEERING, "/recap-reload")
        given_up = time.time() + PATIENCE
        while not any(LOADED in str(call.arguments.get("text")) for call in bot.slack.calls[before:]):
            if time.time() > given_up or not bot.is_running():
                return
            time.sleep(0.05)
        times.loaded.append(time.time())


def ask_steadily(bot: Served, folder: Path, times: Times, use: Use) -> dict[str, Asked]:
    """Ask at an even pace, whether or not it answers, half of it about notes that change; by the message's name."""
    chance, asked = random.Random(1), dict[str, Asked]()
    steady = steady_questions(folder, chance)
    begun = time.time()
    for place in range(PACE * SECONDS):
        time.sleep(max(0.0, begun + place / PACE - time.time()))
        if place % PACE == 0:
            use.look(bot.process.pid)
        kind, number = place % 4, len(times.loaded) - 1
        if kind < 2:
            text, wants = next(steady), ""
        elif kind == 2:
            text, sure = rounds.question(chance)
            wants = "any" if sure else ""
        else:
            text, wants = rounds.name_of(number), f"{number:04}"
        at = time.time()
        posted = bot.slack.post(ANN, ENGINEERING, f"<@{BOT_USER}> {text}")
        asked[posted.ts] = Asked(at, wants)
    return asked


def gather(bot: Served, asked: dict[str, Asked]) -> None:
    """Wait until all is answered, or nothing more comes, and put each answer to its question."""
    given_up, seen, under_way = time.time() + PATIENCE, 0, list[Call]()
    while sum(bool(one.answers) for one in asked.values()) < len(asked) and time.time() < given_up:
        fresh = bot.slack.calls[seen:]
        seen += len(fresh)
        look, under_way = [*under_way, *fresh], []
        for call in look:
            if call.status is None:  # one whose line was cut stays so
                under_way.append(call)
            elif call.method == "chat.postMessage" and call.ok and call.arguments.get("thread_ts") in asked:
                asked[call.arguments["thread_ts"]].answers.append(call)
        time.sleep(0.2)


def wrong(one: Asked, times: Times) -> str:
    """What is wrong with the answer to a question; nothing, if all is well."""
    if len(one.answers) != 1:
        return "lost" if not one.answers else "doubled"
    answer = one.answers[0]
    told = shown(answer.arguments.get("blocks")) + str(answer.arguments.get("text"))
    if SORRY in told or BUSY in told:
        return "an apology"
    quoted = {int(mark) for mark in MARK.findall(told)}
    possible = times.possible(one.at, answer.at)
    if len(quoted) > 1:
        return "two rounds in one answer"
    if not quoted <= possible:
        return "a round that was over or not there yet"
    missing = one.wants == "any" or (one.wants and {int(one.wants)} == possible)
    return "nothing found" if missing and not quoted else ""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="what a process holds is read from Linux's /proc")
def test_questions_are_answered_from_one_state_of_the_notes_each_while_these_change(
    folder: Path, tmp_path: Path, tally: Tally
) -> None:
    index, times, use, over = tmp_path / "recap.db", Times(), Use(), threading.Event()
    times.begun.append(time.time())
    reload(folder, index)
    times.loaded.append(time.time())
    settings = {
        "RECAP_DB": str(index), "RECAP_STATE": str(tmp_path / "state.db"), "RECAP_NOTES": str(folder),
        "RECAP_ADMINS": ADA, **OPEN_TO_ALL,
    }  # fmt: skip
    with Playground(manifest(SOCKET, ())) as slack:
        bot = Served(slack, SOCKET, tmp_path, settings)
        bot.start()
        loads = threading.Thread(target=load_again_and_again, args=(bot, folder / "rounds", times, over))
        loads.start()
        begun = time.time()
        asked = ask_steadily(bot, folder, times, use)
        over.set()
        loads.join()
        gather(bot, asked)
        late = sum(one.late or one.acked_at is None for one in slack.deliveries)
        refused = [call for call in slack.calls if not call.ok]
        log = [line for line in bot.log if " ERROR " in line or "Traceback" in line]
        assert bot.end() == 0
    faults = Counter(filter(None, (wrong(one, times) for one in asked.values())))
    waited = [one.answers[0].at - one.at for one in asked.values() if one.answers] or [PATIENCE]
    first, last = use.ends(begun)
    memory, files = ([statistics.median(one[at] for one in part) for part in (first, last)] for at in (0, 1))
    note = (
        f"{len(times.loaded) - 1} loads; half of the answers came within {1000 * percentile(waited, 0.5):.0f} ms, 95 % "
        f"within {1000 * percentile(waited, 0.95):.0f} ms; memory {memory[0] / 1e6:.0f} → {memory[1] / 1e6:.0f} MB, "
        f"open files {files[0]:.0f} → {files[1]:.0f}"
    )
    tally(f"a question in Slack, {PACE} a second over {PASSAGES:,} passages", len(asked), faults.total(), note)
    assert not faults, (faults, note)
    assert not late, note
    assert not refused
    assert not log
    assert len(times.loaded) == len(times.begun) >= 2
    if SOAK:
        assert memory[1] <= MOST_GROWTH * memory[0], use.samples
        assert files[1] <= files[0], use.samples


@pytest.mark.parametrize("at", [2, 9])
def test_a_load_in_the_midst_of_an_answer_leaves_that_answer_to_the_old_notes(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """*at* tells before which of the reads of an answer the new notes are there."""
    notes, path, reads = tmp_path / "notes", tmp_path / "recap.db", 0
    rounds.write(notes, 0)
    reload(notes, path)
    index, rows = open_index(path), Index.rows

    def interrupted(self: Index, *values: object) -> list[object]:
        nonlocal reads
        reads += 1
        if reads == at:
            rounds.write(notes, number)
            reload(notes, path)
        return rows(self, *values)

    monkeypatch.setattr(Index, "rows", interrupted)
    for number, question in enumerate(rounds.QUESTIONS[1::2], 1):
        reads = 0
        answer = reply(question.format(topic="kettles", other="violins", wrong="ketles"), index)
        assert set(MARK.findall(repr(answer))) == {f"{number - 1:04}"}, question
    index.close()


class Counting(sqlite3.Connection):
    """Tells when it is closed how many rows were written through it."""

    written: ClassVar[list[int]] = []

    def close(self) -> None:
        self.written.append(self.total_changes)
        super().close()


def rows_written(notes: Path, index: Path) -> int:
    """How many rows a load writes, those of the full-text index included."""
    Counting.written.clear()
    reload(notes, index)
    return sum(Counting.written)


def test_a_load_after_some_notes_changed_writes_as_much_whether_there_are_few_others_or_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema.sqlite3, "connect", partial(sqlite3.connect, factory=Counting))
    written = {}
    for passages in (100, 600):
        notes, index = tmp_path / f"notes-{passages}", tmp_path / f"{passages}.db"
        synthetic.write(synthetic.Corpus(1, passages, vocabulary=2_000), notes / "steady")
        rounds.write(notes / "rounds", 0)
        first = rows_written(notes, index)
        rounds.write(notes / "rounds", 1)
        written[passages] = first, rows_written(notes, index), rows_written(notes, index)
    (few, few_again, few_none), (many, many_again, many_none) = written[100], written[600]
    assert many > 2 * few, "else there is nothing to tell apart"
    assert many_again < 1.1 * few_again, written
    assert many_none == few_none < 1_000, written


ASKED_AROUND = (
    "what was said about the kettles and the violins?",
    "can you please tell me what the notes say about kettles",
    "did anyone say anything about the ketles at all, please?",
    "who was it that repaired the orchards beside the windmills?",
    "timeline of the lanterns",
    "compare the kettles with the violins",
    "summarise what was said about ferries",
)


@pytest.mark.parametrize("question", ASKED_AROUND)
def test_no_passages_of_small_words_and_words_of_asking_are_gone_through(
    question: str, first_round: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, rows, looked_up = open_index(first_round), Index.rows, set[str]()

    def noted(self: Index, sql: str, values: Sequence[object] = ()) -> list[object]:
        if "MATCH" in sql:
            looked_up.update(word for value in values for word in str(value).replace('"', " ").split())
        return rows(self, sql, values)

    monkeypatch.setattr(Index, "rows", noted)
    assert not reply(question, index).refused
    index.close()
    assert looked_up
    assert looked_up.isdisjoint(map(stem, STOP_WORDS | REQUEST_WORDS))
