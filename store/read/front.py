"""What stands above the text: YAML or TOML front matter, or plain ``Key: value`` lines."""

import re
import tomllib
from collections.abc import Callable
from datetime import date, time
from itertools import islice

import yaml
from frontmatter.default_handlers import YAMLHandler

MAX_FRONT_MATTER = 64_000
"""Characters; more than this is not front matter but text between two rules."""

Parts = tuple[dict[str, object], str, tuple[str, ...]]

_YAML = YAMLHandler()
_YAML_FENCE = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)
_TOML_FENCE = re.compile(r"^\+{3}[ \t]*$", re.MULTILINE)
# fmt: off
_KEYS = frozenset((
    "title", "subtitle", "date", "day", "month", "year", "time", "author", "authors", "by", "people",
    "speaker", "speakers", "presenter", "presenters", "event", "conference", "summit", "release",
    "city", "place", "venue", "location", "tag", "tags", "category", "categories", "keywords", "series",
    "slug", "summary", "description", "status", "template", "lang", "language", "url", "link", "source",
    "permalink", "modified", "updated",
))
# fmt: on
_KEY_LINE = re.compile(r"([A-Za-z][\w -]{0,30}?)[ \t]*:(?:[ \t]+(.*))?")
_UNCLOSED = "its front matter has no closing “---”, so it was taken to end at the first empty line"
_BROKEN = "its front matter cannot be read as {}, so only its plain “key: value” lines were used"


def split(text: str) -> Parts:
    """Front matter under lower-case keys, the text with its lines where they were, and remarks.

    The lines of the front matter are left empty, so that line numbers keep counting from the top of the file.
    """
    if _YAML_FENCE.match(text):
        return _fenced(text, _YAML_FENCE, _yaml, "YAML")
    if _TOML_FENCE.match(text):
        return _fenced(text, _TOML_FENCE, tomllib.loads, "TOML")
    meta, used = _key_lines(text)
    return meta, _blanked(text, used), ()


def _fenced(text: str, fence: re.Pattern[str], load: Callable[[str], object], name: str) -> Parts:
    opened = fence.match(text)
    closed = fence.search(text, opened.end(), MAX_FRONT_MATTER) if opened else None
    if not opened or not closed:
        return _unclosed(text, opened.end() + 1) if opened else ({}, text, ())
    head = text[opened.end() : closed.start()]
    try:
        loaded = load(head)
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        if (parts := _unclosed(text, opened.end() + 1))[0] and "\n\n" in head:
            return parts  # what closes it is a rule in the text
        meta, _ = _key_lines(head.lstrip("\n"), strict=False)
        return meta, _blanked(text, closed.end()), (_BROKEN.format(name),)
    if isinstance(loaded, dict):
        return _plain(loaded), _blanked(text, closed.end()), ()
    return {}, (text if loaded else _blanked(text, closed.end())), ()  # prose between two rules, or nothing


def _unclosed(text: str, start: int) -> Parts:
    """What ``Key: value`` lines up to an empty one say, where at least one key is usual; else all is text."""
    head = text[start : start + MAX_FRONT_MATTER].partition("\n\n")[0]
    lines = head.split("\n")
    keys = [match[1].strip().lower() for line in lines if (match := _KEY_LINE.fullmatch(line))]
    within = all(_KEY_LINE.fullmatch(line) or line.startswith((" ", "\t", "- ")) for line in lines)
    if _KEYS.isdisjoint(keys) or not within:
        return {}, text, ()
    meta, _ = _key_lines(head, strict=False)
    return meta, _blanked(text, start + len(head)), (_UNCLOSED,)


class _Loader(yaml.SafeLoader):  # not the C one: it has no guard against deep nesting
    """Without merged keys (``<<``): a dozen lines of them make the same pairs by the milliard."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Merge nothing, so that such a key is one that cannot be read."""


def _yaml(head: str) -> object:
    return _YAML.load(head, Loader=_Loader)


def _plain(loaded: dict[object, object]) -> dict[str, object]:
    """Scalars and lists of scalars; deeper things describe pages, not talks (and may be alias bombs)."""
    meta: dict[str, object] = {}
    for key, value in islice(loaded.items(), 200):
        values = list(islice(value, 200)) if isinstance(value, list) else [value]
        kept = [v.strip() if isinstance(v, str) else v for v in values if isinstance(v, str | int | float | date)]
        if kept and isinstance(key, str):
            meta[key.strip().lower()] = kept if isinstance(value, list) else kept[0]
        elif isinstance(key, str) and isinstance(value, time):
            meta[key.strip().lower()] = value.isoformat()
    return meta


def _key_lines(text: str, strict: bool = True) -> tuple[dict[str, object], int]:
    """The ``Key: value`` lines at the top, and how many characters they take.

    ``strict`` stops at the first line with a key that is no usual one, and wants a line of its own below
    a single key; otherwise such lines are passed over.
    """
    meta: dict[str, object] = {}
    used, key = 0, ""
    for line in text[:MAX_FRONT_MATTER].split("\n"):
        match = _KEY_LINE.fullmatch(line)
        if match and (not strict or match[1].strip().lower() in _KEYS):
            key = match[1].strip().lower()
            meta[key] = (match[2] or "").strip().strip("\"'")
        elif key and line[:1] in " \t" and line.strip():
            meta[key] = f"{meta[key]} {line.strip()}".strip()
        elif strict:
            break
        else:
            key = ""
        used += len(line) + 1
    return {k: v for k, v in meta.items() if v}, min(used, len(text))


def _blanked(text: str, end: int) -> str:
    return "\n" * text.count("\n", 0, end) + text[end:]
