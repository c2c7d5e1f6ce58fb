"""Files written at one stroke: whoever reads one finds the old text or the new one, whatever happens meanwhile."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from store.archive import to_disk


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put a file in place of what stands there, on the disk and with these permissions.

    A link is replaced, never followed. Until the end there is only a hidden file beside it. Raises ``OSError``.
    """
    number, made = tempfile.mkstemp(prefix=".recap-", dir=path.parent)
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
