"""How Recap grows: loading, opening and asking at ten thousand, a hundred thousand and a million passages.

    python -m bench.scale [--sizes 10000 100000] [--folder FOLDER] [--json FILE]

Beside it, in the same run and over the same passages, stand SQLite's own full-text search (porter stems, any word,
small words left out) and tantivy. Every measurement has a process of its own, so that its memory is its own, too.
Times of peers are those of a search alone; Recap's are from the text of a question to the whole answer.
"""

import argparse
import json
import math
import multiprocessing
import os
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import tantivy

from bench import synthetic
from bench.typos import edited, seeded
from intents import reply
from intents.language import STOP_WORDS
from store.index import open_index
from store.load import reload
from store.text import stems, words

SIZES = (10_000, 100_000, 1_000_000)
QUESTIONS = 100
"""Questions of each kind."""
WARM = 5
"""Questions asked before the time is taken."""
KINDS = ("1 term", "3 terms", "6 terms", "6 terms, 4 small words", "3 terms, 1 typo", "6 terms, 2 typos")
MEMORY = 200_000_000
"""Bytes that tantivy's writer may use."""
FUZZY = 0.3
"""What a fuzzy match counts beside an exact one in tantivy."""

Search = Callable[[str], Any]
Times = dict[str, tuple[float, float]]
"""Milliseconds by kind of question: (median, 95th percentile)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one engine took by the clock, and of its processor's time, if that was taken: it is less at the mercy of
    whatever else the machine does.
    """

    engine: str
    milliseconds: Times
    processor: Times = field(default_factory=dict)


@dataclass(slots=True)
class Row:
    """What was measured at one size. Times are in seconds, sizes in MB; ``again`` is a load after one note changed."""

    passages: int
    load: float = 0.0
    load_processor: float = 0.0
    load_peak: float = 0.0
    again: float = 0.0
    file: float = 0.0
    opened: float = 0.0
    first_answer: float = 0.0
    memory: float = 0.0
    asked: list[Asked] = field(default_factory=list)


def alone(work: Callable[..., Any], *args: object) -> Any:
    """What a function gives in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *args).result()


def measure(size: int, folder: Path, seed: int, count: int) -> Row:
    """Everything at one size; notes that are there already from an earlier run are used again."""
    corpus = synthetic.Corpus(seed, size)
    notes, index = folder / f"notes-{seed}-{size}", folder / f"{seed}-{size}.db"
    if not notes.exists():
        alone(synthetic.write, corpus, notes)
    for left in folder.glob(f"{index.name}*"):
        left.unlink()
    row = Row(size)
    row.load, row.load_processor, row.load_peak = alone(load, notes, index)
    changed = next(path for path in sorted(notes.rglob("*")) if path.is_file())
    before = changed.read_text(encoding="utf-8")
    changed.write_text(f"{before}\n\nOne more remark was made about {before.split()[-1]}\n", encoding="utf-8")
    row.again = alone(load, notes, index)[0]
    changed.write_text(before, encoding="utf-8")
    row.file = index.stat().st_size / 1e6
    questions = asked_of(index, seed, count)
    row.opened, row.first_answer, row.memory, times = alone(ask_recap, index, questions)
    row.asked = [
        Asked("Recap", *times),
        Asked("FTS5", *alone(ask_fts5, index, folder / f"{index.stem}-fts5.db", questions)),
        Asked("tantivy", *alone(ask_tantivy, index, questions)),
    ]
    return row


def load(notes: Path, index: Path) -> tuple[float, float, float]:
    """Seconds by the clock and of all processors, and the MB that all processes had at most together."""
    begun = time.perf_counter()
    reload(notes, index)
    seconds = time.perf_counter() - begun
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    processor = sum(one.ru_utime + one.ru_stime for one in (own, others))
    return seconds, processor, (own.ru_maxrss + (os.cpu_count() or 1) * others.ru_maxrss) / 1e3


def asked_of(index: Path, seed: int, count: int) -> dict[str, list[str]]:
    """Questions of each kind, made of the words of passages drawn by chance."""
    chance = seeded(seed, "questions")
    with closing(sqlite3.connect(index)) as base:
        top = base.execute("SELECT max(id) FROM passages").fetchone()[0]
        return {kind: [_question(base, chance, top, kind) for _ in range(WARM + count)] for kind in KINDS}


def _question(base: sqlite3.Connection, chance: Any, top: int, kind: str) -> str:
    sql = "SELECT text FROM passages WHERE id >= ? ORDER BY id LIMIT 1"
    text = base.execute(sql, [chance.randint(1, top)]).fetchone()[0]
    telling = [word for word in dict.fromkeys(words(text)) if word not in STOP_WORDS and len(word) > 4]
    terms = chance.sample(telling, int(kind[0]))
    typos = int(kind.split(", ")[1][0]) if "typo" in kind else 0
    terms = [edited(word, chance) if at < typos else word for at, word in enumerate(terms)]
    if "small" in kind:
        terms = ["what", "was", "said", "about", *terms[:3], "and", "the", *terms[3:]]
    return " ".join(terms)


def timed(search: Search, questions: Mapping[str, Sequence[str]]) -> tuple[Times, Times]:
    """What each kind took, by the clock and of the processor's time."""
    by_clock, by_processor = Times(), Times()
    for kind, asked in questions.items():
        taken = []
        for question in asked:
            begun = time.perf_counter(), time.process_time()
            search(question)
            taken.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
        by_clock[kind], by_processor[kind] = map(_ends, zip(*taken[WARM:], strict=True))
    return by_clock, by_processor


