"""Reading the notes again by itself: every so many minutes, and when something changes in their folder."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from watchfiles import Change, awatch

from bot.admins import is_paused
from bot.ask import trace
from bot.desk import Desk
from bot.post import Pause
from bot.settings import Settings
from bot.settling import settle_answered
from intents.base import counted
from store.errors import BotError
from store.load import Changes, TooMuchGone

log = logging.getLogger(__name__)

QUIET = 2_000
"""Milliseconds without another change after which the folder counts as settled."""
LATEST = 30_000
"""Milliseconds after the first change at which a folder that never settles is read all the same."""
AGAIN = 60.0
"""Seconds until a folder that could not be watched is tried again."""
NAMED = 5
"""Rejected files that are named."""
FAILED = "I could not read the notes again by myself, and answer from them as they were. {}"
UNFORESEEN = "My log tells more."
WELL_AGAIN = "All notes are read again by themselves."

Tell = Callable[[str], Awaitable[object]]
"""Tells whom it concerns a sentence or two."""


async def keep_fresh(desk: Desk, settings: Settings, tell: Tell, pause: Pause = asyncio.sleep) -> None:
    """Load by the clock and by the folder as the settings say, for ever.

    Whatever goes wrong is logged, and ``tell`` gets it in a sentence when it begins and when it is over.
    """
    works = [_by_clock(desk, settings, tell, pause)] if settings.reload_every else []
    if settings.watch:
        works.append(_by_folder(desk, settings, tell, pause))
    await asyncio.gather(*works, asyncio.Event().wait())


async def _by_clock(desk: Desk, settings: Settings, tell: Tell, pause: Pause) -> None:
    while True:
        await pause(60.0 * settings.reload_every)
        await load_quietly(desk, settings, tell)


async def _by_folder(desk: Desk, settings: Settings, tell: Tell, pause: Pause) -> None:
    while True:
        try:
            async for _ in awatch(settings.notes, watch_filter=_is_a_note, debounce=LATEST, step=QUIET):
                await load_quietly(desk, settings, tell)
        except Exception as error:  # the watch's library has errors of several kinds, and none may end the bot
            log.error("The folder %s cannot be watched; I try again in a minute.\n%s", settings.notes, trace(error))
        await pause(AGAIN)


def _is_a_note(change: Change, path: str) -> bool:
    return not any(part.startswith(".") for part in Path(path).parts[-2:])


async def load_quietly(desk: Desk, settings: Settings, tell: Tell) -> bool:
    """Load unless that is paused or being done already; the log tells what came of it. False where it was not done."""
    if desk.loading.locked() or await is_paused(desk):
        return False
    async with desk.loading:
        desk.at_work.begin("")
        try:
            report = await desk.in_thread(desk.reload, False, desk.at_work.note)
        except TooMuchGone as error:
            log.error("The notes were not loaded: %s", error)
            await _tell_once(desk, tell, FAILED.format(_gone(error, settings.command)))
            return False
        except BotError as error:
            log.error("The notes were not loaded: %s", error)
            await _tell_once(desk, tell, FAILED.format(error))
            return False
        except Exception as error:
            log.error("The notes could not be loaded:\n%s", trace(error))
            await _tell_once(desk, tell, FAILED.format(UNFORESEEN))
            return False
    counts = (len(report.added), len(report.changed), len(report.removed), len(report.rejected))
    if any(counts[:3]):
        log.info("Loaded by itself: %d added, %d changed, %d removed, %d rejected.", *counts)
        desk.start(desk.in_thread(settle_answered, desk, report), _say_nothing)
    await _tell_once(desk, tell, _left_out(report, settings.command))
    return True


async def _tell_once(desk: Desk, tell: Tell, trouble: str) -> None:
    """Say what is wrong when that changes, and when all is well again."""
    before, desk.at_work.trouble = desk.at_work.trouble, trouble
    if trouble != before:
        await tell(trouble or WELL_AGAIN)


def _gone(error: TooMuchGone, command: str) -> str:
    return (
        f"{error.gone} of {counted(error.known, 'note')} are no longer in the folder. If that is right, give "
        f"{command}-reload and press its button; if not, check the folder (RECAP_NOTES)."
    )


def _left_out(report: Changes, command: str) -> str:
    files = sorted(problem.file for problem in report.rejected)
    if not files:
        return ""
    named = ", ".join(f"“{file[:100]}”" for file in files[:NAMED]) + (" and others" if len(files) > NAMED else "")
    return (
        f"{counted(len(files), 'file')} of the notes could not be read: {named}. {command}-reload dry-run tells why, "
        "and what to do."
    )


async def _say_nothing(message: object) -> None:
    """Nobody asked for this load."""
