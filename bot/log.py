"""What Recap writes down: one line a record on stderr, nothing secret in it."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

_SECRETS = re.compile(
    r"\bxox[a-z][.-][\w.-]+|\bxapp-[\w-]+|(?<=[?&]ticket=)[^&\s'\"]+|(?<=hooks\.slack\.com/)[^\s'\"]+"
)


def log_to_stderr(level: int = logging.INFO, *, as_json: bool = False) -> None:
    """Set up logging for the process: one line a record (or one JSON object), with tokens and the like blacked out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else Discreet("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("asyncio", "aiohttp", "slack_sdk", "slack_bolt"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # it would note every scanner's broken request


class Discreet(logging.Formatter):
    """Blacks out tokens, connection tickets and response addresses, also inside tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line without secrets."""
        return _SECRETS.sub("(hidden)", super().format(record))


class JsonLines(Discreet):
    """As discreet, for machines: ``at`` (ISO 8601, UTC), ``level``, ``logger`` and ``message``, on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a JSON object; a traceback is part of its message."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": super().format(record),
        }
        return json.dumps(told, ensure_ascii=False)
