"""Recap's summaries against LexRank, TextRank, Luhn and "the first n sentences": main points covered, and time.

All get the same sentences and may use as many words as Recap's summary has,
and the sentence that crosses that number whole. What counts as a main point is marked by
people: the quotes of the questions for summaries, and of each note all quotes that other questions ask for. A point
is covered when the sentences chosen from its note hold its quote, or 60 % of its words in a row.

    python -m bench.summary QUESTIONS.jsonl=NOTES_FOLDER ... [--json]
"""

import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from statistics import fmean, median
from typing import Any

from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.luhn import LuhnSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer

from bot.judge import comparable, holds
from intents import CUES
from intents.subject import subject_of
from intents.summary import WORDS, says
from intents.understand import understand
from store.index import Index, open_index
from store.load import reload
from store.model import Hit
from store.occasion import bearing, heads
from store.reading import passages_of
from store.summary import summarise
from store.terms import SMALL_WORDS
from store.text import sentences, stem, words

ROUNDS = 5
"""How often each summary is made; the median time counts."""
FEWEST_POINTS = 3
"""Quotes from which on a note is summarised by itself."""

Chosen = list[tuple[str, str]]
"""File and text of each chosen sentence, in reading order."""
Method = Callable[["Task", int], Chosen]


@dataclass(frozen=True)
class Task:
    """Passages to be summarised, in reading order, and the points that people marked in them: (file, quote, part)."""

    index: Index
    hits: Sequence[Hit]
    points: Sequence[tuple[str, list[str], str]]

    def share(self, chosen: Chosen) -> float:
        """The share of the points that sentences cover."""
        texts: dict[str, str] = defaultdict(str)
        for file, text in chosen:
            texts[PurePosixPath(file).name] += f" {text}"
        said = {file: comparable(text) for file, text in texts.items()}
        parts = {part for _, _, part in self.points}
        return len({part for file, quote, part in self.points if holds(said.get(file, []), quote)}) / len(parts)


def recap(task: Task, size: int) -> Chosen:
    """Recap's own choice."""
    events = task.index.facets.events
    counts, crowd = bearing(task.hits, events), heads(task.hits, events)
    found = summarise(task.hits, says(task.index), size, counts=counts, crowd=crowd)
    pieces = sorted((*found.pieces, *filter(None, [found.crowd])), key=lambda piece: (piece.at, piece.start))
    return [(task.hits[p.at].source.file, task.hits[p.at].passage.text[p.start : p.end]) for p in pieces]


class Tokenizer:
    """What sumy asks of one, without the data that its own has to fetch."""

    def to_words(self, text: str) -> tuple[str, ...]:
        """The folded words of a sentence."""
        return tuple(words(text))


def sumy_with(summarizer: Any) -> Method:
    """One of sumy's methods, with our sentences, words, stems and small words."""
    summarizer.stop_words = SMALL_WORDS
    tokenizer = Tokenizer()

    def method(task: Task, size: int) -> Chosen:
        cut = every_sentence(task.hits)
        made = [Sentence(text, tokenizer) for _, text in cut]
        files = {id(sentence): file for sentence, (file, _) in zip(made, cut, strict=True)}
        document = ObjectDocumentModel([Paragraph(made)])
        best = summarizer(document, lambda infos: within(infos, size, lambda info: str(info.sentence)))
        return [(files[id(sentence)], str(sentence)) for sentence in best]

    return method


def first_sentences(task: Task, size: int) -> Chosen:
    """As many sentences from the beginning as fit."""
    return list(within(every_sentence(task.hits), size, lambda one: one[1]))


def every_sentence(hits: Iterable[Hit]) -> Chosen:
    """The sentences of passages with their files; headings and labels are no sentences to any method."""
    return [
        (hit.source.file, hit.passage.text[a:b])
        for hit in hits
        for a, b in sentences(hit.passage.text)
        if len(hit.passage.text[a:b].split()) > 3
    ]


def within(items: Iterable[Any], size: int, text: Callable[[Any], str]) -> Iterator[Any]:
    """The first items that make *size* words, with the one that crosses it: no method gets fewer than Recap."""
    for item in items:
        if size <= 0:
            return
        size -= len(text(item).split())
        yield item


