"""A backup as one file: a zip of what people made, with a table of contents that tells whether it is whole."""

import hashlib
import json
import lzma
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from store.errors import BotError
from store.folder import ALIASES_FILE, EVENTS_FILE, SIDECAR

FORMAT = 1
ABOUT = "recap-backup.json"
STATE, INDEX, NOTES = "state.db", "index.db", "notes/"
"""What the members are called: the two databases, and what stands before files of the notes folder."""
LONGEST_ABOUT = 10_000_000
CHUNK = 1 << 20
"""Bytes that are read at once."""
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, KeyError, ValueError, RuntimeError)
"""What reading a zip can raise when some of its bytes are others than were written."""


def write(made: Path, members: Mapping[str, Path]) -> None:
    """Pack files under the names given, and see that they are on the disk."""
    about = {
        "recap": "backup",
        "format": FORMAT,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": {name: digest(path) for name, path in members.items()},
    }
    with _new(made) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as packed:
        for name, path in members.items():
            packed.write(path, name)
        packed.writestr(ABOUT, json.dumps(about, indent=2))
    to_disk(made)


def publish(made: Path, file: Path, *, force: bool) -> None:
    """Give a finished file its name, at one stroke. Raises ``BotError`` where there is one, unless ``force``."""
    if force:
        made.replace(file)
    else:
        _link(made, file)
    to_disk(file.parent)


def _link(made: Path, file: Path) -> None:
    taken = BotError(f"{file} is there already. Choose another name, or replace it with --force.")
    try:
        os.link(made, file)
    except FileExistsError:
        raise taken from None
    except OSError:  # a file system without links
        if file.exists():
            raise taken from None
        made.replace(file)


def contents(file: Path) -> dict[str, str]:
    """The members of a backup with their digests. Raises ``BotError`` where this is no backup that we can read."""
    try:
        with zipfile.ZipFile(file) as packed:
            if packed.getinfo(ABOUT).file_size > LONGEST_ABOUT:
                raise _no_backup(file)
            about = json.loads(packed.read(ABOUT))
            return _checked(file, about, set(packed.namelist()) - {ABOUT})
    except FileNotFoundError:
        raise BotError(f"There is no file {file}.") from None
    except OSError as error:
        if error.errno is None:  # so does bz2 say that data are damaged
            raise _no_backup(file) from None
        raise BotError(f"{file} cannot be read ({error.strerror}). Check the file and its permissions.") from None
    except BROKEN:
        raise _no_backup(file) from None


def _checked(file: Path, about: object, names: set[str]) -> dict[str, str]:
    if not isinstance(about, dict) or about.get("recap") != "backup" or not isinstance(about.get("files"), dict):
        raise _no_backup(file)
    if about.get("format") != FORMAT:
        raise BotError(
            f"{file} was written by another version of Recap (format {str(about.get('format'))[:20]}, this one knows "
            f"{FORMAT}). Restore it with that version."
        )
    files = {str(name): str(of) for name, of in about["files"].items()}
    if set(files) != names or not all(name in (STATE, INDEX) or own_file(name) for name in names):
        raise _no_backup(file)
    return files


def own_file(name: str) -> bool:
    """Whether a member is a file that we may put into a notes folder: never one above it, and never a note.

    >>> own_file("notes/events.toml"), own_file("notes/../events.toml"), own_file("notes/tokyo.md")
    (True, False, False)
    """
    inside = name.removeprefix(NOTES)
    parts = inside.split("/")
    plain = inside != name and not any(part in ("", ".", "..") or re.search(r"[\\\x00]", part) for part in parts)
    return plain and is_own(inside)


def is_own(inside: str) -> bool:
    """Whether a file of the notes folder, by its path in it, is one that Recap itself reads settings of notes from."""
    fixes = inside.endswith(SIDECAR) and not any(part.startswith(".") for part in inside.split("/"))
    return fixes or inside in (EVENTS_FILE, ALIASES_FILE)


def unpack(file: Path, name: str, expected: str, into: Path) -> None:
    """Write a member to ``into``, for its owner alone, and on to the disk. Raises ``BotError`` where it is damaged."""
    hashed = hashlib.sha256()
    try:
        with zipfile.ZipFile(file) as packed, packed.open(name) as member, _new(into) as out:
            while chunk := member.read(CHUNK):
                hashed.update(chunk)
                out.write(chunk)
    except BROKEN:
        raise _damaged(file, name) from None
    except OSError as error:
        if error.errno is None:
            raise _damaged(file, name) from None
        raise
    if hashed.hexdigest() != expected:
        raise _damaged(file, name)
    to_disk(into)


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def to_disk(path: Path) -> None:
    """See that a file or folder is safe from a power cut; some file systems cannot do that for folders."""
    number = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(number)
    finally:
        os.close(number)


def _new(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _no_backup(file: Path) -> BotError:
    return BotError(f"{file} is no backup of Recap, or it is damaged. Name a file that recap backup wrote.")


def _damaged(file: Path, name: str) -> BotError:
    return BotError(f"{file} is damaged ({name} is not what was packed), so nothing was changed. Use another backup.")
