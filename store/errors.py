"""Errors whose text is written for the person asking; everything else is a bug."""


class BotError(Exception):
    """What is wrong and what to do about it, in words that are safe to show anywhere."""


class NoteError(BotError):
    """A note that cannot be read; the load goes on without it.

    ``reason`` says what is wrong with the file, ``remedy`` what its owner can do.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}: {remedy}")
        self.reason = reason
        self.remedy = remedy


class IndexProblem(BotError):
    """An index or state file that cannot be used: damaged, newer than this version, or missing."""
