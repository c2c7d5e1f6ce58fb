"""How a message reaches Slack: tried again when Slack asks for it, made plainer when Slack refuses it."""

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot import figures

log = logging.getLogger(__name__)

sdk_log = logging.getLogger("recap.slack_sdk")
"""For Slack's libraries, which would write whole payloads and addresses into a more talkative log."""
sdk_log.setLevel(logging.ERROR)

Message = dict[str, Any]
Pause = Callable[[float], Awaitable[object]]
Place = Mapping[str, Any]
"""What Slack tells of a message: its ``channel`` and ``ts``, or all of it."""

TRIES = 3
LONGEST_WAIT = 60.0
"""Seconds; when Slack asks for more patience than this, an answer has lost its use."""
UNREACHABLE = (aiohttp.ClientError, asyncio.TimeoutError, OSError)

_PLAINER = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
_REMEDIES = {
    "not_in_channel": "invite the bot to that channel: /invite @ and its name",
    "channel_not_found": "invite the bot to that channel, or see that the channel still exists",
    "is_archived": "the channel is archived",
    "missing_scope": "paste the output of recap manifest into your app's manifest and install the app again",
    "ratelimited": "Slack wants fewer messages; the answer is lost",
}


class Patience(AsyncRetryHandler):
    """Counts every answer, and tries again after 429 (waiting as long as Slack says), 5xx and broken connections.

    ``pause`` is what waits, in seconds.
    """

    def __init__(self, pause: Pause = asyncio.sleep) -> None:
        super().__init__(max_retry_count=TRIES)
        self._pause = pause

    async def can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        """Whether it is worth another try; asked about every answer, also the good ones."""
        figures.count_call(request.url, response.status_code if response else 0, response.body if response else None)
        return await super().can_retry_async(state=state, request=request, response=response, error=error)

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if request.url.endswith("/chat.postMessage") and (response is None or response.status_code != 429):
            return False  # Slack may have taken it: see first, so that nobody reads an answer twice
        if response is None:
            return isinstance(error, aiohttp.ClientConnectionError | ConnectionError)
        if response.status_code == 429:
            return retry_after(response.headers) <= LONGEST_WAIT
        return response.status_code >= 500

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        """Sleep as long as Slack asks, or longer with each attempt."""
        figures.count_retry(request.url)
        limited = response is not None and response.status_code == 429
        await self._pause(retry_after(response.headers) if response and limited else backoff(state.current_attempt))
        state.next_attempt_requested = True
        state.increment_current_attempt()


def retry_after(headers: dict[str, Any]) -> float:
    """The seconds that a 429 asks us to wait; one where it does not say."""
    for name, value in headers.items():
        if name.lower() == "retry-after":
            first = value[0] if isinstance(value, list) else value
            return float(first) if str(first).isdecimal() else 1.0
    return 1.0


def backoff(attempt: int) -> float:
    """Seconds before the next try: half a second, then twice as long each time."""
    return 0.5 * 2.0**attempt


async def to_channel(
    client: AsyncWebClient, channel: str, thread: str, message: Message, *, pause: Pause = asyncio.sleep
) -> bool:
    """Post a message, in a thread where ``thread`` names its root; False where Slack would not have it."""
    return not await posted(client, channel, thread, message, pause=pause)


async def posted(
    client: AsyncWebClient, channel: str, thread: str, message: Message, *, pause: Pause = asyncio.sleep
) -> str:
    """Like ``to_channel``, but gives Slack's word for why it would not have the message; empty if it is there."""
    return await _delivered(partial(_post, client, channel, thread, pause, []), message)


async def to_person(
    client: AsyncWebClient, user: str, message: Message, *, pause: Pause = asyncio.sleep
) -> tuple[str, str]:
    """Write to somebody directly; gives the channel and ``ts`` of that, both empty where it could not be."""
    places: list[Place] = []
    channel = await _direct(client, user)
    if not await deliver(partial(_post, client, channel, "", pause, places), message):
        return "", ""
    return str(places[-1].get("channel") or channel), str(places[-1].get("ts") or "")


async def _direct(client: AsyncWebClient, user: str) -> str:
    """The channel of direct messages with somebody; without the right to open it, Slack finds it by the person."""
    try:
        opened = (await client.conversations_open(users=user)).get("channel")
    except (SlackApiError, *UNREACHABLE):
        return user
    return str(opened.get("id") or user) if isinstance(opened, dict) else user


