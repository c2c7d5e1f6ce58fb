"""Files that people share in Slack, fetched with the bot's token, which goes to Slack's own hosts and nowhere else."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import figures
from bot.post import UNREACHABLE, Pause, backoff, refusal, word
from store.errors import BotError, NoteError
from store.read import SUFFIXES, parse

log = logging.getLogger(__name__)

HOSTS = frozenset({"files.slack.com", "files.slack-gov.com"})
"""Where Slack keeps files."""
PATIENCE = 60.0
"""Seconds for one file, from the first byte to the last."""
TRIES = 3
CHUNK = 1 << 16

NO_SCOPE = (
    "Slack does not let me read files yet. Whoever runs me can paste the output of recap manifest into App Manifest on "
    "the app’s page and install the app again (it asks for files:read); then share the file again."
)
GONE = "Slack does not have that file any more, or does not show it to me. Share it again."
ELSEWHERE = "That file does not lie in Slack but is linked from elsewhere. Download it, and share the file itself."
LOST = "Slack did not hand the file over ({}). Share it again in a moment."

_BY_TYPE = {"text": ".txt", "markdown": ".md", "html": ".html", "pdf": ".pdf", "restructuredtext": ".rst"}
"""The suffix for what Slack calls a kind of file, where its name has none that tells."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A file as Slack describes it. ``size`` is in bytes, 0 where Slack does not say."""

    name: str
    size: int
    url: str


async def described(client: AsyncWebClient, file: Mapping[str, Any], limit: int) -> Shared:
    """What Slack says of a file in a message, looked up where the message does not tell.

    Raises ``BotError`` where that is no file for us: of another kind, larger than *limit* bytes, or out of reach.
    """
    if file.get("file_access") == "check_file_info" or not file.get("name"):
        file = await _looked_up(client, str(file.get("id") or ""))
    if file.get("is_external") or file.get("mode") == "external":
        raise BotError(ELSEWHERE)
    url = file.get("url_private_download") or file.get("url_private")
    if not isinstance(url, str) or file.get("mode") in ("tombstone", "hidden_by_limit"):
        raise BotError(GONE)
    name, size = _named(file), file.get("size")
    size = size if isinstance(size, int) else 0
    check_kind(name)
    if size > limit:
        raise _too_large(limit)
    return Shared(name, size, url)


def check_kind(name: str) -> None:
    """Raises ``NoteError``, with what to do instead, for a file of a kind that is not read."""
    if PurePosixPath(name).suffix.lower() not in SUFFIXES:
        parse(name, b"")


async def fetched(client: AsyncWebClient, shared: Shared, limit: int, pause: Pause = asyncio.sleep) -> bytes:
    """The bytes of a file, all of them and at most *limit*. Raises ``BotError``."""
    if not is_slacks(shared.url, client.base_url):
        log.error("A file was not fetched: its address is not Slack's.")
        raise BotError(GONE)
    for attempt in range(TRIES):
        if attempt:
            figures.count_retry("files.download")
            await pause(backoff(attempt))
        try:
            return await asyncio.wait_for(_fetched(client, shared, limit), PATIENCE)
        except BotError:
            raise
        except _Failing as error:
            failure = str(error)
        except UNREACHABLE as error:
            figures.count_call("files.download", 0, None)
            failure = word(error)
    log.error("A file could not be fetched (%s).", failure)
    raise BotError(LOST.format(failure))


def is_slacks(url: str, api: str) -> bool:
    """Whether an address may see the token: one of Slack's hosts for files by HTTPS, or where ``api`` itself is.

    >>> is_slacks("https://files.slack.com/a", "https://slack.com/api/"), is_slacks("http://files.slack.com/a", "")
    (True, False)
    """
    try:
        parts, own = urlsplit(url), urlsplit(api)
        if parts.username is not None or parts.password is not None:
            return False
        if (parts.scheme, parts.hostname, parts.port) == (own.scheme, own.hostname, own.port):
            return bool(parts.hostname)
        return parts.scheme == "https" and parts.hostname in HOSTS and parts.port in (None, 443)
    except ValueError:
        return False


class _Failing(Exception):
    """Slack is out of order at the moment; the text says how, in a word."""


async def _fetched(client: AsyncWebClient, shared: Shared, limit: int) -> bytes:
    headers = {"Authorization": f"Bearer {client.token}", "Accept-Encoding": "identity"}
    async with (
        aiohttp.ClientSession(auto_decompress=False, trust_env=False) as session,
        session.get(shared.url, headers=headers, allow_redirects=False, proxy=client.proxy or None) as response,
    ):
        figures.count_call("files.download", response.status, None)
        _check_status(response.status)
        data = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK):
            data += chunk
            if len(data) > limit:
                raise _too_large(limit)
        return _checked(bytes(data), shared, response.content_type)


def _check_status(status: int) -> None:
    if status == 429 or status >= 500:
        raise _Failing(f"HTTP {status}")
    if status in (404, 410):
        raise BotError(GONE)
    if status != 200:  # a redirect leads to a page to sign in, and would take the token along
        raise BotError(NO_SCOPE)


def _checked(data: bytes, shared: Shared, kind: str) -> bytes:
    """The file, if it is that: without the right to read it Slack sends a page to sign in, as if all were well."""
    if shared.size and len(data) == shared.size:
        return data
    is_page = PurePosixPath(shared.name).suffix.lower() in (".html", ".htm", ".xhtml")
    if kind == "text/html" and (shared.size or not is_page):
        raise BotError(NO_SCOPE)
    if len(data) < shared.size:
        raise _Failing("it was not whole")
    return data


async def _looked_up(client: AsyncWebClient, file: str) -> Mapping[str, Any]:
    try:
        found = (await client.files_info(file=file)).get("file")
    except SlackApiError as error:
        code = refusal(error)
        log.error("Slack does not tell about a file (%s).", code)
        raise BotError(_refused(code)) from None
    except UNREACHABLE as error:
        raise BotError(LOST.format(word(error))) from None
    if not isinstance(found, Mapping) or not found.get("name"):
        raise BotError(GONE)
    return found


def _refused(code: str) -> str:
    """What to tell a person where Slack does not tell about a file, by its word for why."""
    if code in ("missing_scope", "not_allowed_token_type"):
        return NO_SCOPE
    in_trouble = code.startswith("HTTP ") or code in ("ratelimited", "internal_error", "fatal_error")
    return LOST.format(code) if in_trouble else GONE


def _named(file: Mapping[str, Any]) -> str:
    """A file's name, with the suffix of its kind where its own tells none that we know."""
    name = str(file.get("name"))
    suffix = PurePosixPath(name).suffix.lower()
    told = _BY_TYPE.get(str(file.get("filetype")), "")
    return name if suffix in SUFFIXES and suffix else name + told


def _too_large(limit: int) -> NoteError:
    return NoteError(f"larger than {limit / 1e6:g} MB", "split it, or raise RECAP_MAX_NOTE_MB")
