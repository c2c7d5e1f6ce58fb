"""A team's own tables, ``aliases.toml`` and ``events.toml``, as text that is changed whole or a piece at a time.

Whatever is not changed stays to the letter, comments included: pieces are cut from the text, never written anew.
"""

import hashlib
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import unified_diff
from pathlib import Path

from store import aliases, event_table, toml
from store.atomic import remedy, write_whole
from store.errors import BotError
from store.folder import ALIASES_FILE, EVENTS_FILE, table
from store.text import clean, fold

FILES = {"aliases": ALIASES_FILE, "events": EVENTS_FILE}
KEPT = "before"
"""The end of the hidden name under which the text of before stays."""
MEANWHILE = "Somebody changed {} meanwhile, so nothing was written. Copy what you wrote, and open it again."
BEGUN = "# Names that mean the same, one list for each meaning.\nsame = [\n]\n"

_BEGINNINGS = {"aliases": ("[", "]"), "events": ("[",)}
"""What a line begins with that begins an entry, or ends the list of all."""
_FRAME = re.compile(r"\]?|same\s*=\s*\[")
_SAME = re.compile(r"^same\s*=\s*\[", re.M)
_NAME = re.compile(r"""^\s*name\s*=\s*["'](.+?)["']\s*(?:#.*)?$""", re.M)
_LINE = re.compile(r"\bline (\d+)")


def read(path: Path) -> str:
    """The text of a table, empty where there is none. Raises ``BotError`` where it cannot be read or is a link."""
    if not os.path.lexists(path):
        return ""
    if path.is_symlink():
        raise BotError(f"{path.name} is a link. Change the file it leads to, on the machine.")
    try:
        return _unix(table(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BotError(f"{path.name} is no text in UTF-8. Save it as such on the machine.") from None


def mark(text: str) -> str:
    """The same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def check(name: str, text: str) -> None:
    """Raises ``BotError``, in the words of a load, for a text that a load would not take."""
    if name == "aliases":
        aliases.check(text, FILES[name])
    else:
        event_table.check(text, FILES[name])


def pieces(name: str, text: str) -> list[str]:
    """The text cut before each entry, with the comments above it; put together they are the text again.

    >>> pieces("aliases", 'same = [\\n  # ours\\n  ["a", "b"],\\n  ["c", "d"],\\n]\\n')
    ['same = [\\n', '  # ours\\n  ["a", "b"],\\n', '  ["c", "d"],\\n', ']\\n']
    """
    cut: list[list[str]] = [[]]
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith(_BEGINNINGS[name]) and any(map(str.strip, cut[-1])):
            cut.append(_comments(cut[-1]))
        cut[-1].append(line)
    return ["".join(lines) for lines in cut if lines]


def entries(name: str, text: str, typed: str = "") -> list[tuple[int, str]]:
    """The pieces that are entries and have what was typed, with their places."""
    wanted, cut = fold(typed).strip(), pieces(name, text)
    return [(at, one) for at, one in enumerate(cut) if wanted in fold(one) and not _FRAME.fullmatch(label(one))]


def _comments(lines: list[str]) -> list[str]:
    """Takes the comments and empty lines off the end, and gives them."""
    at = len(lines)
    while at and (not lines[at - 1].strip() or lines[at - 1].lstrip().startswith("#")):
        at -= 1
    taken = lines[at:]
    del lines[at:]
    return taken


def label(piece: str) -> str:
    """What a piece is called: the name it gives, else its first line that is no comment."""
    told = [line.strip() for line in piece.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    first = told[0] if told else piece.strip()
    named = _NAME.search(piece)
    return f"{named[1]} · {first}" if named and first.startswith("[") else first


def replaced(name: str, text: str, place: int, piece: str) -> str:
    """The text with another piece in one place; an empty one takes the piece out."""
    cut = pieces(name, text)
    cut[place] = tidy(piece)
    return "".join(cut)


def tidy(text: str) -> str:
    """What was typed as lines that each end."""
    lines = _unix(text).rstrip()
    return lines + "\n" if lines else ""


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def with_names(text: str, names: Sequence[str]) -> str:
    """The text of aliases with one more list of names that mean the same, before the others.

    >>> print(with_names("", ["K8s", "Kubernetes"]))
    # Names that mean the same, one list for each meaning.
    same = [
      ["K8s", "Kubernetes"],
    ]
    <BLANKLINE>
    """
    if not _SAME.search(text):
        text = f"{text}\n{BEGUN}" if text.strip() else BEGUN
    return _SAME.sub(lambda found: f"{found[0]}\n  {toml.listed(list(map(_line, names)))},", text, count=1)


def with_event(text: str, said: Mapping[str, str], also: Sequence[str]) -> str:
    """The text of events with one more at its end. Raises ``BotError`` where it has one of that name."""
    known = [fold(str(entry.get("name"))) for entry in _entries(text)]
    if fold(said["name"]) in known:
        raise BotError("An event of that name is in the file already: change it there, or choose another name.")
    lines = [f"{key} = {toml.quoted(_line(value))}" for key, value in said.items() if value.strip()]
    lines += [f"aliases = {toml.listed(list(map(_line, also)))}"] if also else []
    before = f"{text.rstrip()}\n\n" if text.strip() else ""
    return "\n".join([f"{before}[[event]]", *lines]) + "\n"


def _entries(text: str) -> list[dict[str, object]]:
    with suppress(ValueError, RecursionError):
        entries = tomllib.loads(text).get("event", [])
        return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return []


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def near(complaint: str, before: int) -> str:
    """A complaint about the whole text in the line numbers of a piece that has so many lines before it.

    >>> near("Invalid value (at line 12, column 3)", 10)
    'Invalid value (at line 2, column 3)'
    """
    return _LINE.sub(lambda found: f"line {max(int(found[1]) - before, 1)}", complaint)


def differences(old: str, new: str) -> Iterator[str]:
    """The lines that go and come, each behind ``-`` or ``+``."""
    for line in list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0))[2:]:
        if line[1:].strip() and not line.startswith("@@"):
            yield line


def write(path: Path, new: str, expected: str) -> None:
    """Put a text in place of one that ``mark`` gave as *expected*, and keep that beside it under a hidden name.

    Raises ``BotError`` where the file has become another one, or cannot be written.
    """
    old = read(path)
    if mark(old) != expected:
        raise BotError(MEANWHILE.format(path.name))
    try:
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
        if old:
            write_whole(kept(path), old.encode(), mode)
        write_whole(path, new.encode(), mode)
    except OSError as error:
        raise BotError(f"{path.name} cannot be written ({error.strerror}): {remedy(error)}.") from None


def kept(path: Path) -> Path:
    """Where the text of before stays."""
    return path.with_name(f".{path.name}.{KEPT}")
