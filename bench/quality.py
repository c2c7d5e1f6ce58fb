"""How good answers and orders are: Recap and its peers over the same questions, clean and mistyped, in one run.

    python -m bench.quality [--collection FOLDER]... [--notes FOLDER]... [--reference FOLDER] [--seed N] [--json]

``--collection`` is a judged one (see ``bench.judged``), ``--notes`` a folder of notes whose own names are looked up
(see ``bench.lookup``), ``--reference`` a folder with ``questions/NAME.jsonl`` for notes in ``NAME/`` (``dev.jsonl``
asks about ``corpus/``). Without ``--notes``, the reference notes or else those that ship with Recap are looked up in.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.judged import Collection, read
from bench.lookup import Lookup, lookups, passages
from bench.machine import machine, processor_seconds
from bench.metrics import METRICS, latency, macro, ndcg, ratio
from bench.peers import PEERS, Engine, Search
from bench.recap import by_answers, by_order, recap
from bench.typos import hard_typos, one_typo, seeded
from bot import evaluate
from bot.judge import Row, table
from intents.language import STOP_WORDS
from store.index import Index, open_index
from store.load import reload

Results = dict[str, Any]
CLEAN = "clean"
NOISES = {"one typo": one_typo, "hard typos": hard_typos}
KINDS = (CLEAN, *NOISES)

OURS = "Recap"
LONG_ANSWERS = frozenset({"summary", "compare"})
"""Kinds of questions whose answers are not single passages."""
NOTES_OF = {"dev": "corpus"}
"""The notes that a file of questions is about, where that is not its own name."""


DRAWS = 3
"""How often each query is mistyped; its mean counts."""


def typed(noise: str, id: str, text: str, seed: int) -> list[str]:
    """What is typed for a query: itself, or it mistyped in a few ways."""
    if noise == CLEAN:
        return [text]
    return [NOISES[noise](text, STOP_WORDS, seeded(seed, noise, draw, id)) for draw in range(DRAWS)]


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine over judged collections: noise to metric to collection to a figure for each query, and its times."""

    values: dict[str, dict[str, dict[str, list[float]]]]
    seconds: list[float]
    build: float


def judged(collections: Sequence[Collection], seed: int) -> Results:
    """Every engine over every collection, and how many times as good Recap is as each peer."""
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        engines: dict[str, Engine] = {OURS: partial(recap, folder=Path(place)), **PEERS}
        return compared(collections, {name: over(engine, collections, seed) for name, engine in engines.items()}, seed)


def over(engine: Engine, collections: Sequence[Collection], seed: int) -> Measured:
    """One engine over every collection, its queries clean and mistyped."""
    done = Measured({}, [], 0.0)
    for collection in collections:
        begun = processor_seconds()
        search = engine(collection.documents)
        done = replace(done, build=done.build + processor_seconds() - begun)
        for noise in KINDS:
            queries = {
                f"{id} {draw}": text
                for id, meant in collection.queries.items()
                for draw, text in enumerate(typed(noise, f"{collection.name} {id}", meant, seed))
            }
            found, took = _orders(search, queries)
            done.seconds.extend(took if noise == CLEAN else [])
            for metric in METRICS:
                figures = _figures(METRICS[metric], found, collection)
                done.values.setdefault(noise, {}).setdefault(metric, {})[collection.name] = figures
    return done


def compared(collections: Sequence[Collection], engines: Mapping[str, Measured], seed: int) -> Results:
    """The engines' figures, and the ratios of Recap's to theirs."""
    ours = engines[OURS].values
    return {
        "collections": {c.name: {"documents": len(c.documents), "queries": len(c.queries)} for c in collections},
        "draws": DRAWS,
        "engines": {
            name: _summed_up(one.values) | latency(one.seconds) | {"build_s": one.build}
            for name, one in engines.items()
        },
        "ratios": {
            name: {noise: ratio(ours[noise]["ndcg"], one.values[noise]["ndcg"], seed) for noise in KINDS}
            for name, one in engines.items()
            if name != OURS
        },
    }


