"""How good answers are, in figures: marked questions in, shares from 0 to 1 out.

A passage is right when it comes from the file of a gold quote and holds the quote, or a run of at least 60 %
of its words and no fewer than four. Case, punctuation, links and markup do not count.
"""

import html
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import PurePosixPath
from statistics import fmean
from typing import Any

Row = Mapping[str, Any]

LOOKED_AT = 10
"""Passages that are looked at, best first; a hostile question may not bring more."""
ALL = "ALL"
"""The row of a table that counts every kind."""
CONFIDENCES = ("sure", "likely", "nearest")
READ = 200
"""Words that are read of each passage, so that whole files as passages earn nothing."""
_MARKUP = (
    (re.compile(r"`([^`<]+?)\s*<[^>]*>`_{0,2}"), r"\1"),  # reStructuredText links
    (re.compile(r"<(?:https?://|mailto:)[^|>]*\|([^>]*)>"), r"\1"),  # Slack links
    (re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])"), r"\1"),  # Markdown links and pictures
    (re.compile(r"<[^>]{0,400}>|https?://\S+"), " "),
    (re.compile(r"['’]"), ""),
)


def comparable(text: str) -> list[str]:
    """The words of a text as they are compared."""
    text = html.unescape(text)
    for pattern, instead in _MARKUP:
        text = pattern.sub(instead, text)
    return re.findall(r"[^\W_]+", text.casefold())


def holds(text: Sequence[str], quote: Sequence[str]) -> bool:
    """Whether words hold a quote's words in a row, or enough of them.

    >>> holds("so we said it all then".split(), "they said it all then and left".split())
    False
    >>> holds("so they said it all then".split(), "they said it all then and left".split())
    True
    """
    length = min(len(quote), max(4, math.ceil(0.6 * len(quote))))
    runs = {tuple(quote[i : i + length]) for i in range(len(quote) - length + 1)} if length else set()
    return any(tuple(text[i : i + length]) in runs for i in range(len(text) - length + 1))


def found(question: Row, passages: Iterable[Row]) -> tuple[float, frozenset[str]]:
    """The place of the first right passage, from 1 (infinite if there is none), and the parts that are covered."""
    gold = [(PurePosixPath(g["file"]).name, comparable(g["quote"]), g.get("part")) for g in question["gold"]]
    first, parts = math.inf, set[str]()
    for place, passage in enumerate(islice(passages, LOOKED_AT), 1):
        text, file = comparable(passage["text"])[:READ], PurePosixPath(passage["file"]).name
        right = {part for name, quote, part in gold if file == name and holds(text, quote)}
        parts |= right - {None}
        first = min(first, place) if right else first
    return first, frozenset(parts)


def judged(question: Row, output: Row) -> dict[str, float]:
    """What can be said of one answer, each figure from 0 to 1; which ones depends on what the question expects."""
    sound, passages = "error" not in output, output["passages"]
    match question["expect"]:
        case "refuse":
            return {"refused": float(sound and output["refused"])}
        case "chat":
            return {"chat": float(sound and not passages)}
        case "survive":
            return {"survived": float(sound and len(passages) <= LOOKED_AT)}
    answered = sound and not output["refused"]
    place, covered = found(question, passages) if answered else (math.inf, frozenset[str]())
    seen = comparable(output["answer"])
    wanted = {g["part"] for g in question["gold"] if g.get("part") is not None}
    return {
        "hit@1": float(place == 1),
        "hit@3": float(place <= 3),
        "MRR": 1 / place,
        "shown": float(answered and any(holds(seen, comparable(g["quote"])) for g in question["gold"])),
        "wrong refusal": float(output["refused"]),
        **({"parts": len(covered) / len(wanted)} if len(wanted) > 1 else {}),
    }


def table(questions: Iterable[Row], outputs: Iterable[Row]) -> dict[str, dict[str, float]]:
    """The mean of each figure, and under "n" the number of questions, by kind and under ``ALL``."""
    by_id = {output["id"]: output for output in outputs}
    values: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    counts: Counter[str] = Counter()
    for question in questions:
        for group in (question["kind"], ALL):
            counts[group] += 1
            for name, value in judged(question, by_id[question["id"]]).items():
                values[group][name].append(value)
    return {group: {"n": n, **{name: fmean(v) for name, v in values[group].items()}} for group, n in counts.items()}


def by_confidence(questions: Iterable[Row], outputs: Iterable[Row]) -> dict[str, dict[str, float]]:
    """How often answers were right that Recap called sure, likely or its nearest: ``n``, hit@1 and hit@3 of each.

    A passage for a question that ought to be refused is wrong. What says nothing of its confidence is left out.
    """
    asked = {question["id"]: question for question in questions}
    figures: dict[str, list[Mapping[str, float]]] = {name: [] for name in CONFIDENCES}
    for output in outputs:
        question, confidence = asked[output["id"]], output.get("confidence")
        if confidence in figures and question["expect"] in ("answer", "refuse"):
            figures[confidence].append(judged(question, output))
    return {
        name: {"n": len(rows), **{at: fmean(row.get(at, 0.0) for row in rows) for at in ("hit@1", "hit@3")}}
        for name, rows in figures.items()
        if rows
    }
