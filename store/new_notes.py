"""Notes that people add from Slack: written into a folder of their own below the notes, over nothing that is there."""

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path, PurePosixPath

from store.atomic import UNFINISHED, tidy_up
from store.errors import BotError
from store.folder import SIDECAR, contents, scan
from store.read import SUFFIXES
from store.text import fold

INBOX = "from-slack"
"""The folder below the notes for everything that is added from Slack; no other place is ever written to."""
LONGEST = 80
"""Characters of a name without its suffix; with that, a number and what a sidecar is called it stays below 100."""

_TAKEN_BY_SYSTEMS = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)\d)(?:-.*)?")
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES})


def safe_name(text: str, suffix: str, date: str = "") -> str:
    """A file name that works everywhere and hides nothing, with the date (ISO, or nothing) before what it is about.

    >>> safe_name("../Tōkyō: day 1?", ".MD", "2015-10-27"), safe_name("東京", ".txt"), safe_name("NUL", "")
    ('2015-10-27-tokyo-day-1.md', 'note.txt', 'note-nul.txt')
    """
    slug = "-".join(re.findall(r"[a-z0-9]+", fold(text[:500])))
    parts = [date] if date and not slug.startswith(date) else []
    name = "-".join([*parts, slug or "note"])
    if len(name) > LONGEST:
        name = name[: LONGEST + 1].rpartition("-")[0] or name[:LONGEST]
    name = f"note-{name}" if _TAKEN_BY_SYSTEMS.fullmatch(name) else name
    suffix = suffix.lower()
    return name + (suffix if suffix in SUFFIXES and suffix else ".txt")


def digest(data: bytes) -> str:
    """What tells a file from any other: the SHA-256 of its bytes, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def same_content(notes: Path, data: bytes) -> str:
    """The file of the notes folder that holds the very same bytes, as a path in it with ``/``; nothing without one."""
    for file in scan(notes):
        with suppress(OSError, BotError):
            if (notes / file).stat().st_size == len(data) and contents(notes, file, len(data)) == data:
                return file
    return ""


def add(notes: Path, name: str, data: bytes) -> str:
    """Put a note into the folder, whole and on the disk, and give its path in it.

    A name that is taken gets a number. Raises ``BotError`` where nothing can be written; nothing is left then.
    """
    draft = f"{UNFINISHED}{secrets.token_hex(8)}"
    with _explained(notes), _inbox(notes) as inbox:
        tidy_up(inbox)
        try:
            _write(draft, data, inbox)
            file = next(free for free in _numbered(name) if _is_free(free, inbox) and _publish(draft, free, inbox))
        finally:
            with suppress(OSError):
                os.unlink(draft, dir_fd=inbox)
        os.fsync(inbox)
    return f"{INBOX}/{file}"


def take_out(notes: Path, file: str, expected: str) -> None:
    """Remove a note that was added, if its bytes still have the digest ``expected``, and what was fixed about it.

    Raises ``BotError`` where it is another one by now, or cannot be removed; one that is gone is fine.
    """
    name = PurePosixPath(file).name
    if file != f"{INBOX}/{name}":
        raise BotError(f"{file} was not added from Slack, so it stays. Remove it in the notes folder.")
    with _explained(notes), _inbox(notes) as inbox, suppress(FileNotFoundError):
        if digest(_read(name, inbox)) != expected:
            raise BotError(f"{file} was changed since it was added, so it stays. Remove it in the notes folder.")
        os.unlink(name, dir_fd=inbox)
        with suppress(FileNotFoundError):
            os.unlink(_sidecar(name), dir_fd=inbox)
        os.fsync(inbox)


@contextmanager
def _inbox(notes: Path) -> Iterator[int]:
    """The folder, made where there is none; never one that a link leads to."""
    outer = os.open(notes, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(FileExistsError):
            os.mkdir(INBOX, dir_fd=outer)
        inner = os.open(INBOX, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=outer)
    finally:
        os.close(outer)
    try:
        yield inner
    finally:
        os.close(inner)


@contextmanager
def _explained(notes: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BotError(f"The note could not be put into {notes / INBOX}: {_remedy(error)}") from None


def _remedy(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full. Make room there, then try again."
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "Recap may not write there. Let its user (and its service or container) write there, then try again."
    if error.errno in (errno.ENOTDIR, errno.ELOOP):
        return "that is a file or a link by now. Rename it, then try again."
    return f"{os.strerror(error.errno or 0)}. Check the folder (RECAP_NOTES), then try again."


def _write(name: str, data: bytes, inbox: int) -> None:
    number = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644, dir_fd=inbox)
    with os.fdopen(number, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(number)


def _read(name: str, inbox: int) -> bytes:
    with os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=inbox), "rb") as opened:
        return opened.read()


def _numbered(name: str) -> Iterator[str]:
    stem, _, suffix = name.rpartition(".")
    yield name
    yield from (f"{stem}-{number}.{suffix}" for number in count(2))


def _is_free(name: str, inbox: int) -> bool:
    """Whether nothing stands in the way, not even details of a note that is gone."""
    return not any(_exists(one, inbox) for one in (name, _sidecar(name)))


def _exists(name: str, inbox: int) -> bool:
    try:
        os.lstat(name, dir_fd=inbox)
    except FileNotFoundError:
        return False
    return True


def _sidecar(name: str) -> str:
    return name + SIDECAR


def _publish(draft: str, name: str, inbox: int) -> bool:
    """Give a finished file its name, at one stroke; False where somebody was faster."""
    try:
        os.link(draft, name, src_dir_fd=inbox, dst_dir_fd=inbox, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return _exchange(draft, name, inbox)
    return True


def _exchange(draft: str, name: str, inbox: int) -> bool:
    """The same where a file system has no links: an empty file keeps the place, and only that is replaced."""
    try:
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644, dir_fd=inbox))
    except FileExistsError:
        return False
    os.rename(draft, name, src_dir_fd=inbox, dst_dir_fd=inbox)
    return True
