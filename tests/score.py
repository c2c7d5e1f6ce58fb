"""How good answers are, in figures: marked questions in, shares from 0 to 1 out.

A passage is right when it comes from the file of a gold quote and holds the quote, or a run of at least 60 %
of its words and no fewer than four. Case, punctuation, links and markup do not count.
"""

import html
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from statistics import fmean
from typing import Any

Row = Mapping[str, Any]

LOOKED_AT = 10
"""Passages that are looked at, best first; a hostile question may not bring more."""
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


def rank(question: Row, passages: Iterable[Row]) -> float:
    """The place of the first right passage, from 1; infinite if there is none."""
    gold = [(PurePosixPath(g["file"]).name, comparable(g["quote"])) for g in question["gold"]]
    for place, passage in enumerate(list(passages)[:LOOKED_AT], 1):
        text, file = comparable(passage["text"])[:READ], PurePosixPath(passage["file"]).name
        if any(file == name and holds(text, quote) for name, quote in gold):
            return place
    return math.inf


def judged(question: Row, output: Row) -> dict[str, bool]:
    """What can be said of one answer; which figures depends on what the question expects."""
    sound, passages = "error" not in output, output["passages"]
    match question["expect"]:
        case "refuse":
            return {"refused": sound and output["refused"]}
        case "chat":
            return {"chat": sound and not passages}
        case "survive":
            return {"survived": sound and len(passages) <= LOOKED_AT}
    answered = sound and not output["refused"]
    place = rank(question, passages) if answered else math.inf
    seen = comparable(output["answer"])
    return {
        "hit@1": place == 1,
        "hit@3": place <= 3,
        "shown": answered and any(holds(seen, comparable(g["quote"])) for g in question["gold"]),
        "wrong refusal": bool(output["refused"]),
    }


def figures(questions: Iterable[Row], outputs: Iterable[Row]) -> dict[str, float]:
    """The mean of each figure over all questions, and under "typo hit@3" over those of kind typo."""
    by_id = {output["id"]: output for output in outputs}
    found: dict[str, list[bool]] = {}
    for question in questions:
        for name, value in judged(question, by_id[question["id"]]).items():
            found.setdefault(name, []).append(value)
            if (question["kind"], name) == ("typo", "hit@3"):
                found.setdefault("typo hit@3", []).append(value)
    return {name: fmean(values) for name, values in found.items()}