def _figures(
    metric: Callable[[Sequence[str], Mapping[str, float]], float],
    found: Mapping[str, list[str]],
    collection: Collection,
) -> list[float]:
    """One figure a query, the mean of its draws."""
    by_query: dict[str, list[float]] = {id: [] for id in collection.queries}
    for key, order in found.items():
        id = key.rsplit(" ", 1)[0]
        by_query[id].append(metric(order, collection.relevant[id]))
    return [fmean(figures) for figures in by_query.values()]


def _orders(search: Search, queries: Mapping[str, str]) -> tuple[dict[str, list[str]], list[float]]:
    """What is found for each query, and the processor's seconds that each took.

    Unlike those of a clock, they are the same whatever else the machine does.
    """
    found, seconds = {}, []
    for id, text in queries.items():
        begun = time.process_time()
        found[id] = search(text)
        seconds.append(time.process_time() - begun)
    return found, seconds


def _summed_up(values: Mapping[str, Mapping[str, Mapping[str, list[float]]]]) -> Results:
    """Means by noise and metric, the collections' own nDCG, and what is kept of the clean one."""
    clean = macro(values[CLEAN]["ndcg"])
    return {
        noise: {
            **{metric: macro(by_collection) for metric, by_collection in metrics.items()},
            "kept": macro(metrics["ndcg"]) / clean if clean else 0.0,
            "by_collection": {name: fmean(figures) for name, figures in metrics["ndcg"].items()},
        }
        for noise, metrics in values.items()
    }


def looked_up(folder: Path, seed: int) -> Results:
    """Every engine over the passages of a folder's notes: nDCG@10 by kind of query."""
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        path = Path(place, "recap.db")
        reload(folder, path)
        index = open_index(path)
        queries = {kind: asked for kind, asked in lookups(index, seed).items() if asked}
        units = passages(index)
        searches: dict[str, Callable[[], Search]] = {
            OURS: lambda: by_order(index),
            f"{OURS}, as answered": lambda: by_answers(index),
            **{name: partial(engine, units) for name, engine in PEERS.items()},
        }
        engines = {name: _looked_up(search(), queries) for name, search in searches.items()}
        index.close()
    counts = {kind: len(asked) for kind, asked in queries.items()}
    return {"passages": len(units), "queries": counts, "engines": engines}


def _looked_up(search: Search, queries: Mapping[str, Sequence[Lookup]]) -> Results:
    seconds: list[float] = []
    figures = {}
    for kind, asked in queries.items():
        found, took = _orders(search, {str(at): one.text for at, one in enumerate(asked)})
        seconds += took
        figures[kind] = fmean(ndcg(found[str(at)], one.relevant) for at, one in enumerate(asked))
    return {**figures, **latency(seconds)}


def reference(folder: Path) -> Results:
    """The reference questions through the whole product: each file's figures by kind, and for single passages."""
    results = {}
    for file in sorted(Path(folder, "questions").glob("*.jsonl")):
        notes = Path(folder, NOTES_OF.get(file.stem, file.stem))
        asked = evaluate.questions(file.read_text(encoding="utf-8").splitlines(), file.name)
        with tempfile.TemporaryDirectory(prefix="bench-") as place:
            reload(notes, Path(place, "recap.db"))
            results[file.stem] = _answered(asked, open_index(Path(place, "recap.db")))
    return results


def _answered(asked: Sequence[Row], index: Index) -> Results:
    outputs = evaluate.run(asked, index)
    single = [row for row in asked if row["kind"] not in LONG_ANSWERS]
    seconds = [output["ms"] / 1000 for output in outputs]
    index.close()
    return {"kinds": table(asked, outputs), "single": table(single, outputs)["ALL"], **latency(seconds)}


def run(collections: Iterable[Path], notes: Sequence[Path], questions: Path | None, seed: int = 1) -> Results:
    """Everything there is material for, as JSON."""
    held = list(map(read, collections))
    return {
        "machine": machine(),
        "seed": seed,
        "reference": reference(questions) if questions else {},
        "judged": judged(held, seed) if held else {},
        "lookup": {folder.name: looked_up(folder, seed) for folder in notes},
    }


