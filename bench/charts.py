"""Which charts a run is shown in, and the page around them: from its JSON to ``docs/benchmarks.md``.

python -m bench.charts RESULTS.json [--docs FOLDER]
"""

import argparse
import html
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import path, quality, scale, summary
from bench.drawing import bars, lines
from bench.quality import CLEAN, KINDS, OURS

DIY, FUZZY = "do-it-yourself", "tantivy exact+fuzzy"
LOOKED_UP = ("name", "one edit", "two edits", "split", "joined", "cut")

Results = dict[str, Any]


def charts(results: Results) -> dict[str, str]:
    """Every chart that there are results for, by the name of its file."""
    measured = results.get("quality", {})
    made = dict(_judged(measured["judged"])) if measured.get("judged") else {}
    for name, one in measured.get("lookup", {}).items():
        engines = [engine for engine in (OURS, DIY, FUZZY, "FTS5 porter") if engine in one["engines"]]
        shown = {
            kind: {engine: one["engines"][engine][kind] for engine in engines}
            for kind in LOOKED_UP
            if kind in one["queries"]
        }
        made[f"lookup-{name}.svg"] = bars(f"Names looked up in {one['passages']:,} passages: nDCG@10", shown)
    if results.get("scale"):
        made |= _grown(scale_rows(results))
    for number, (kind, table) in enumerate(results.get("summary", {}).items(), 1):
        shown = {name: {"points covered": row["points"]} for name, row in table.items()}
        made[f"summary-{number}.svg"] = bars(f"Summaries: main points covered, {kind}", shown, first=OURS)
    if paced := results.get("path"):
        shown = {
            f"{rate} a second": {"median": one["median_ms"], "p95": one["p95_ms"]}
            for rate, one in paced["slack"].items()
        }
        made["path.svg"] = bars("From Slack's event to the posted answer: milliseconds", shown, 0)
    return made


def _judged(judged: Results) -> Iterator[tuple[str, str]]:
    shown = {name: {kind: one[kind]["ndcg"] for kind in KINDS} for name, one in judged["engines"].items()}
    yield "judged.svg", bars("Judged collections: nDCG@10, clean and mistyped", shown, 3, first=OURS)
    peers = (OURS, FUZZY, DIY)
    each = {
        name: {peer: judged["engines"][peer][CLEAN]["by_collection"][name] for peer in peers if peer in shown}
        for name in judged["collections"]
    }
    yield "collections.svg", bars("nDCG@10 by collection, spelt right", each, 3)


def scale_rows(results: Results) -> list[scale.Row]:
    """The rows of a run's growth, from its JSON."""
    return [
        scale.Row(**{**row, "asked": [scale.Asked(**asked) for asked in row["asked"]]})
        for row in results["scale"]["sizes"]
    ]


def _grown(rows: Iterable[scale.Row]) -> dict[str, str]:
    """How long questions take as the notes grow, in the processor's time, which other work hardly changes."""
    kinds = {"growth-median.svg": ("3 terms", 0, "median"), "growth-p95.svg": ("6 terms, 4 small words", 1, "p95")}
    made = {}
    for name, (kind, place, told) in kinds.items():
        shown: dict[str, list[tuple[float, float]]] = {}
        for row in rows:
            for asked in row.asked:
                taken = asked.processor or asked.milliseconds
                shown.setdefault(asked.engine, []).append((row.passages, taken[kind][place]))
        made[name] = lines(f"Questions of {kind}: {told} in milliseconds of the processor", shown, "passages", "ms")
    return made


