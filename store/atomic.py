"""Files written at one stroke: whoever reads one finds the old text or the new one, whatever happens meanwhile."""

import errno
import os
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from store.archive import to_disk

UNFINISHED = ".recap-"
"""How the names of files and folders begin that are not finished."""
ABANDONED = 86_400.0
"""Seconds after which nobody is at work on them any more, but was killed."""


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put a file in place of what stands there, on the disk and with these permissions.

    A link is replaced, never followed. Until the end there is only a hidden file beside it. Raises ``OSError``.
    """
    tidy_up(path.parent)
    number, made = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(number, "wb") as out:
            out.write(data)
            out.flush()
            os.fchmod(number, mode)
            os.fsync(number)
        os.replace(made, path)  # noqa: PTH105 - what mkstemp gives is a str
    except BaseException:
        with suppress(OSError):
            os.unlink(made)  # noqa: PTH108
        raise
    to_disk(path.parent)


def remedy(error: OSError) -> str:
    """What to do where a file could not be written into the notes folder, as a clause."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "make room there, then try again"
    if error.errno == errno.ENAMETOOLONG:
        return "rename the note to something shorter"
    return "let Recap write into its folder"


def tidy_up(folder: Path | int) -> None:
    """Take away what those left who were killed at work in a folder, given by its path or as an open file."""
    with suppress(OSError):
        if isinstance(folder, int):
            _tidy_up(folder)
            return
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _tidy_up(opened)
        finally:
            os.close(opened)


def _tidy_up(folder: int) -> None:
    for name in os.listdir(folder):
        if name.startswith(UNFINISHED):
            with suppress(OSError):
                _remove_abandoned(name, folder)


def _remove_abandoned(name: str, folder: int) -> None:
    status = os.lstat(name, dir_fd=folder)
    if status.st_mtime >= time.time() - ABANDONED:
        return
    if stat.S_ISDIR(status.st_mode):
        shutil.rmtree(name, dir_fd=folder)
    else:
        os.unlink(name, dir_fd=folder)
