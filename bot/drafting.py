"""From what people share in Slack to what may become notes: messages with who wrote them and when, and files."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.download import check_kind, described, fetched
from bot.message_text import Names, markdown, named_in
from bot.mrkdwn import plain
from bot.post import UNREACHABLE, word
from bot.reach import Visit
from store.drafts import Draft
from store.errors import BotError, NoteError
from store.journal import DAY
from store.model import NO_FIXES, Fixes
from store.new_notes import safe_name
from store.read import parse
from store.sidecar import LONGEST
from store.text import count_words

log = logging.getLogger(__name__)

Part = Mapping[str, Any]

MOST_FILES = 10
"""Files of one message that are read; Slack lets people add as many."""
MOST_NAMES = 30
"""People and channels of one message whose names are looked up."""
FEW_WORDS = 25
"""A message of fewer words that comes with files only says what these are."""
TITLE = 80
"""Characters of a message's first line that become its title."""

_SENTENCE = re.compile(r"(.{12,80}?[^\s.!?])[.!?](?=\s)")

NOTHING = "There is neither text nor a file that I can read in that message."
CONFIDENTIAL = (
    "This comes from a place that not everybody sees. Once it is added, everybody who may ask me can read it."
)
REPLIES = "Only this message will be added, not the replies to it."
TOO_MANY = "I looked at the first {} files only. Share the others in another message."


