"""How a message reaches Slack: tried again when Slack asks for it, made plainer when Slack refuses it."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

log = logging.getLogger(__name__)

sdk_log = logging.getLogger("recap.slack_sdk")
"""For Slack's libraries, which would write whole payloads and addresses into a more talkative log."""
sdk_log.setLevel(logging.ERROR)

Message = dict[str, Any]
Pause = Callable[[float], Awaitable[object]]

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
    """Tries again after 429 (waiting as long as Slack says), 5xx and broken connections.

    ``pause`` is what waits, in seconds.
    """

    def __init__(self, pause: Pause = asyncio.sleep) -> None:
        super().__init__(max_retry_count=TRIES)
        self._pause = pause

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
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


async def to_channel(client: AsyncWebClient, channel: str, thread: str, message: Message) -> bool:
    """Post a message, in a thread where ``thread`` names its root; False where Slack would not have it."""

    async def send(form: Message) -> str:
        try:
            await client.chat_postMessage(channel=channel, thread_ts=thread or None, **form)
        except SlackApiError as error:
            return refusal(error)
        except UNREACHABLE as error:
            return type(error).__name__
        return ""

    return await deliver(send, message)


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
            try:
                response = await hook.send_dict(body)
            except UNREACHABLE as error:
                return type(error).__name__
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


async def deliver(send: Callable[[Message], Awaitable[str]], message: Message) -> bool:
    """Send a message, then, as long as it is its form that Slack refuses, ever plainer forms of it.

    ``send`` gives Slack's word for a refusal, or nothing. False where none of the forms came through.
    """
    bare = {name: value for name, value in message.items() if name != "blocks"}
    short = {**bare, "text": message["text"][:1_000]}
    code = ""
    for form in (message, bare, short):
        code = await send(form)
        if not code:
            return True
        if code not in _PLAINER:
            break
    log.error("An answer could not be posted (%s): %s.", code, _REMEDIES.get(code, "Slack gave no other reason"))
    return False