def page(results: Results, pictures: Mapping[str, str]) -> str:
    """The page of all results, with what was measured on what, and where Recap is not ahead."""
    parts = [HEAD.format(machine=_machine(results.get("quality", results.get("path", {})).get("machine", {})))]
    parts += ["\n".join(f"- {told}" for told in in_short(results))]
    if measured := results.get("quality"):
        parts += [REFERENCE, quality.reference_table(measured["reference"])] if measured["reference"] else []
        if measured["judged"]:
            parts += [_judged_text(measured["judged"]), _picture(pictures, "judged.svg")]
            parts += [_picture(pictures, "collections.svg")]
            parts += [quality.judged_table(measured["judged"]), quality.ratio_table(measured["judged"])]
        parts += [LOOKUP] if measured["lookup"] else []
        for name, one in measured["lookup"].items():
            parts += [_picture(pictures, f"lookup-{name}.svg"), quality.lookup_table(name, one), behind(one)]
    if results.get("scale"):
        parts += [SCALE, *(_picture(pictures, name) for name in pictures if name.startswith("growth-"))]
        parts += [scale.markdown(scale_rows(results))]
    if measured := results.get("summary"):
        parts += [SUMMARY, *(_picture(pictures, name) for name in pictures if name.startswith("summary-"))]
        parts += [summary.as_markdown(measured)]
    if measured := results.get("path"):
        parts += [PATH, _picture(pictures, "path.svg"), path.as_markdown(measured)]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def in_short(results: Results) -> Iterator[str]:
    """The most telling figures, in a sentence for each part."""
    measured = results.get("quality", {})
    if asked := measured.get("reference"):
        hits = " and ".join(f"{one['single']['hit@1']:.2f}" for one in asked.values())
        yield f"**Questions people ask**: the first passage is right for {hits} of them (by set of questions)."
    if judged := measured.get("judged"):
        ours, ratios = judged["engines"][OURS], judged["ratios"]
        yield (
            f"**Judged collections**: nDCG@10 {ours[CLEAN]['ndcg']:.3f}, {ratios[DIY][CLEAN][0]:.2f} times that of the "
            f"do-it-yourself engine; with hard typos {ratios[FUZZY]['hard typos'][0]:.2f} times that of tantivy's "
            f"fuzzy search, and {ours['hard typos']['kept']:.0%} of what it has without them."
        )
    for name, one in measured.get("lookup", {}).items():
        engines = one["engines"]
        others = [figures for engine, figures in engines.items() if not engine.startswith(OURS)]
        kinds = (
            f"{kind} {engines[OURS][kind]:.2f} ({max(figures[kind] for figures in others):.2f})"
            for kind in LOOKED_UP
            if kind in one["queries"]
        )
        yield f"**Names in {name}**, beside the best other engine for each kind: {', '.join(kinds)}."
    if paced := results.get("path"):
        alone = paced["answer"]
        yield f"**One answer** takes {alone['median_ms']:.1f} ms of the processor (p95 {alone['p95_ms']:.1f})."


def behind(one: Results) -> str:
    """Where another engine finds names better, in a sentence."""
    engines = one["engines"]
    told = []
    for kind in one["queries"]:
        best = max((name for name in engines if not name.startswith(OURS)), key=lambda name: engines[name][kind])
        if engines[best][kind] > engines[OURS][kind] + 0.005:
            told.append(f"{kind} ({best} {engines[best][kind]:.3f}, Recap {engines[OURS][kind]:.3f})")
    return f"Not ahead: {'; '.join(told)}." if told else "Recap is ahead of, or level with, every other engine here."


def _judged_text(judged: Results) -> str:
    sizes = ", ".join(
        f"{name} ({size['documents']:,} documents, {size['queries']:,} queries)"
        for name, size in judged["collections"].items()
    )
    ratios = [
        (f"{peer}, {kind}", *ends) for peer, kinds in judged["ratios"].items() for kind, (_, *ends) in kinds.items()
    ]
    level = "; ".join(f"{told} ({low:.2f} to {high:.2f})" for told, low, high in ratios if low <= 1 <= high)
    worse = "; ".join(f"{told} ({low:.2f} to {high:.2f})" for told, low, high in ratios if high < 1)
    unsure = f"Behind: {worse}. " if worse else ""
    unsure += f"Not surely ahead (the interval holds 1): {level}. " if level else ""
    ours, strong = (judged["engines"][name][CLEAN]["by_collection"] for name in (OURS, DIY))
    weaker = [f"{name} ({ours[name]:.3f} to {strong[name]:.3f})" for name in ours if ours[name] < strong[name]]
    unsure += f"Spelt right, the do-it-yourself engine is ahead in {' and '.join(weaker)}. " if weaker else ""
    draws = "once" if judged.get("draws") == 1 else f"{judged.get('draws')} times"
    return JUDGED.format(sizes=sizes, unsure=unsure, draws=draws)


