"""Who administrates: the members that RECAP_ADMINS lists, and those of the user groups in it."""

import logging
from collections.abc import Collection
from functools import partial

from slack_bolt.async_app import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import views
from bot.ask import STATE_TROUBLE, trace
from bot.desk import Desk, Payload
from bot.manners import objection
from bot.post import UNREACHABLE, to_person, word
from bot.reach import Visit, Work, whisper
from bot.settings import Settings
from store import audit, switches

log = logging.getLogger(__name__)

FRESH = 60.0
"""Seconds for which we go by what Slack said of a group, so that who leaves it is turned away soon."""
TOLD = 20
"""Admins who are written to; more of them are a crowd."""
NOBODY = "{} is not open to anybody yet: who runs Recap can list member IDs in RECAP_ADMINS."
ADMINS_ONLY = "{} is for the people listed in RECAP_ADMINS; ask one of them."


async def is_admin(desk: Desk, settings: Settings, client: AsyncWebClient, user: str) -> bool:
    """Whether somebody administrates. A group that Slack does not show us right now lets nobody in."""
    if not user or user in settings.admins:
        return bool(user)
    for group in sorted(groups(settings.admins)):
        if user in await _members(desk, client, group):
            return True
    return False


def for_admins(what: str, work: Work) -> Work:
    """The same work for admins alone; others are told so privately. ``what`` names it in a sentence's beginning."""
    return partial(_if_admin, what, work)


async def _if_admin(what: str, work: Work, visit: Visit) -> None:
    if await is_admin(visit.desk, visit.settings, visit.client, visit.deed.user):
        await work(visit)
        return
    await whisper(visit, views.sentence(refusal(visit.settings, what)))


async def turned_away(visit: Visit, context: AsyncBoltContext, body: Payload, what: str) -> str:
    """Why somebody may not do what is for admins, in a sentence for them; empty where they may."""
    if reason := await objection(visit.desk.door, visit.settings, context, body):
        return reason
    if await is_admin(visit.desk, visit.settings, visit.client, visit.deed.user):
        return ""
    return refusal(visit.settings, what)


def refusal(settings: Settings, what: str) -> str:
    """What somebody is told who may not do something."""
    return (ADMINS_ONLY if settings.admins else NOBODY).format(what)


async def write_down(visit: Visit, action: str, detail: str = "") -> None:
    """Note what an admin did. A state file that fails costs the note, but not what was done."""
    desk = visit.desk
    try:
        await desk.in_thread(audit.note, desk.journal, visit.deed.user, action, detail, desk.clock())
    except STATE_TROUBLE as error:
        log.error("The state file cannot be written, so an admin's action is not noted:\n%s", trace(error))


async def pause(visit: Visit, *, on: bool) -> None:
    """Keep the clock and the folder from loading, or let them again; a state file that fails only costs that."""
    desk = visit.desk
    try:
        await desk.in_thread(partial(switches.switch, desk.journal, switches.PAUSED, on=on))
    except STATE_TROUBLE as error:
        log.error("The state file cannot be written, so automatic reload goes on as before:\n%s", trace(error))


async def is_paused(desk: Desk) -> bool:
    """Whether an undo is to last. A state file that cannot tell counts as yes: nobody waits for this load."""
    try:
        return await desk.in_thread(partial(switches.is_on, desk.journal, switches.PAUSED))
    except STATE_TROUBLE as error:
        log.error("The state file cannot be read, so nothing is loaded by itself:\n%s", trace(error))
        return True


async def tell_all(desk: Desk, settings: Settings, client: AsyncWebClient, text: str) -> None:
    """Write to each admin directly, to at most ``TOLD`` of them. What cannot be sent is logged."""
    users = settings.admins - groups(settings.admins)
    for group in sorted(groups(settings.admins)):
        users |= await _members(desk, client, group)
    for user in sorted(users)[:TOLD]:
        try:
            await to_person(client, user, views.sentence(text), pause=desk.pause)
        except (SlackApiError, *UNREACHABLE) as error:
            log.error("An admin could not be told that loading has failed or works again (%s).", word(error))


def groups(admins: Collection[str]) -> frozenset[str]:
    """Those of the IDs that are user groups'.

    >>> groups({"U012AB3CD", "S012AB3CD"})
    frozenset({'S012AB3CD'})
    """
    return frozenset(one for one in admins if one.startswith("S"))


async def _members(desk: Desk, client: AsyncWebClient, group: str) -> frozenset[str]:
    at, known = desk.groups.get(group, (0.0, None))
    if known is not None and abs(desk.clock() - at) < FRESH:
        return known
    try:
        listed = (await client.usergroups_users_list(usergroup=group)).get("users")
    except (SlackApiError, *UNREACHABLE) as error:
        log.error(
            "Slack does not say who is in a user group of RECAP_ADMINS (%s): see that the group exists, and paste the "
            "output of recap manifest into your app's manifest, which asks for usergroups:read.",
            word(error),
        )
        return frozenset()
    members = frozenset(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else frozenset()
    desk.groups[group] = desk.clock(), members
    return members
