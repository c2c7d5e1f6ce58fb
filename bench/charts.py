"""Bar charts as SVG, and the page that shows the results: from the JSON of a run to ``docs/benchmarks.md``.

python -m bench.charts RESULTS.json [--docs FOLDER]
"""

import argparse
import html
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import path, quality, summary
from bench.quality import KINDS, OURS

Results = dict[str, Any]
Bars = Mapping[str, Mapping[str, float]]
"""By label and by series: what a bar is as long as."""

WIDTH, LABELS, ROW, GAP, TOP = 760, 170, 16, 12, 56
"""In pixels: the picture, the labels beside the bars, a bar with its margin, between labels, and above them."""
NUMBERS = 60
"""Pixels kept free for the number behind a bar."""
COLOURS = ("#1f77b4", "#e07b00", "#2ca02c", "#8c5bb5", "#7f7f7f")


def chart(title: str, bars: Bars, digits: int = 2) -> str:
    """A chart of lying bars, a group for each label; the numbers stand behind the bars, so colour is not needed."""
    series = list(dict.fromkeys(name for values in bars.values() for name in values))
    longest = max((value for values in bars.values() for value in values.values()), default=0.0) or 1.0
    body, y = [], TOP
    for label, values in bars.items():
        middle = y + len(values) * ROW / 2 + 4
        body.append(_text(LABELS - 8, middle, label, anchor="end", weight="bold" if label.startswith(OURS) else ""))
        for name, value in values.items():
            length = (WIDTH - LABELS - NUMBERS) * value / longest
            colour = COLOURS[series.index(name) % len(COLOURS)]
            body.append(f'<rect x="{LABELS}" y="{y}" width="{length:.1f}" height="{ROW - 3}" fill="{colour}"/>')
            body.append(_text(LABELS + length + 5, y + ROW - 5, f"{value:.{digits}f}"))
            y += ROW
        y += GAP
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" role="img"'
            f' font-family="sans-serif" font-size="12"><title>{html.escape(title)}</title>',
            f'<rect width="{WIDTH}" height="{y}" fill="#ffffff"/>',
            _text(8, 20, title, weight="bold"),
            *_legend(series),
            *body,
            "</svg>\n",
        ]
    )


def _legend(series: Sequence[str]) -> Iterator[str]:
    x = LABELS
    for name, colour in zip(series, COLOURS * len(series), strict=False):
        yield f'<rect x="{x}" y="32" width="11" height="11" fill="{colour}"/>'
        yield _text(x + 16, 42, name)
        x += 34 + 7 * len(name)


def _text(x: float, y: float, text: str, anchor: str = "", weight: str = "") -> str:
    more = f' text-anchor="{anchor}"' * bool(anchor) + f' font-weight="{weight}"' * bool(weight)
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#222222"{more}>{html.escape(text)}</text>'


def charts(results: Results) -> dict[str, str]:
    """Every chart that there are results for, by the name of its file."""
    made = {}
    if judged := results.get("quality", {}).get("judged"):
        bars = {name: {kind: one[kind]["ndcg"] for kind in KINDS} for name, one in judged["engines"].items()}
        made["judged.svg"] = chart("Judged collections: nDCG@10, clean and mistyped", bars, 3)
    for name, one in results.get("quality", {}).get("lookup", {}).items():
        kinds = [kind for kind in ("name", "one edit", "split", "joined", "cut") if kind in one["queries"]]
        bars = {engine: {kind: figures[kind] for kind in kinds} for engine, figures in one["engines"].items()}
        made[f"lookup-{name}.svg"] = chart(f"Names looked up in {one['passages']:,} passages: nDCG@10", bars, 2)
    for size in results.get("scale", {}).get("sizes", []):
        bars = {
            asked["engine"]: {kind: late for kind, (_, late) in asked["milliseconds"].items()}
            for asked in size["asked"]
        }
        made[f"scale-{size['passages']}.svg"] = chart(f"{size['passages']:,} passages: p95 in milliseconds", bars, 1)
    for number, (kind, table) in enumerate(results.get("summary", {}).items(), 1):
        bars = {name: {"points covered": row["points"]} for name, row in table.items()}
        made[f"summary-{number}.svg"] = chart(f"Summaries: share of main points covered ({kind})", bars)
    if paced := results.get("path"):
        bars = {
            f"{rate} a second": {"median": one["median_ms"], "p95": one["p95_ms"]}
            for rate, one in paced["slack"].items()
        }
        made["path.svg"] = chart("From Slack's event to the posted answer: milliseconds", bars, 0)
    return made


