"""Questions that nobody could answer, asked again after a load."""

from bot.ask import replier
from bot.desk import Desk
from store import gaps
from store.load import Changes

TRIED = 200
"""Groups of questions that are asked again after a load."""


def settle_answered(desk: Desk, report: Changes) -> int:
    """Ask the open questions again after a load, mark those as done that it answers, and tell how many these are.

    A refused one is answered when there is an answer; a bad answer is mended only by one from what is new.
    """
    if desk.index is None or not (report.added or report.changed):
        return 0
    reply, fresh, settled = replier(desk.index), {*report.added, *report.changed}, 0
    for group in gaps.open_groups(desk.journal)[:TRIED]:
        answer = reply(group.text, ())
        new = any(cited.file in fresh for cited in answer.citations)
        done = [one for one in group.questions if not answer.refused and (new or one.refused)]
        gaps.settle(desk.journal, done, desk.clock())
        settled += bool(done)
    return settled
