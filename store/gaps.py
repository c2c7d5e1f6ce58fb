"""Questions that the notes do not answer, filed for those who keep the notes."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from store.errors import BotError
from store.journal import Journal
from store.terms import SMALL_WORDS
from store.text import clean, fold, stem, words

LONGEST = 1_000
"""Characters of a question that are filed."""
NOT_KEPT = "No question may be written down here (RECAP_KEEP_DAYS=0), so please tell those who keep the notes yourself."
ALIKE = 82.0
"""From how alike on (0 to 100) two questions count as one."""
_IDLE = frozenset(
    map(stem, [*SMALL_WORDS, *"said say says tell anything something somebody people after notes".split()])
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that somebody wants answered by the notes; ``at`` is in seconds since 1970."""

    text: str
    user: str
    at: float


def file(journal: Journal, ticket: str, user: str, text: str, now: float) -> bool:
    """File a question, once a person and ticket; False where that was done before.

    Raises ``BotError`` where no question may be written down.
    """
    if journal.unwritten:
        raise BotError(NOT_KEPT)
    with journal.writing(lasting=True) as db:
        cursor = db.execute(
            "insert into gaps (at, text, user, ticket, done) values (?, ?, ?, ?, 0) on conflict do nothing",
            [now, clean(text)[:LONGEST], user, ticket],
        )
        return cursor.rowcount == 1


def unanswered(journal: Journal, limit: int = 200) -> tuple[Gap, ...]:
    """The open questions, newest first."""
    rows = journal.db.execute(
        "select text, user, at from gaps where done = 0 order by at desc, id desc limit ?", [limit]
    )
    return tuple(Gap(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class Question:
    """A question that got no answer, or a bad one; ``refused`` tells that the notes had nothing at all."""

    ticket: str
    user: str
    text: str
    at: float
    refused: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask for as good as the same, the newest first."""

    questions: tuple[Question, ...]

    @property
    def text(self) -> str:
        """What stands for all of them."""
        return self.questions[0].text

    @property
    def ticket(self) -> str:
        """What names the group as long as nobody asks the same again."""
        return self.questions[0].ticket

    @property
    def people(self) -> int:
        """How many asked."""
        return len({question.user for question in self.questions})


_OPEN = """
select ticket, user, text, at, 1 from gaps where done = 0
union all
select r.ticket, r.user, s.text, r.at, 0 from ratings r join shown s on s.ticket = r.ticket
where r.helpful = 0 and not exists (select 1 from gaps g where g.ticket = r.ticket and g.user = r.user)
union all
select a.ticket, s.user, s.text, a.at, 1 from answers a join shown s on s.ticket = a.ticket
where a.refused and not exists (select 1 from gaps g where g.ticket = a.ticket)
and not exists (select 1 from ratings r where r.ticket = a.ticket and r.helpful = 0)
order by 4 desc limit ?
"""


def open_groups(journal: Journal, limit: int = 500) -> tuple[Group, ...]:
    """The open questions (the last *limit*): filed, refused or thumbed down; alike ones together, most asked first."""
    groups: list[tuple[str, list[Question]]] = []
    for ticket, user, text, at, refused in journal.db.execute(_OPEN, [limit]):
        question, key = Question(ticket, user, text, at, bool(refused)), _key(text)
        scores = [(fuzz.ratio(key, known), place) for place, (known, _) in enumerate(groups)]
        best, place = max(scores, default=(0.0, 0))
        if best >= ALIKE:
            groups[place][1].append(question)
        else:
            groups.append((key, [question]))
    return tuple(sorted((Group(tuple(of)) for _, of in groups), key=lambda group: -len(group.questions)))


def settle(journal: Journal, questions: Iterable[Question], now: float) -> None:
    """Mark questions as done; their words are not kept any longer for that."""
    with journal.writing(lasting=True) as db:
        for question in questions:
            db.execute(
                "insert into gaps (at, text, user, ticket, done) values (?, '', ?, ?, 1) "
                "on conflict (ticket, user) do update set done = 1, text = ''",
                [now, question.user, question.ticket],
            )


def _key(text: str) -> str:
    """What a question is about, whatever the order and the small words: its stems, sorted."""
    return " ".join(sorted({stem(word) for word in words(text)} - _IDLE)) or fold(text)
