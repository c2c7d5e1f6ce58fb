"""Threads in which people may go on without a mention, channels that were greeted, questions that open a thread."""

from store.journal import AHEAD, DAY, Journal


def follow(journal: Journal, channel: str, root: str, user: str, now: float) -> None:
    """Let somebody go on in a thread for a day from now, unless that was stopped there."""
    with journal.writing() as db:
        db.execute("delete from threads where until not between ? and ?", [now, now + DAY + AHEAD])
        db.execute(
            "insert into threads (key, user, until, stopped) values (?, ?, ?, 0) on conflict (key) do update "
            "set until = excluded.until where stopped = 0",
            [_key(channel, root, user), user, now + DAY],
        )


def is_followed(journal: Journal, channel: str, root: str, user: str, now: float) -> bool:
    """Whether somebody may go on in a thread without a mention."""
    found = journal.db.execute(
        "select 1 from threads where key = ? and until between ? and ? and stopped = 0",
        [_key(channel, root, user), now, now + DAY + AHEAD],
    )
    return found.fetchone() is not None


def stop(journal: Journal, channel: str, root: str, user: str, now: float) -> None:
    """Follow somebody in a thread no more; for a day, being asked there by a mention does not change that."""
    with journal.writing() as db:
        db.execute(
            "insert into threads (key, user, until, stopped) values (?, ?, ?, 1) on conflict (key) do update "
            "set until = excluded.until, stopped = 1",
            [_key(channel, root, user), user, now + DAY],
        )


def greet(journal: Journal, channel: str, now: float) -> bool:
    """Whether a channel is to be greeted: the first time that somebody asks this."""
    with journal.writing() as db:
        added = db.execute("insert or ignore into greeted (channel, at) values (?, ?)", [channel, now])
        return added.rowcount == 1


def branch(journal: Journal, trunk: str, conversation: str, text: str, now: float, within: float) -> None:
    """Begin a conversation of its own with a question that may lean on the last ones of another, the trunk.

    The questions of the trunk (those without a pause of over ``within`` seconds) become the new conversation's, and
    *text* becomes the last of the trunk.
    """
    for earlier in journal.earlier(trunk, now, within):
        journal.remember(conversation, earlier, now)
    journal.remember(trunk, text, now)


def _key(channel: str, root: str, user: str) -> str:
    return f"{channel}:{root}:{user}"
