"""Notes that are rewritten again and again: every sentence of a round carries its mark, so that no two can be mixed."""

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from bench import synthetic
from bench.typos import edited

MARK = re.compile(r"\bdraft(\d{4})\b", re.IGNORECASE)
NOTES, SENTENCES = 24, 12
TOPICS = (
    "turbines ferries beehives lanterns orchards glaciers saddles kettles violins windmills carpets marmalade".split()
)
DEEDS = "repaired painted counted measured borrowed delivered polished described".split()
PEOPLE = tuple(map(synthetic.person, range(3, 400, 37)))
QUESTIONS = (
    "what was said about {topic}?",
    "{topic}",
    "{wrong}",
    "anything on {wrong} please",
    "what was said about {wrong} and {other}",
    "who talked about {topic}",
    "timeline of {topic}",
    "compare {topic} and {other}",
    "summarise {topic}",
)


def name_of(number: int) -> str:
    """What only the notes of one round write about: a word that is unlike those of other rounds."""
    return "".join(random.Random(number).choices(synthetic.SYLLABLES, k=5))


def write(folder: Path, number: int) -> None:
    """Make the notes those of a round: most are rewritten, one goes, one comes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"only-{number - 1}.md").unlink(missing_ok=True)
    for place in range(NOTES):
        (folder / f"note-{place}.md").write_text(_note(number, place))
    (folder / f"only-{number}.md").write_text(_note(number, NOTES))


def _note(number: int, place: int) -> str:
    chance, mark = random.Random(f"{number} {place}"), f"draft{number:04}"
    told = "\n\n".join(_sentence(chance, mark, number) for _ in range(SENTENCES))
    return f"---\ntitle: {mark} of notebook {place}\ndate: 2016-04-{place % 28 + 1:02}\n---\n\n{told}\n"


def _sentence(chance: random.Random, mark: str, number: int) -> str:
    first, second = chance.sample([*TOPICS, name_of(number)], 2)
    aside = " ".join(chance.choices(synthetic.SYLLABLES, k=chance.randint(3, 9)))
    return (
        f"In {mark} {chance.choice(PEOPLE)} {chance.choice(DEEDS)} the {first} beside the {second}, "
        f"and {aside} was {chance.choice(DEEDS)} on day {chance.randint(1, 90)}."
    )


def question(chance: random.Random) -> tuple[str, bool]:
    """A question about the notes of every round, and whether it is sure to find them: no typo is in it."""
    (topic, other), template = chance.sample(TOPICS, 2), chance.choice(QUESTIONS)
    return template.format(topic=topic, other=other, wrong=edited(topic, chance)), "wrong" not in template


@dataclass
class Times:
    """When each round's notes began to be written, and when they were loaded: seconds since 1970."""

    begun: list[float] = field(default_factory=list)
    loaded: list[float] = field(default_factory=list)

    def possible(self, asked: float, answered: float) -> set[int]:
        """The rounds that an answer may quote: not one that was to come, nor one that another had replaced."""
        return {
            number
            for number, begun in enumerate(self.begun)
            if begun <= answered and (number + 1 >= len(self.loaded) or self.loaded[number + 1] >= asked)
        }
