"""The files of a notes folder, and why some of them are not read."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from store.errors import BotError, NoteError

MAX_NOTE_BYTES = 5_000_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
MAX_TABLE_BYTES = 1_000_000
EVENTS_FILE, ALIASES_FILE = "events.toml", "aliases.toml"
"""A team's own tables at the top of its folder, which are no notes."""
SIDECAR = ".recap.toml"
"""What the name of a file ends with that tells about the note beside it, and is none itself."""


def check(folder: Path) -> None:
    """Raises BotError where the notes folder is missing or may not be read."""
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises where the way there is barred
        raise BotError(
            f"There is no folder {folder}. Name the one that holds your notes: recap load FOLDER, or set RECAP_NOTES."
        )
    if not os.access(folder, os.R_OK | os.X_OK, effective_ids=True):
        raise BotError(f"No permission to read the folder {folder}. Let the user that runs Recap read it (chmod).")


def identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another one that took its name; None where there is none any more."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def scan(folder: Path) -> Iterator[str]:
    """Every file below the folder as a path relative to it with ``/``, in a fixed order.

    Hidden files, the team's own tables at the top and what was fixed about notes are left out. Links to folders
    are not followed: what lies inside is found anyway, and what lies outside is none of ours.
    """
    return (file for file in _files(folder) if not file.endswith(SIDECAR) and file not in (EVENTS_FILE, ALIASES_FILE))


def sidecars(folder: Path) -> Iterator[str]:
    """Every file below the folder that tells what was fixed about a note, as ``scan`` gives notes."""
    return (file for file in _files(folder) if file.endswith(SIDECAR))


def _files(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(place, name).relative_to(folder).as_posix()


def unreadable_folders(folder: Path) -> Iterator[tuple[str, NoteError]]:
    """Folders below *folder* that a load cannot look into, with the reason."""
    failed: list[OSError] = []
    for place, folders, _ in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            path = Path(place, name)
            if path.is_symlink() and not _inside(path, folder):
                yield path.relative_to(folder).as_posix(), _outside(path)
    for error in failed:
        if error.filename and Path(error.filename) != folder:
            yield Path(error.filename).relative_to(folder).as_posix(), _forbidden()


def contents(folder: Path, file: str, limit: int = MAX_NOTE_BYTES) -> bytes:
    """The bytes of one file, at most *limit*. Raises NoteError for whatever is not a plain, readable file of ours."""
    path = folder / file
    _check_name(file)
    try:
        if path.is_symlink() and not _inside(path, folder):
            raise _outside(path)
        data = _plain_bytes(path, limit + 1)
    except PermissionError:
        raise _forbidden() from None
    except OSError as error:
        raise NoteError(f"cannot be read ({os.strerror(error.errno or 0)})", "check the file and load again") from None
    if len(data) > limit:
        raise NoteError(
            f"larger than {limit / 1e6:g} MB",
            "split it, or raise RECAP_MAX_NOTE_MB if you really want it loaded",
        )
    return data


def table(path: Path) -> bytes:
    """The bytes of one of the team's own tables. Raises BotError where it is no plain file of a usual size."""
    try:
        data = _plain_bytes(path, MAX_TABLE_BYTES + 1)
    except (OSError, NoteError):
        raise BotError(f"{path} cannot be read. Check that it is a file and that Recap may open it.") from None
    if len(data) > MAX_TABLE_BYTES:
        raise BotError(f"{path} is larger than {MAX_TABLE_BYTES / 1e6:g} MB. Leave in it what you need and load again.")
    return data


def _plain_bytes(path: Path, most: int) -> bytes:
    """The first bytes of a file. Raises OSError, and NoteError for what is no plain file: one waits for pipes."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise NoteError("not a plain file (a pipe, socket or device)", "remove it from the notes folder")
    # O_NONBLOCK: should the file be exchanged for a pipe between the two calls, opening it must not wait
    with open(path, "rb", opener=lambda p, flags: os.open(p, flags | os.O_NONBLOCK)) as opened:
        return opened.read(most)


def _outside(path: Path) -> NoteError:
    if not os.path.exists(path):  # noqa: PTH110 - Path.exists raises where the way there is barred
        return NoteError("a link to a file that is not there", "remove the link, or put the note itself in its place")
    return NoteError("a link that leads out of the notes folder", "copy the note itself into the folder")


def _forbidden() -> NoteError:
    return NoteError("no permission to read it", "let the user that runs Recap read it (chmod)")


def _check_name(file: str) -> None:
    try:
        file.encode("utf-8")
    except UnicodeEncodeError:
        raise NoteError("the file name is not UTF-8", "rename the file") from None
    if _CONTROL.search(file):  # shown with every quote, it could repaint a terminal or forge a line
        raise NoteError("the file name holds line breaks or control characters", "rename the file")


def _inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a circle of links is a RuntimeError before Python 3.13
        return False
