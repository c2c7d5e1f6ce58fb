"""Answers as JSON: one question, or JSON lines in and as many out, in order."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.plain import as_text
from intents import reply
from intents.base import Answer
from store.errors import BotError
from store.index import Index
from store.model import Hit

MAX_LIMIT = 100
MAX_EARLIER = 100
"""How many of a conversation's questions are remembered."""


def record(id: object, text: str, index: Index, conversation: Sequence[str], limit: int) -> dict[str, Any]:
    """One question as the JSON object that ``--json`` and ``--batch`` print; ``ms`` is its time in milliseconds."""
    started = time.perf_counter()
    answer = reply(text, index, conversation, limit)
    milliseconds = (time.perf_counter() - started) * 1000
    return {"id": id, **fields(answer), "ms": round(milliseconds, 2)}


def as_json(value: object) -> str:
    """One line of JSON that any UTF-8 stream can take, whatever was typed."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def fields(answer: Answer) -> dict[str, Any]:
    """An answer as JSON values; ``passages`` are word for word and best first."""
    return {
        "intent": answer.intent,
        "refused": answer.refused,
        "confidence": answer.confidence,
        "passages": [_passage(hit) for hit in answer.hits],
        "corrections": [{"typed": c.typed, "used": c.used} for c in answer.corrections],
        "choices": [{"label": c.label, "question": c.question, "count": c.count} for c in answer.choices],
        "scope": {slot: getattr(answer.scope, slot) for slot in answer.scope.__slots__},
        "answer": as_text(answer),
    }


def batch(lines: Iterable[str], index: Index, limit: int) -> Iterator[str]:
    """A JSON line for each line that is not blank, made before the next is read.

    A row that is no object, or has no text, comes back with ``error``; ``after`` names an earlier row whose
    conversation the question continues.
    """
    conversations: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if line.strip():
            yield as_json(_row(line, index, limit, conversations))


def _row(line: str, index: Index, limit: int, conversations: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise ValueError
        id, text = row.get("id"), row.get("text")
        own, after = _key(id), _key(row.get("after"))
    except (ValueError, RecursionError):
        return _failed(None, "not a JSON object")
    if not isinstance(text, str):
        return _failed(id, "no text: give the question as a string in “text”")
    earlier = conversations.get(after, ()) if row.get("after") is not None else ()
    conversations[own] = (*earlier, text)[-MAX_EARLIER:]
    try:
        return record(id, text, index, earlier, limit)
    except BotError as error:
        return _failed(id, str(error))


def _failed(id: object, why: str) -> dict[str, Any]:
    return {"id": id, **fields(Answer("error", why, refused=True)), "ms": 0.0, "error": why}


def _key(id: object) -> str:
    """An id of any JSON type as a key; raises ValueError for what is no JSON (NaN), RecursionError for a deep one."""
    return json.dumps([[id]], sort_keys=True, allow_nan=False)  # nested as deep as it will be in the answer


def _passage(hit: Hit) -> dict[str, Any]:
    source, passage = hit.source, hit.passage
    place: dict[str, Any] = {"page": passage.page} if passage.page else {"lines": [passage.first, passage.last]}
    return {
        "file": source.file,
        "text": passage.text,
        "event": source.event,
        "heading": list(passage.heading),
        **place,
        "score": hit.score,
    }
