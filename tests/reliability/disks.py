"""Small disks to fill, and files to damage."""

import os
import subprocess
from pathlib import Path

LEAST_ROOM = 400_000
"""Bytes that are free on a disk that is not full, at least."""


def mounted(place: Path, size: int) -> bool:
    """Whether there is a file system of its own of that size, in bytes, at *place* now; that takes root."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def unmount(place: Path) -> None:
    """Take it away again, whoever may still have a file open there."""
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def free(place: Path) -> int:
    """Bytes of room on a disk."""
    status = os.statvfs(place)
    return status.f_bavail * status.f_frsize


def fill(disk: Path, leave: int) -> None:
    """Leave so many bytes of room, to the next page."""
    empty(disk)
    (disk / "ballast").write_bytes(b"\0" * max(0, free(disk) - leave))


def empty(disk: Path) -> None:
    """Make room again."""
    (disk / "ballast").unlink(missing_ok=True)
