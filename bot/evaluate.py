"""A team's own marked questions, asked of its own notes: how good the answers are, and what an upgrade changed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import batch
from bot.judge import Row, by_confidence, judged, table
from store.errors import BotError
from store.index import Index

EXPECTED = ("answer", "refuse", "chat", "survive")
LIMIT = 10
"""Passages asked for with each question; no more are judged."""
SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """A question that an earlier run answered better or worse; ``before`` and ``now`` are from 0 to 1."""

    id: str
    text: str
    kind: str
    before: float
    now: float


def questions(lines: Iterable[str], name: str) -> list[Row]:
    """The marked questions of a file, one JSON object a line; *name* is the file's, for complaints.

    Each has an ``id`` (its line number unless given) and a ``text``. ``gold`` lists the passages that answer it, as
    ``{"file", "quote"}`` with ``part`` where several belong together; without any the question expects a refusal.
    ``expect`` and ``kind`` may say more, ``after`` names the question before it in a conversation. Raises BotError
    naming the line that cannot be read.
    """
    read = [_question(line, f"{name}, line {n}", n) for n, line in enumerate(lines, 1) if line.strip()]
    if not read:
        raise BotError(f"{name} holds no question: write one JSON object a line, with “text” and “gold”.")
    if len({row["id"] for row in read}) < len(read):
        raise BotError(f"{name} gives the same id to several questions: each needs its own.")
    return read


def run(asked: Sequence[Row], index: Index) -> list[Row]:
    """What Recap answers to each question, in the same order, as ``recap ask --batch`` prints it."""
    return [json.loads(line) for line in batch.batch(map(batch.as_json, asked), index, LIMIT)]


def record(asked: Sequence[Row], outputs: Sequence[Row]) -> dict[str, Any]:
    """A run as JSON: the tables by kind and by confidence, and one figure a question, by which runs are compared."""
    by_id = dict(zip((row["id"] for row in asked), outputs, strict=True))
    return {
        "table": table(asked, outputs),
        "confidence": by_confidence(asked, outputs),
        "questions": {row["id"]: goodness(row, by_id[row["id"]]) for row in asked},
    }


def goodness(question: Row, output: Row) -> float:
    """How good one answer is, from 0 to 1: one by the first right passage's place, or the share of parts covered."""
    figures = judged(question, output)
    return figures.get("parts", figures.get("MRR", min(figures.values())))


def changes(asked: Iterable[Row], now: Mapping[str, float], before: Mapping[str, float]) -> list[Change]:
    """The questions of both runs that fare otherwise than before, the worst fall first."""
    both = [
        Change(row["id"], row["text"], row["kind"], before[row["id"]], now[row["id"]])
        for row in asked
        if row["id"] in before
    ]
    return sorted((c for c in both if abs(c.now - c.before) > SAME), key=lambda c: (c.now - c.before, c.id))


def earlier(text: str, name: str) -> dict[str, float]:
    """The figures by question of a run that was saved; *name* is its file's. Raises BotError if it is none."""
    try:
        saved = json.loads(text)["questions"]
        return {str(id): float(value) for id, value in saved.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BotError(f"{name} is no run of recap eval: make one with --save FILE.") from None


def _question(line: str, where: str, number: int) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise BotError(f"{where} is not JSON: write one object a line.") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BotError(f"{where} has no question: give it as a string in “text”.")
    gold = row.get("gold", [])
    if not isinstance(gold, list) or not all(map(_is_gold, gold)):
        raise BotError(f"{where}: “gold” must list objects with “file” and “quote”.")
    expect = row.get("expect", "answer" if gold else "refuse")
    if expect not in EXPECTED or (expect == "answer" and not gold):
        raise BotError(f"{where}: “expect” must be one of {', '.join(EXPECTED)}, and an answer needs “gold”.")
    kind = str(row.get("kind", "question"))
    after = {"after": str(row["after"])} if row.get("after") is not None else {}
    return {**row, **after, "id": str(row.get("id", number)), "gold": gold, "expect": expect, "kind": kind}


def _is_gold(gold: object) -> bool:
    return isinstance(gold, dict) and all(isinstance(gold.get(name), str) for name in ("file", "quote"))