def _ends(seconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile, in milliseconds."""
    ordered = sorted(1e3 * one for one in seconds)
    return statistics.median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1]


def ask_recap(path: Path, questions: Mapping[str, Sequence[str]]) -> tuple[float, float, float, tuple[Times, Times]]:
    """Seconds to open, and to the first answer; MB in use after all questions; and what those took."""
    begun = time.perf_counter()
    with closing(open_index(path)) as index:
        opened = time.perf_counter() - begun
        reply(questions[KINDS[1]][0], index)
        first = time.perf_counter() - begun
        times = timed(lambda question: reply(question, index), questions)
        return opened, first, _memory(), times


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Each passage of an index with its headings."""
    with closing(sqlite3.connect(path)) as base:
        for id, text, heading in base.execute("SELECT id, text, heading FROM passages ORDER BY id"):
            yield id, "\n".join([*json.loads(heading), text])


def telling(question: str) -> list[str]:
    """The words that peers look for; what only asks is put aside for them as well."""
    return [word for word in words(question) if word not in STOP_WORDS and word not in ("said", "about")]


def ask_fts5(path: Path, own: Path, questions: Mapping[str, Sequence[str]]) -> tuple[Times, Times]:
    """SQLite's own search over the same passages, in a file of its own."""
    own.unlink(missing_ok=True)
    with closing(sqlite3.connect(own)) as base:
        base.execute("CREATE VIRTUAL TABLE docs USING fts5 (body, tokenize = 'porter unicode61')")
        base.executemany("INSERT INTO docs (rowid, body) VALUES (?, ?)", texts(path))
        base.execute("INSERT INTO docs (docs) VALUES ('optimize')")
        base.commit()
        sql = "SELECT rowid FROM docs WHERE docs MATCH ? ORDER BY bm25(docs) LIMIT 10"

        def search(question: str) -> list[tuple[int]]:
            return base.execute(sql, [" OR ".join(f'"{word}"' for word in telling(question))]).fetchall()

        found = timed(search, questions)
    own.unlink()
    return found


def ask_tantivy(path: Path, questions: Mapping[str, Sequence[str]]) -> tuple[Times, Times]:
    """Tantivy over the same passages; where words are mistyped, with fuzzy queries beside the exact ones."""
    with tempfile.TemporaryDirectory(prefix="bench-tantivy-") as folder:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("body", tokenizer_name="en_stem")
        builder.add_unsigned_field("number", stored=True)
        schema = builder.build()
        index = tantivy.Index(schema, path=folder)
        writer = index.writer(MEMORY)
        for id, text in texts(path):
            writer.add_document(tantivy.Document(body=text, number=id))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher = index.searcher()

        def search(question: str, fuzzy: bool) -> list[Any]:
            parts = [(tantivy.Occur.Should, one) for one in _tantivy_terms(schema, telling(question), fuzzy)]
            return list(searcher.search(tantivy.Query.boolean_query(parts), 10).hits)

        exact = {kind: asked for kind, asked in questions.items() if "typo" not in kind}
        wrong = {kind: asked for kind, asked in questions.items() if "typo" in kind}
        right, mistyped = (
            timed(lambda asked: search(asked, False), exact),
            timed(lambda asked: search(asked, True), wrong),
        )
        return right[0] | mistyped[0], right[1] | mistyped[1]


def _tantivy_terms(schema: tantivy.Schema, typed: Iterable[str], fuzzy: bool) -> Iterator[tantivy.Query]:
    for stem in stems(" ".join(typed)):
        yield tantivy.Query.term_query(schema, "body", stem)
        if fuzzy and len(stem) > 3:
            near = tantivy.Query.fuzzy_term_query(schema, "body", stem, distance=2 if len(stem) > 7 else 1)
            yield tantivy.Query.boost_query(near, FUZZY)


def markdown(rows: Sequence[Row]) -> str:
    """Two tables: what loading and opening take, and what asking takes beside the peers."""
    lines = [
        "| passages | load, clock / processors | passages a second | peak memory | one note changed "
        "| file | open | first answer | memory |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.passages:,} | {row.load:.1f} / {row.load_processor:.1f} s | "
        f"{row.passages / row.load:,.0f} | {row.load_peak:,.0f} MB | "
        f"{row.again:.2f} s | {row.file:,.0f} MB | {row.opened * 1e3:.0f} ms | {row.first_answer * 1e3:.0f} ms | "
        f"{row.memory:.0f} MB |"
        for row in rows
    ]
    lines += ["", f"| passages | engine | {' | '.join(KINDS)} |", f"|---:|---|{'---:|' * len(KINDS)}"]
    for row in rows:
        for asked in row.asked:
            both = ("", asked.milliseconds), (", processor", asked.processor)
            for how, times in both if asked.processor else both[:1]:
                cells = (f"{median:.1f} / {late:.1f}" for median, late in times.values())
                lines.append(f"| {row.passages:,} | {asked.engine}{how} | {' | '.join(cells)} |")
    lines += ["", "Milliseconds by the clock and of the processor's time, median / 95th percentile.", "", *slopes(rows)]
    return "\n".join(lines)


def slopes(rows: Sequence[Row]) -> Iterator[str]:
    """How many times as long a question takes, in the median, where there are ten times as many passages."""
    for fewer, more in pairwise(rows):
        tens = math.log10(more.passages / fewer.passages)
        for one, other in zip(fewer.asked, more.asked, strict=True):
            before, after = one.processor or one.milliseconds, other.processor or other.milliseconds
            ratios = [(after[kind][0] / before[kind][0]) ** (1 / tens) for kind in before]
            yield (
                f"From {fewer.passages:,} to {more.passages:,} passages: {one.engine} takes "
                f"{statistics.median(ratios):.2f} times as long for ten times as many (median of the kinds)."
            )


def main() -> None:
    """Measure, print Markdown, and keep the figures as JSON where that is asked for."""
    parser = argparse.ArgumentParser(description="Measure how Recap grows, beside FTS5 and tantivy.")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="PASSAGES")
    parser.add_argument("--folder", type=Path, help="where notes and indexes are made and kept (default: nowhere)")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="of each kind")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-scale-") as made:
        folder = options.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        rows = [measure(size, folder, options.seed, options.questions) for size in options.sizes]
    print(markdown(rows))
    if options.json:
        told = {"seed": options.seed, "processors": os.cpu_count(), "sizes": [asdict(row) for row in rows]}
        options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
