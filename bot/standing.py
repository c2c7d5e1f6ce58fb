"""How things stand now, and all that was counted, as text for Prometheus."""

from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from bot.figures import REGISTRY
from bot.line import Line
from store.errors import BotError
from store.index import Index

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition(line: Line, index: Index | None, state: Path, running: int) -> bytes:
    """All figures as text: what was counted, and how things stand now. Reads the index, so not for the event loop."""
    now = CollectorRegistry()

    def gauge(name: str, told: str, value: float | None) -> None:
        if value is not None:
            Gauge(f"recap_{name}", told, registry=now).set(value)

    Gauge("recap_info", "Which Recap this is.", ["version"], registry=now).labels(version("recap-bot")).set(1)
    gauge("signed_in", "Whether Slack took our token.", line.signed_in)
    gauge("connected", "Whether Slack can reach us, as far as we know.", line.since is not None)
    gauge("connected_since_seconds", "When the connection was made, as a Unix time.", line.since)
    gauge("heard_seconds", "When Slack last gave a sign of life, as a Unix time.", line.heard)
    gauge("connections", "Connections to Slack made so far.", line.connections)
    gauge("running", "Deliveries being seen to.", running)
    gauge("state_bytes", "The size of the state file.", _size(state))
    _index_gauges(gauge, index)
    return generate_latest(REGISTRY) + generate_latest(now)


def _index_gauges(gauge: Callable[[str, str, float | None], None], index: Index | None) -> None:
    try:
        held = index.status() if index else None
    except BotError:
        held = None
    gauge("index_usable", "Whether questions can be answered from the index.", held is not None)
    if index and held:
        gauge("index_bytes", "The size of the index file.", _size(index.path))
        gauge("index_notes", "Notes in the index.", held.notes)
        gauge("index_passages", "Passages in the index.", held.passages)
        gauge("index_rejected", "Files that the last load rejected.", sum(out for *_, out in held.problems))
        gauge("index_loaded_seconds", "When the notes were last loaded, as a Unix time.", _moment(held.loaded_at))


def _moment(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None


def _size(path: Path) -> float | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
