"""Questions that are asked without a conversation: by a shortcut, in the search form, with an example on Home."""

from functools import partial

from bot import views
from bot.asking import TOO_FAST
from bot.inbox import Incoming
from bot.manners import is_too_fast
from bot.post import Message
from bot.reach import Visit
from intents.base import counted
from store.errors import BotError


async def answered(
    visit: Visit, text: str, surface: str, channel: str, *, thread: str = "", private: bool = False
) -> tuple[str, Message]:
    """The ticket and the message of an answer that leans on nothing said before, and restates the question.

    ``private`` is one that can be shared. Raises ``BotError`` for somebody who asks too much at a time.
    """
    most = visit.settings.rate_person
    if is_too_fast(visit.desk.door, visit.deed.user, most):
        raise BotError(TOO_FAST.format(counted(most, "question")))
    user = visit.deed.user
    incoming = Incoming(
        text=text,
        conversation=f"{channel}:{thread}:{user}",
        memory=0.0,
        surface=surface,
        user=user,
        channel=channel,
        thread=thread,
    )
    return await visit.desk.in_thread(partial(_answered, visit, incoming, private))


def _answered(visit: Visit, incoming: Incoming, private: bool) -> tuple[str, Message]:
    asked = visit.desk.answer(incoming)
    return asked.ticket, views.message(asked.answer, asked=incoming.text, ticket=asked.ticket, private=private)