METHODS: dict[str, Method] = {
    "Recap": recap,
    "LexRank": sumy_with(LexRankSummarizer(stem)),
    "TextRank": sumy_with(TextRankSummarizer(stem)),
    "Luhn": sumy_with(LuhnSummarizer(stem)),
    "first sentences": first_sentences,
}


def tasks(questions: Path, index: Index) -> dict[str, list[Task]]:
    """What is to be summarised, by where the points come from."""
    asked = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    of_summaries = []
    by_note: dict[str, dict[str, None]] = defaultdict(dict)
    for row in asked:
        gold = row.get("gold") or []
        if row.get("kind") == "summary":
            question = understand(row["text"], (), index.facets, CUES, intent="")
            points = [(PurePosixPath(g["file"]).name, comparable(g["quote"]), g.get("part", "")) for g in gold]
            of_summaries.append(Task(index, subject_of(question, index).hits, points))
        else:
            for g in gold:
                by_note[PurePosixPath(g["file"]).name].setdefault(g["quote"])
    return {"questions for summaries": of_summaries, "notes": list(of_notes(by_note, index))}


def of_notes(quotes: dict[str, dict[str, None]], index: Index) -> Iterator[Task]:
    """The notes that enough quotes were marked in, each by itself."""
    for id, file in index.rows("SELECT id, file FROM notes ORDER BY file"):
        name = PurePosixPath(file).name
        if len(quotes.get(name, ())) >= FEWEST_POINTS:
            points = [(name, comparable(quote), quote) for quote in quotes[name]]
            yield Task(index, passages_of(index, [id]), points)


def measured(method: Method, chosen_from: Sequence[Task], budgets: Sequence[int]) -> dict[str, float]:
    """Mean share of points covered, mean words, and milliseconds for a summary (median of several rounds)."""
    chosen = [method(task, size) for task, size in zip(chosen_from, budgets, strict=True)]
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for task, size in zip(chosen_from, budgets, strict=True):
            method(task, size)
        rounds.append((time.perf_counter() - began) * 1000 / len(chosen_from))
    shares = [task.share(one) for task, one in zip(chosen_from, chosen, strict=True)]
    lengths = [sum(len(text.split()) for _, text in one) for one in chosen]
    return {"points": fmean(shares), "words": fmean(lengths), "ms": median(rounds)}


def run(pairs: Sequence[tuple[Path, Path]]) -> dict[str, dict[str, dict[str, float]]]:
    """By where the points come from and by method, what was measured over all sets of questions and notes."""
    gathered: dict[str, list[Task]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for number, (questions, notes) in enumerate(pairs):
            path = Path(folder) / f"{number}.db"
            reload(notes, path)
            for kind, found in tasks(questions, open_index(path)).items():
                gathered[kind] += found
        return {kind: compared(found) for kind, found in gathered.items() if found}


def compared(found: Sequence[Task]) -> dict[str, dict[str, float]]:
    """Every method over the same tasks, with as many words as Recap used."""
    budgets = [sum(len(text.split()) for _, text in recap(task, WORDS["M"])) for task in found]
    full = [WORDS["M"]] * len(found)
    table = {name: measured(method, found, full if name == "Recap" else budgets) for name, method in METHODS.items()}
    return {name: row | {"summaries": len(found)} for name, row in table.items()}


def as_markdown(results: dict[str, dict[str, dict[str, float]]]) -> str:
    """The results as tables."""
    lines = []
    for kind, table in results.items():
        count = next(iter(table.values()))["summaries"]
        lines += [
            f"{count} summaries, points from {kind}",
            "",
            "| | points covered | words | ms |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {name} | {row['points']:.2f} | {row['words']:.0f} | {row['ms']:.1f} |" for name, row in table.items()
        ]
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Print the results as Markdown, or as JSON with ``--json``."""
    pairs = [tuple(map(Path, given.split("=", 1))) for given in sys.argv[1:] if "=" in given]
    if not pairs:
        sys.exit(__doc__)
    results = run([(questions, notes) for questions, notes in pairs])
    print(json.dumps(results, indent=1) if "--json" in sys.argv else as_markdown(results))


if __name__ == "__main__":
    main()
