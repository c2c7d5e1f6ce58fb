"""Whether Slack lets us in: each token is tried once at the start, with a complaint that names it."""

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.post import UNREACHABLE, refusal
from bot.settings import Settings
from store.errors import BotError


async def sign_in(settings: Settings, client: AsyncWebClient) -> None:
    """Try the bot token. Raises ``BotError`` where Slack does not take it, or cannot be reached."""
    try:
        await client.auth_test()
    except SlackApiError as error:
        if _out_of_order(error):
            raise _unreachable(settings, refusal(error)) from None
        raise BotError(
            f"Slack does not accept SLACK_BOT_TOKEN ({refusal(error)}): install the app in your workspace "
            "and copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions at https://api.slack.com/apps."
        ) from None
    except UNREACHABLE as error:
        raise _unreachable(settings, type(error).__name__) from None


async def socket_address(settings: Settings, client: AsyncWebClient) -> str:
    """Where to connect to, once and soon. Raises ``BotError`` where Slack does not tell."""
    try:
        return await open_connection(settings, client)
    except SlackApiError as error:
        if _out_of_order(error):
            raise _unreachable(settings, refusal(error)) from None
        raise BotError(
            f"Slack does not let SLACK_APP_TOKEN connect ({refusal(error)}): it must be an app-level token "
            "(xapp-…) of the same app with the scope connections:write, and Socket Mode must be on. "
            "Both are on the app's page at https://api.slack.com/apps (Basic Information, Socket Mode)."
        ) from None
    except UNREACHABLE as error:
        raise _unreachable(settings, type(error).__name__) from None


async def open_connection(settings: Settings, client: AsyncWebClient) -> str:
    """Like ``socket_address``, with the errors of Slack's library."""
    return str((await client.apps_connections_open(app_token=settings.app_token))["url"])


def _out_of_order(error: SlackApiError) -> bool:
    """Whether what answered is no Slack in good order: a failing server, a proxy's page, a limit."""
    code = refusal(error)
    return code.startswith("HTTP ") or getattr(error.response, "status_code", 200) != 200


def _unreachable(settings: Settings, reason: str) -> BotError:
    return BotError(
        f"Slack cannot be reached at {settings.api_url} ({reason}): check the network, "
        "the proxy (HTTPS_PROXY) and SLACK_API_URL."
    )