def as_markdown(results: Results) -> str:
    """The results as tables."""
    parts = [reference_table(results["reference"])] if results["reference"] else []
    parts += [judged_table(results["judged"]), ratio_table(results["judged"])] if results["judged"] else []
    parts += [lookup_table(name, one) for name, one in results["lookup"].items()]
    return "\n\n".join(parts) + "\n"


def as_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def reference_table(results: Results) -> str:
    """The reference questions' figures, a row for each file."""
    head = ("questions", "n", "hit@1", "hit@3", "MRR", "shown", "wrongly refused", "rightly refused", "ms median / p95")
    rows = []
    for name, one in results.items():
        single = one["single"]
        shares = [f"{single.get(k, 0):.2f}" for k in ("hit@1", "hit@3", "MRR", "shown", "wrong refusal", "refused")]
        rows.append([name, f"{single['n']:.0f}", *shares, _ms(one)])
    return as_table(head, rows)


def judged_table(results: Results) -> str:
    """The engines over judged collections, with times where they were taken."""
    head = ["engine", "nDCG@10", "recall@10", "MRR@10", "one typo (kept)", "hard typos (kept)"]
    rows = [
        [
            name,
            *(f"{one[CLEAN][metric]:.3f}" for metric in METRICS),
            *(f"{one[noise]['ndcg']:.3f} ({one[noise]['kept']:.2f})" for noise in ("one typo", "hard typos")),
        ]
        for name, one in results["engines"].items()
    ]
    if all("build_s" in one for one in results["engines"].values()):
        head += ["processor ms median / p95", "build s"]
        rows = [
            [*row, _ms(one), f"{one['build_s']:.1f}"]
            for row, one in zip(rows, results["engines"].values(), strict=True)
        ]
    return as_table(head, rows)


def ratio_table(results: Results) -> str:
    """How many times as good Recap is as each peer, with the ends of the interval."""
    kinds = next(iter(results["ratios"].values())).keys()
    rows = [
        [peer, *(f"{r:.3f} ({low:.3f}–{high:.3f})" for r, low, high in (by_noise[kind] for kind in kinds))]
        for peer, by_noise in results["ratios"].items()
    ]
    return as_table(("Recap is … times as good as", *kinds), rows)


def lookup_table(name: str, results: Results) -> str:
    """The engines by kind of look-up, with times."""
    kinds = results["queries"]
    rows = [[engine, *(f"{one[kind]:.3f}" for kind in kinds), _ms(one)] for engine, one in results["engines"].items()]
    return as_table((name, *(f"{kind} ({n})" for kind, n in kinds.items()), "processor ms median / p95"), rows)


def _ms(row: Mapping[str, float]) -> str:
    return f"{row['median_ms']:.1f} / {row['p95_ms']:.1f}"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to measure with, as options."""
    parser.add_argument(
        "--collection", type=Path, action="append", default=[], help="a folder with a judged collection"
    )
    parser.add_argument("--notes", type=Path, action="append", default=[], help="a folder of notes to look names up in")
    folder = os.environ.get("RECAP_REFERENCE")
    parser.add_argument("--reference", type=Path, default=Path(folder) if folder else None, help="notes and questions")
    parser.add_argument("--seed", type=int, default=1)


def measured(given: argparse.Namespace) -> Results:
    """What options ask for, measured."""
    corpus = [Path(given.reference, "corpus")] if given.reference else []
    with as_file(files("bot").joinpath("samples")) as samples:
        return run(given.collection, given.notes or corpus or [Path(samples)], given.reference, given.seed)


def main() -> None:
    """Print the results as Markdown, or as JSON with ``--json``."""
    parser = argparse.ArgumentParser(prog="bench.quality", description=__doc__)
    arguments(parser)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = measured(given)
    print(json.dumps(results, indent=1) if given.json else as_markdown(results))


if __name__ == "__main__":
    main()