def _picture(pictures: Mapping[str, str], name: str) -> str:
    title = pictures[name].split("<title>", 1)[1].split("</title>", 1)[0]
    return f"![{html.unescape(title)}](benchmarks/{name})"


def _machine(about: Mapping[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in about.get("packages", {}).items())
    processors, python, sqlite = (about.get(k, "?") for k in ("processors", "python", "sqlite"))
    return f"{processors} processors, Python {python}, SQLite {sqlite}; {packages}"


HEAD = """
# Benchmarks

Made by `make bench`, which tells with `BENCH="--help"` what it can be given; every ratio is between engines of the same
run. Measured on: {machine}. Times depend on the machine, and on what else it does; read them as ±30 %.
"""
REFERENCE = """
## Questions people ask

Marked questions through the whole product, refusals included; kinds *summary* and *compare* left out, since their
answers are not single passages. *Shown* tells how often the very sentence that answers was quoted.
"""
JUDGED = """
## Judged collections

{sizes}. nDCG@10, the mean over collections. Documents become notes, and each counts as its best passage; filters,
exact phrases, refusals and the grouping of near-duplicates are off, as such collections have nothing of the kind. Every
engine leaves out the same small words. *One typo* is a wrong keystroke in one content word of the query; *hard typos*
are one or two in four of ten content words; each query is mistyped {draws}, the same way for every engine. The
do-it-yourself engine is bm25s with request words put aside and unknown words corrected by symspellpy.

Ratios come with their 95 % interval (paired bootstrap over queries, inside each collection). {unsure}
"""
LOOKUP = """
## Names, spelt right and wrong

Names taken from the notes themselves, asked for in seven ways ("tell me about X", "did anyone mention X?", X …); the
passages that hold the name answer. *Recap* is the order of passages, as of every other engine; *as answered* is what
people get, with refusals, and one passage of those that say the same. Two wrong keystrokes in a short name are not
corrected on purpose: that far from every word of the notes, a name is more likely one that they do not have.

Recap is slower than libraries that keep everything in memory: it is written in Python, reads its index from disk, and
the best passages sentence by sentence. Times are those of the processor, which other work on the machine hardly
changes; what a person waits for is measured at the end of this page.
"""
SCALE = """
## Growth

Synthetic notes (Zipf vocabulary); the times of peers are those of a search alone, Recap's are from the text of a
question to the whole answer.
"""
SUMMARY = """
## Summaries

Main points that people marked, covered by summaries of the same length in words.
"""
PATH = """
## The whole path

A process of `recap serve`, connected to a stand-in workspace on the same machine, which mentions it at a steady pace;
from the message to the call that posts its answer.
"""


def write(results: Results, docs: Path) -> Path:
    """Write the page and its charts into a folder, and tell where the page is."""
    pictures = charts(results)
    folder = docs / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        (folder / name).write_text(picture, encoding="utf-8")
    file = docs / "benchmarks.md"
    file.write_text(page(results, pictures), encoding="utf-8")
    return file


def main() -> None:
    """Write the page from a run's JSON."""
    parser = argparse.ArgumentParser(prog="bench.charts", description="Draw the charts of a run, and write its page.")
    parser.add_argument("results", type=Path)
    parser.add_argument("--docs", type=Path, default=Path("docs"))
    given = parser.parse_args()
    print(write(json.loads(given.results.read_text(encoding="utf-8")), given.docs))


if __name__ == "__main__":
    main()
