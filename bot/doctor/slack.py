"""Slack, asked for two answers: whether it takes our tokens, and what it tells beside that."""

from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.access import REFUSED_OR_LOST, no_connection, no_sign_in, open_connection
from bot.doctor.check import Check, ok, trouble
from bot.manifest import manifest
from bot.post import sdk_log
from bot.settings import Settings

PATIENCE = 10
"""Seconds for each answer."""
SLOW, WRONG = 30.0, 300.0
"""Seconds by which a clock may be off before it is worth a word, and before Slack's signatures are refused."""


async def examine(settings: Settings, *, http: bool, clock: Callable[[], float]) -> list[Check]:
    """Try the tokens that are set. Opens no connection, so that a running bot notices nothing."""
    client = AsyncWebClient(
        settings.bot_token, base_url=settings.api_url, timeout=PATIENCE, logger=sdk_log, retry_handlers=[]
    )
    checks = []
    if settings.bot_token:
        checks += await _bot(settings, client, http, clock)
    if settings.app_token and not http:
        checks.append(await _socket(settings, client))
    return checks


async def _bot(settings: Settings, client: AsyncWebClient, http: bool, clock: Callable[[], float]) -> list[Check]:
    begun = clock()
    answer, error = await _answer(client.auth_test())
    headers = _headers(answer if error is None else getattr(error, "response", None))
    clocks = clock_check(headers.get("date", ""), (begun + clock()) / 2, http=http)
    if error:
        return [trouble("bot token", no_sign_in(settings, error)), *clocks]
    told = ok("bot token", f"Slack takes it: {answer.get('user')} in {answer.get('team')}.")
    return [told, scopes_check(headers.get("x-oauth-scopes"), wanted(settings)), *clocks]


async def _socket(settings: Settings, client: AsyncWebClient) -> Check:
    _, error = await _answer(open_connection(settings, client))
    if error:
        return trouble("socket", no_connection(settings, error))
    return ok("socket", "Slack lets the app-level token connect.")


async def _answer(call: Awaitable[Any]) -> tuple[Any, Exception | None]:
    try:
        return await call, None
    except REFUSED_OR_LOST as error:
        return None, error


def _headers(response: Any) -> dict[str, str]:
    headers = getattr(response, "headers", None) or {}
    return {str(name).lower(): str(value) for name, value in headers.items()} if isinstance(headers, Mapping) else {}


def wanted(settings: Settings) -> frozenset[str]:
    """The scopes that the manifest asks for."""
    return frozenset(manifest(settings)["oauth_config"]["scopes"]["bot"])


def scopes_check(granted: str | None, needed: frozenset[str]) -> Check:
    """Whether Slack grants what the manifest asks for; ``granted`` are names with commas, as in Slack's header."""
    if granted is None:
        text = "Slack's answer does not say which there are."
        return Check("scopes", "warning", text, "Look at OAuth & Permissions on the app's page.")
    missing = sorted(needed - {scope.strip() for scope in granted.split(",")})
    if not missing:
        return ok("scopes", f"All {len(needed)} are granted.")
    remedy = "Paste the output of recap manifest into App Manifest on the app's page and install the app again."
    return Check("scopes", "error", f"Missing: {', '.join(missing)}.", remedy)


def clock_check(date: str, here: float, *, http: bool) -> list[Check]:
    """How far this machine's clock (``here``, a Unix time) is from Slack's; nothing where Slack did not tell."""
    try:
        off = here - parsedate_to_datetime(date).timestamp()
    except ValueError:
        return []
    if abs(off) < SLOW:
        return [ok("clock", "It agrees with Slack's.")]
    text = f"It is {abs(off):.0f} seconds {'ahead of' if off > 0 else 'behind'} Slack's."
    refused = " Slack's calls are refused when it is off by five minutes." if http else ""
    remedy = f"Let the machine set its clock by the network (NTP).{refused}"
    return [Check("clock", "error" if http and abs(off) >= WRONG else "warning", text, remedy)]
