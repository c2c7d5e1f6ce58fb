"""The whole bot is killed while people press and write: what Slack was told to have arrived is kept."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
from e2e.served import ADA, ANN, BEN, HTTP, OPEN_TO_ALL, SOCKET, Served, manifest

from bot.names import FEEDBACK_FORM, RATE
from bot.playground import Playground
from bot.playground.record import Delivery
from bot.playground.workspace import ENGINEERING, Message, View
from reliability.amounts import amount
from store.checkup import look
from store.load import reload

TIMES = amount(1, 100)
"""How often for each of the two ways that Slack knows."""
STALL = 0.5
"""Seconds for which another process holds the state file in every other round."""
ASKED = ("what was said about Kuryr", "Prometheus", "what was said about Tokyo")


@dataclass(frozen=True)
class Press:
    """A thumb, or a remark in the form behind one, on its way to the bot."""

    delivery: Delivery
    ticket: str
    user: str
    told: int | str


def ticket(answer: Message) -> str:
    found = [one for block in answer.blocks for one in block.get("elements", ()) if one.get("action_id") == RATE]
    return str(found[0]["positive_button"]["value"]).partition(":")[2]


def form_about(bot: Served, answer: Message) -> View:
    """The form that opens when somebody does not like an answer."""
    bot.press(BEN, answer, RATE, "negative")
    return bot.window(BEN, FEEDBACK_FORM)


def all_at_once(bot: Served, form: View, answers: list[Message], number: int) -> list[Press]:
    """A remark about the first answer, and thumbs of two people on every other."""
    about, *others = answers
    remark = f"remark {number}"
    sent = bot.slack.submit(BEN, form, {"reason": "old", "remark": remark})
    thumbs = [(user, answer) for user in (ANN, ADA) for answer in others]
    pressed = [Press(bot.slack.press(user, one, RATE, "positive"), ticket(one), user, 1) for user, one in thumbs]
    return [Press(sent, ticket(about), BEN, remark), *pressed]


@contextmanager
def busy(state: Path) -> Iterator[None]:
    """Somebody else writes into the state file for a while."""
    with closing(sqlite3.connect(state, isolation_level=None)) as db:
        db.execute("begin immediate")
        yield


def forget_thumbs(state: Path) -> None:
    with closing(sqlite3.connect(state)) as db, db:
        db.execute("delete from ratings")


def not_kept(state: Path, presses: list[Press]) -> list[Press]:
    """What was acknowledged and is not in the state file."""
    with closing(sqlite3.connect(state)) as db:
        kept = {row[:2]: row[2:] for row in db.execute("select ticket, user, helpful, remark from ratings")}
    return [one for one in presses if one.told not in kept.get((one.ticket, one.user), ())]


def killed_among_presses(bot: Served, answers: list[Message], state: Path, number: int, after: float) -> list[Press]:
    """What was acknowledged before the bot was killed, so long after people began to press; 0: while it must wait."""
    forget_thumbs(state)
    form = form_about(bot, answers[0])
    with nullcontext() if after else busy(state):
        presses = all_at_once(bot, form, answers, number)
        time.sleep(after or STALL)
        bot.kill()
    if modal := bot.workspace.modal(BEN):
        bot.slack.close_view(BEN, modal)
    return [one for one in presses if one.delivery.acked]


@contextmanager
def process(bot: Served) -> Iterator[Served]:
    """A bot that nobody waits for in vain on a machine that does other work for hours; it does not outlive the test."""
    bot.patience = 120.0
    try:
        yield bot
    finally:
        if bot.is_running():
            bot.kill()


@pytest.mark.parametrize("mode", [SOCKET, HTTP])
def test_a_thumb_or_remark_that_was_acknowledged_is_kept_whenever_the_bot_is_killed(mode, notes, tmp_path, tally):
    reload(notes, tmp_path / "recap.db")
    state = tmp_path / "state.db"
    settings = {"RECAP_DB": str(tmp_path / "recap.db"), "RECAP_STATE": str(state), **OPEN_TO_ALL}
    chance, kept, gone, early = random.Random(mode), 0, list[Press](), 0
    with Playground(manifest(mode, ())) as slack, process(Served(slack, mode, tmp_path, settings)) as bot:
        bot.start()
        answers = [bot.ask(ANN, ENGINEERING, text) for text in ASKED]
        form = form_about(bot, answers[0])
        begun = time.perf_counter()
        presses = all_at_once(bot, form, answers, 0)
        bot.wait(lambda: all(one.delivery.acked for one in presses))
        lasts = time.perf_counter() - begun
        for number in range(1, TIMES + 1):
            stalled = number % 2 == (mode == HTTP)
            acknowledged = killed_among_presses(
                bot, answers, state, number, 0 if stalled else lasts * chance.uniform(0.01, 1)
            )
            lost = not_kept(state, acknowledged)
            gone, kept, early = gone + lost, kept + len(acknowledged), early + (len(acknowledged) < len(presses))
            assert not look(state).faults
            if number < TIMES:
                bot.start()
        bot.check_log()
    note = f"{kept} thumbs and remarks were acknowledged; {early} kills came before all were"
    tally(f"kill -9 of recap serve while people press ({mode})", TIMES, len(gone), note)
    assert not gone
