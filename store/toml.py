"""TOML as we write it: the standard library only reads it."""

import json
from collections.abc import Sequence


def quoted(text: str) -> str:
    """A text without control characters, which TOML writes as JSON does.

    >>> quoted('the "bus"')
    '"the \\\\"bus\\\\""'
    """
    return json.dumps(text, ensure_ascii=False)


def listed(texts: Sequence[str]) -> str:
    """A list of texts on one line."""
    return f"[{', '.join(map(quoted, texts))}]"
