"""What an admin fixed about a note, in a small file beside it, so that the note itself is never written to.

``tokyo.md`` may have beside it ``tokyo.md.recap.toml``, all keys optional::

    title = "Tokyo keynotes, Tuesday"
    event = "OpenStack Summit Tokyo 2015"
    date = "2015-10-27"          # a day, a month (2015-10) or a year
    author = "Jane Doe"
    url = "https://example.org/my-report"

What it says goes before whatever the note says; an empty value means that there is none.
"""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, fields
from datetime import date, datetime
from pathlib import Path

from store import toml
from store.atomic import remedy, write_whole
from store.errors import BotError, NoteError
from store.facts import FIRST_YEAR, LAST_YEAR, is_web
from store.folder import SIDECAR, contents
from store.model import NO_FIXES, Fixes
from store.text import clean

__all__ = ["Fixes", "checked", "parse", "place", "read", "write"]

LONGEST = {"title": 200, "event": 200, "date": 10, "author": 80, "url": 500}
"""Characters that a value may have: as many as the index keeps of it."""
MOST_BYTES = 20_000
"""A file larger than this was not written for this purpose."""
KEPT = "before"
"""The end of the name under which a file that could not be read stays when another one takes its place."""

_KEYS = tuple(field.name for field in fields(Fixes))
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_LINE = re.compile(rf"\s*(?:{'|'.join(_KEYS)})\s*=")
_WORDED = {
    "date": "a date such as 2015-10-27, 2015-10 or 2015",
    "url": "an address that begins with https:// or http://",
}


def place(note: Path) -> Path:
    """Where the fixes of a note are kept."""
    return note.with_name(note.name + SIDECAR)


def read(note: Path) -> Fixes:
    """What is fixed about a note; nothing where no file is beside it. Raises ``BotError``, naming that file."""
    path = place(note)
    if not os.path.lexists(path):
        return NO_FIXES
    try:
        return parse(contents(path.parent, path.name, MOST_BYTES))[0]
    except NoteError as error:
        raise BotError(f"{path.name}: {error.reason}. Correct or delete it ({error.remedy}).") from None


def parse(raw: bytes) -> tuple[Fixes, tuple[str, ...]]:
    """What such a file says, and the keys in it that mean nothing. Raises ``NoteError`` where it cannot be used."""
    table = _table(raw)
    said = {key: _said(key, table[key]) for key in _KEYS if key in table}
    return checked(Fixes(**said)), tuple(sorted(set(table) - set(_KEYS)))


def checked(fixes: Fixes) -> Fixes:
    """The same in tidy form. Raises ``NoteError`` for the first value that is too long, or not what it should be."""
    tidy = {key: " ".join(clean(value).split()) for key, value in asdict(fixes).items() if value is not None}
    for key, value in tidy.items():
        if len(value) > LONGEST[key]:
            raise NoteError(f"has a “{key}” of more than {LONGEST[key]} characters", "shorten it")
        if (key == "date" and value and not _is_date(value)) or (key == "url" and value and not _is_address(value)):
            raise NoteError(f"has a “{key}” that is none: “{value[:60]}”", f"write {_WORDED[key]}")
    if tidy.get("title") == "":
        raise NoteError("has an empty title", "write one, or take the line out")
    return Fixes(**tidy)


def write(note: Path, fixes: Fixes) -> None:
    """Keep what is fixed about a note, at one stroke; without any fix the file goes.

    Comments and keys of other meaning stay. A file that cannot be read is put aside under a hidden name.
    Raises ``NoteError`` for values that cannot be kept, ``BotError`` where the folder cannot be written to.
    """
    path, said = place(note), {key: value for key, value in asdict(checked(fixes)).items() if value is not None}
    try:
        text = _edited(path, said)
        if text:
            write_whole(path, text.encode(), stat.S_IMODE(note.stat().st_mode) & 0o666)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise BotError(f"{path.name} cannot be written ({error.strerror}): {remedy(error)}.") from None


def _edited(path: Path, said: Mapping[str, str]) -> str:
    """The file's text with these values and everything else that stood there."""
    lines = [f"{key} = {toml.quoted(value)}" for key, value in said.items()]
    old = _readable(path)
    others = [line for line in old.split("\n") if not _LINE.match(line)]
    head = next(
        (at for at, line in enumerate(others) if line.strip() and not line.lstrip().startswith("#")), len(others)
    )
    text = "\n".join([*others[:head], *lines, *others[head:]]).strip()
    kept = {key: value for key, value in tomllib.loads(old).items() if key not in _KEYS}
    if not old or _is(text, {**kept, **said}):
        return text + "\n" if text else ""
    raise BotError(
        f"{path.name} is written in a way that I cannot change without losing some of it. Change it by hand."
    )


def _readable(path: Path) -> str:
    """The text of a file that stands there; one that cannot be read is put aside."""
    if not os.path.lexists(path):
        return ""
    with suppress(NoteError):
        raw = contents(path.parent, path.name, MOST_BYTES)
        _table(raw)
        return raw.decode("utf-8-sig")
    path.replace(path.with_name(f".{path.name}.{KEPT}"))
    return ""


def _is(text: str, expected: Mapping[str, object]) -> bool:
    try:
        return tomllib.loads(text) == expected
    except ValueError:
        return False


def _table(raw: bytes) -> dict[str, object]:
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        told = (
            error
            if isinstance(error, tomllib.TOMLDecodeError)
            else "not UTF-8, nested too deeply, or with a number too long"
        )
        raise NoteError(f"is not valid TOML ({told})", 'write lines such as title = "Tokyo keynotes"') from None


def _said(key: str, value: object) -> str:
    if key == "date" and isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str):
        raise NoteError(f"has a “{key}” that is no text", "put it in double quotes")
    return value


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    try:
        year = date(*(int(part or 1) for part in match.groups())).year if match else 0
    except ValueError:
        return False
    return FIRST_YEAR <= year <= LAST_YEAR


def _is_address(text: str) -> bool:
    return " " not in text and is_web(text)
