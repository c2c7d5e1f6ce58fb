"""Whether Slack lets us in: each token is tried once at the start, with a complaint that names it."""

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.post import UNREACHABLE, refusal, word
from bot.settings import Settings
from store.errors import BotError

REFUSED_OR_LOST = (SlackApiError, *UNREACHABLE)
"""What a call may end with in place of an answer."""


async def sign_in(settings: Settings, client: AsyncWebClient) -> None:
    """Try the bot token. Raises ``BotError`` where Slack does not take it, or cannot be reached."""
    try:
        await client.auth_test()
    except REFUSED_OR_LOST as error:
        raise no_sign_in(settings, error) from None


async def socket_address(settings: Settings, client: AsyncWebClient) -> str:
    """Where to connect to, once and soon. Raises ``BotError`` where Slack does not tell."""
    try:
        return await open_connection(settings, client)
    except REFUSED_OR_LOST as error:
        raise no_connection(settings, error) from None


async def open_connection(settings: Settings, client: AsyncWebClient) -> str:
    """Like ``socket_address``, with the errors of Slack's library."""
    return str((await client.apps_connections_open(app_token=settings.app_token))["url"])


def no_sign_in(settings: Settings, error: Exception) -> BotError:
    """What to tell a person where the bot token was tried and that failed."""
    if _out_of_order(error):
        return _unreachable(settings, word(error))
    return BotError(
        f"Slack does not accept SLACK_BOT_TOKEN ({word(error)}): install the app in your workspace "
        "and copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions at https://api.slack.com/apps."
    )


def no_connection(settings: Settings, error: Exception) -> BotError:
    """What to tell a person where the app-level token was tried and that failed."""
    if _out_of_order(error):
        return _unreachable(settings, word(error))
    return BotError(
        f"Slack does not let SLACK_APP_TOKEN connect ({word(error)}): it must be an app-level token "
        "(xapp-…) of the same app with the scope connections:write, and Socket Mode must be on. "
        "Both are on the app's page at https://api.slack.com/apps (Basic Information, Socket Mode)."
    )


def _out_of_order(error: Exception) -> bool:
    """Whether what answered is no Slack in good order: nothing, a failing server, a proxy's page, a limit."""
    if not isinstance(error, SlackApiError):
        return True
    return refusal(error).startswith("HTTP ") or getattr(error.response, "status_code", 200) != 200


def _unreachable(settings: Settings, reason: str) -> BotError:
    return BotError(
        f"Slack cannot be reached at {settings.api_url} ({reason}): check the network, "
        "the proxy (HTTPS_PROXY) and SLACK_API_URL."
    )