@dataclass(frozen=True, slots=True)
class Unfit:
    """A file that cannot become a note, and why."""

    name: str
    why: BotError


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message; ``ahead`` is by how much their clock is ahead of UTC."""

    name: str = ""
    ahead: timedelta = timedelta()


def are_readable(files: Sequence[Part]) -> bool:
    """Whether one file at least may be of a kind that is read; of some Slack tells nothing until they are looked up."""
    return any(not file.get("name") or _is_readable(file) for file in files)


def _is_readable(file: Part) -> bool:
    try:
        check_kind(str(file.get("name")))
    except NoteError:
        return False
    return True


async def of_files(
    visit: Visit, files: Sequence[Part], said: Fixes = NO_FIXES, remark: str = ""
) -> list[Draft | Unfit]:
    """What becomes of shared files; ``said`` counts where they themselves say nothing."""
    return [await _of_file(visit, file, said, remark) for file in files[:MOST_FILES]]


async def _of_file(visit: Visit, file: Part, said: Fixes, remark: str) -> Draft | Unfit:
    limit = visit.settings.max_note_bytes
    try:
        shared = await described(visit.client, file, limit)
        data = await fetched(visit.client, shared, limit, visit.desk.pause)
    except BotError as why:
        return Unfit(str(file.get("name") or "A file"), why)
    path = PurePosixPath(shared.name)
    return Draft(visit.deed.user, safe_name(path.stem, path.suffix), data, said, remark=remark)


async def of_message(visit: Visit, body: Part) -> list[Draft | Unfit]:
    """What becomes of a message on which the shortcut was used, and of the files in it. Raises ``BotError``."""
    message = _part(body, "message")
    files = [file for file in _parts(message.get("files")) if are_readable([file])]
    names, author, url = await asyncio.gather(
        _names(visit.client, named_in(message)[:MOST_NAMES]),
        _author(visit.client, message),
        _permalink(visit, str(message.get("ts") or "")),
    )
    said = Fixes(author=author.name or None, date=_day(message, author) or None, url=url or None)
    text = markdown(message, names)
    found: list[Draft | Unfit] = []
    if count_words(text) and not (files and count_words(text) < FEW_WORDS):
        found.append(_of_text(visit, body, text, said))
    found += await of_files(visit, files, said, CONFIDENTIAL if _is_confidential(body) else "")
    if not found:
        raise BotError(NOTHING)
    return found


def _of_text(visit: Visit, body: Part, text: str, said: Fixes) -> Draft:
    title = titled(text)
    remarks = [CONFIDENTIAL] if _is_confidential(body) else []
    remarks += [REPLIES] if _part(body, "message").get("reply_count") else []
    fixes = Fixes(title=title, date=said.date, author=said.author, url=said.url)
    name = safe_name(title, ".md", said.date or "")
    return Draft(visit.deed.user, name, (text + "\n").encode("utf-8", "replace"), fixes, True, " ".join(remarks))


def titled(text: str) -> str:
    """The first sentence of a text in Markdown, or as much of its first line as a title may have.

    >>> titled("**Kuryr** in *Tokyo*:\\n\\nIt was shown."), titled("Version 2.9 is out. Nobody noticed.")
    ('Kuryr in Tokyo', 'Version 2.9 is out')
    """
    try:
        first = parse("a.md", text.encode("utf-8", "replace")).blocks[0].text
    except NoteError:
        first = ""
    line = first.split("\n")[0]
    sentence = _SENTENCE.match(line)
    return plain(sentence[1] if sentence else line, TITLE).rstrip(" :.,;") or "Message"


def _is_confidential(body: Part) -> bool:
    """Whether a message was written where not everybody can read it."""
    channel = _part(body, "channel")
    return str(channel.get("id"))[:1] in ("D", "G") or channel.get("name") in ("privategroup", "directmessage", "mpdm")


def _day(message: Part, author: Author) -> str:
    """The day on which a message was written, where its author was."""
    try:
        at = datetime.fromtimestamp(float(str(message.get("ts"))), UTC) + author.ahead
    except (ValueError, OverflowError, OSError):
        return ""
    return at.date().isoformat()


async def _author(client: AsyncWebClient, message: Part) -> Author:
    """Who wrote a message, as people see them; an app by the name that it gives itself."""
    user = await _user(client, str(message.get("user") or "")) if not message.get("bot_id") else {}
    profile = _part(user, "profile")
    names = (
        profile.get("display_name"),
        profile.get("real_name") or user.get("real_name") or user.get("name"),
        message.get("username"),
        _part(message, "bot_profile").get("name"),
    )
    named = next((name for name in names if isinstance(name, str) and name.strip()), "")
    offset = user.get("tz_offset")
    ahead = offset if isinstance(offset, int) and abs(offset) < DAY else 0
    return Author(named[: LONGEST["author"]], timedelta(seconds=ahead))


async def _names(client: AsyncWebClient, ids: Iterable[str]) -> Names:
    """The names of people and channels, as far as Slack tells them."""
    found = {}
    for one in ids:
        if one.startswith(("U", "W")):
            user = await _user(client, one)
            found[one] = str(_part(user, "profile").get("display_name") or user.get("real_name") or "")
        elif one.startswith(("C", "G")):
            found[one] = str(_part(await _asked(client.conversations_info(channel=one)), "channel").get("name") or "")
    return found


async def _user(client: AsyncWebClient, user: str) -> Part:
    return _part(await _asked(client.users_info(user=user)), "user") if user else {}


async def _permalink(visit: Visit, ts: str) -> str:
    """The address of a message; nothing where Slack does not tell it, as for places that the bot is not in."""
    told = await _asked(visit.client.chat_getPermalink(channel=visit.deed.channel, message_ts=ts))
    url = told.get("permalink")
    return url if isinstance(url, str) and len(url) <= LONGEST["url"] else ""


async def _asked(call: Awaitable[AsyncSlackResponse]) -> Part:
    """What Slack says; nothing where it does not, since a note can do without."""
    try:
        data = (await call).data
    except (SlackApiError, *UNREACHABLE) as error:
        log.info("Slack does not tell all about a message (%s).", word(error))
        return {}
    return data if isinstance(data, Mapping) else {}


def _part(part: Part, name: str) -> Part:
    found = part.get(name)
    return found if isinstance(found, Mapping) else {}


def _parts(found: object) -> list[Part]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