async def _post(
    client: AsyncWebClient, channel: str, thread: str, pause: Pause, places: list[Place], form: Message
) -> str:
    """Post once for sure, and if the line breaks, as good as never twice; gives Slack's word for a refusal.

    What Slack tells of the message that is there goes into ``places``.
    """
    marked = _marked(form)
    code = ""
    for attempt in range(TRIES + 1):
        if attempt:
            figures.count_retry("chat.postMessage")
        try:
            answer = await client.chat_postMessage(channel=channel, thread_ts=thread or None, **marked)
            places.append({name: answer.get(name) for name in ("channel", "ts")})
            return ""
        except (SlackApiError, *UNREACHABLE) as error:
            code = word(error)
            if not _may_have_arrived(error):
                return code
        if attempt < TRIES:
            await pause(backoff(attempt))
        if found := await _found(client, channel, thread, marked):
            places.append({"channel": channel, "ts": found.get("ts")})
            return ""
    return code


def _may_have_arrived(error: Exception) -> bool:
    """Whether an error leaves open what became of the message: a broken line, or a server that failed."""
    if isinstance(error, SlackApiError):
        return bool(getattr(error.response, "status_code", 200) >= 500)
    return True


def _marked(form: Message) -> Message:
    """A message that can be told from any other by the name of its first block, where Slack lets us look for it."""
    if not form.get("blocks"):
        return form
    first, *rest = form["blocks"]
    return {**form, "blocks": [{"block_id": f"recap-{secrets.token_hex(8)}", **first}, *rest]}


async def _found(client: AsyncWebClient, channel: str, thread: str, form: Message) -> Place | None:
    """A message if it did arrive. Without the right to read there, it counts as lost: twice is better than never."""
    try:
        if thread:
            read = await client.conversations_replies(channel=channel, ts=thread, limit=1000)
        else:
            read = await client.conversations_history(channel=channel, limit=100)
    except (SlackApiError, *UNREACHABLE):
        return None
    listed = read.get("messages")
    messages = listed if isinstance(listed, list) else []
    return next((one for one in messages if isinstance(one, Mapping) and _is_same(one, form)), None)


def _is_same(found: Place, form: Message) -> bool:
    if not form.get("blocks"):
        return bool(found.get("text") == form["text"])
    blocks = found.get("blocks")
    first = blocks[0] if isinstance(blocks, list) and blocks else {}
    return isinstance(first, Mapping) and bool(first.get("block_id") == form["blocks"][0]["block_id"])


async def to_response_url(
    url: str, message: Message, *, replace: bool = False, everybody: bool = False, pause: Pause = asyncio.sleep
) -> bool:
    """Show a message to the one who gave a command or pressed a button, or to ``everybody`` in the channel.

    ``replace`` puts it in the place of the one before.
    """
    hook = AsyncWebhookClient(url, logger=sdk_log, retry_handlers=[Patience(pause)])

    async def send(form: Message) -> str:
        body = {**form, "response_type": "in_channel" if everybody else "ephemeral", "replace_original": replace}
        for attempt in range(TRIES + 1):
            if attempt:
                figures.count_retry(url)
            try:
                response = await hook.send_dict(body)
            except UNREACHABLE as error:
                return type(error).__name__
            if response.status_code != 429:  # about these, and about broken lines, the hook asks its handler
                figures.count_call(url, response.status_code, None)
            if response.status_code < 500 or attempt == TRIES:  # the hook itself retries anything but 5xx
                break
            await pause(backoff(attempt))
        if response.status_code == 200:
            return ""
        named = response.status_code < 500 and re.fullmatch("[a-z_]{3,60}", response.body)
        return response.body if named else f"HTTP {response.status_code}"

    return await deliver(send, message)


def refusal(error: SlackApiError) -> str:
    """Slack's word for why it refused, or the HTTP status where it gave none."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else f"HTTP {getattr(error.response, 'status_code', '?')}"


def word(error: BaseException) -> str:
    """Slack's word for why it refused, or the kind of error where it could not be reached."""
    return refusal(error) if isinstance(error, SlackApiError) else type(error).__name__


async def deliver(send: Callable[[Message], Awaitable[str]], message: Message) -> bool:
    """Send a message, then, as long as it is its form that Slack refuses, ever plainer forms of it.

    ``send`` gives Slack's word for a refusal, or nothing. False where none of the forms came through.
    """
    return not await _delivered(send, message)


async def _delivered(send: Callable[[Message], Awaitable[str]], message: Message) -> str:
    bare = {name: value for name, value in message.items() if name != "blocks"}
    short = {**bare, "text": message["text"][:1_000]}
    code = ""
    for form in (message, bare, short):
        code = await send(form)
        if code not in _PLAINER:
            break
    if code:
        log.error("An answer could not be posted (%s): %s.", code, _REMEDIES.get(code, "Slack gave no other reason"))
    return code
