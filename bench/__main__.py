"""All benchmarks in one run: quality, growth, summaries and the whole path, then the page and its charts.

    python -m bench [--collection FOLDER]... [--notes FOLDER]... [--reference FOLDER] [--only PART]... [--docs FOLDER]

Each part also runs by itself (``python -m bench.quality`` and so on). Without any option the notes that ship with
Recap are measured. ``--sizes`` are the passages of the synthetic corpora. The results are kept as ``results.json``
beside the charts; parts that are not run anew stay as they are there.
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from bench import charts, path, quality, scale, summary


def grown(given: argparse.Namespace) -> dict[str, Any]:
    """The synthetic corpora, each in its turn, or what was kept of an earlier run over them."""
    if given.grown:
        return {"scale": json.loads(given.grown.read_text(encoding="utf-8"))}
    with tempfile.TemporaryDirectory(prefix="bench-scale-") as folder:
        rows = [scale.measure(size, Path(folder), given.seed, scale.QUESTIONS) for size in given.sizes]
    return {"scale": {"seed": given.seed, "sizes": [asdict(row) for row in rows]}}


def walked(given: argparse.Namespace) -> dict[str, Any]:
    """The whole path, over the first notes named or those that ship."""
    with as_file(files("bot").joinpath("samples")) as samples:
        corpus = [Path(given.reference, "corpus")] if given.reference else []
        return {"path": path.run((given.notes or corpus or [Path(samples)])[0], seed=given.seed)}


def summarised(given: argparse.Namespace) -> dict[str, Any]:
    """Summaries over the reference questions; nothing without them."""
    if not given.reference:
        return {}
    questions = sorted(Path(given.reference, "questions").glob("*.jsonl"))
    pairs = [(file, Path(given.reference, quality.NOTES_OF.get(file.stem, file.stem))) for file in questions]
    return {"summary": summary.run(pairs)}


SIZES = (10_000, 100_000)
"""Passages of the synthetic corpora unless others are asked for; a million take most of an hour."""

PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "quality": lambda given: {"quality": quality.measured(given)},
    "summary": summarised,
    "path": walked,
    "scale": grown,
}


def main() -> None:
    """Run what is asked for, keep the results, and write the page."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure Recap beside other libraries.")
    quality.arguments(parser)
    parser.add_argument("--only", choices=list(PARTS), action="append", help="a part to run (default: all)")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="PASSAGES")
    parser.add_argument(
        "--grown", type=Path, metavar="FILE", help="what bench.scale kept, rather than measure it again"
    )
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="where the page and its charts go")
    given = parser.parse_args()
    kept = given.docs / "benchmarks" / "results.json"
    results = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    kept.parent.mkdir(parents=True, exist_ok=True)
    for name in given.only or PARTS:
        print(f"bench: {name} ...", flush=True)
        results |= PARTS[name](given)
        kept.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(f"bench: wrote {charts.write(results, given.docs)}")


if __name__ == "__main__":
    main()