def page(results: Results, pictures: Mapping[str, str]) -> str:
    """The page of all results, with what was measured on what, and where Recap is not ahead."""
    parts = [HEAD.format(machine=_machine(results.get("quality", results.get("path", {})).get("machine", {})))]
    if measured := results.get("quality"):
        parts += [REFERENCE, quality.reference_table(measured["reference"])] if measured["reference"] else []
        if measured["judged"]:
            parts += [_judged_text(measured["judged"]), _picture(pictures, "judged.svg")]
            parts += [quality.judged_table(measured["judged"]), quality.ratio_table(measured["judged"])]
        for name, one in measured["lookup"].items():
            parts += [LOOKUP, _picture(pictures, f"lookup-{name}.svg"), quality.lookup_table(name, one), behind(one)]
    if results.get("scale"):
        parts += [SCALE, *(_picture(pictures, name) for name in pictures if name.startswith("scale-"))]
        parts += [results["scale_markdown"]] if "scale_markdown" in results else []
    if measured := results.get("summary"):
        parts += [SUMMARY, *(_picture(pictures, name) for name in pictures if name.startswith("summary-"))]
        parts += [summary.as_markdown(measured)]
    if measured := results.get("path"):
        parts += [PATH, _picture(pictures, "path.svg"), path.as_markdown(measured)]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def behind(one: Results) -> str:
    """Where another engine finds names better, in a sentence for each kind."""
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
    level = [
        f"{peer}, {kind} ({low:.2f} to {high:.2f})"
        for peer, kinds in judged["ratios"].items()
        for kind, (_, low, high) in kinds.items()
        if low <= 1
    ]
    unsure = f"Not surely ahead (the interval holds 1): {'; '.join(level)}. " if level else ""
    slower = min(one["median_ms"] for name, one in judged["engines"].items() if name != OURS)
    ours = judged["engines"][OURS]["median_ms"]
    return JUDGED.format(sizes=sizes, unsure=unsure, times=ours / slower if slower else 0)


def _picture(pictures: Mapping[str, str], name: str) -> str:
    title = pictures[name].split("<title>", 1)[1].split("</title>", 1)[0]
    return f"![{title}](benchmarks/{name})"


def _machine(about: Mapping[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in about.get("packages", {}).items())
    system, processors, python, sqlite = (about.get(k, "?") for k in ("system", "processors", "python", "sqlite"))
    return f"{system}, {processors} processors, Python {python}, SQLite {sqlite}; {packages}"


HEAD = """
# Benchmarks

Made by `make bench`; the figures beside the charts are those of one run, and every ratio is between engines of that
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
are one or two in four of ten content words; each query is mistyped three times, the same way for every engine. The
do-it-yourself engine is bm25s with request words put aside and unknown words corrected by symspellpy.

Ratios come with their 95 % interval (paired bootstrap over queries, inside each collection). {unsure}Recap is slower
than the libraries in memory ({times:.0f} times the fastest one's median on these long queries): it reads its index
from disk, and the best passages sentence by sentence.
"""
LOOKUP = """
## Names, spelt right and wrong

Names taken from the notes themselves, asked for in seven ways ("tell me about X", "did anyone mention X?", X …); the
passages that hold the name answer. *Recap* is the order of passages, as of every other engine; *as answered* is what
people get, with refusals, and one passage of those that say the same. Two wrong keystrokes in a short name are not
corrected on purpose: that far from every word of the notes, a name is more likely one that they do not have.
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
