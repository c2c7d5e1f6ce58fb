"""Where to refuse: the floor chosen on one half of marked questions, and checked on the other half.

    python -m bench.floor QUESTIONS.jsonl:NOTES [QUESTIONS.jsonl:NOTES ...]

A question's half hangs on its id alone, and follow-ups go with the question before them. Questions whose answers are
not single passages (summary, compare) are left out. The floor for words that stand for others moves along.
"""

import argparse
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from zlib import crc32

from bot.evaluate import questions, run
from bot.judge import Row, judged
from store import search
from store.index import open_index
from store.load import reload

FLOORS = tuple(n / 20 for n in range(4, 17))
LEFT_OUT = ("summary", "compare")
COLUMNS = ("hit@3", "wrongly refused", "rightly refused")

Judged = list[dict[str, float]]


def halves(asked: Sequence[Row]) -> tuple[set[str], set[str]]:
    """The ids of both halves."""
    before = {row["id"]: row.get("after") for row in asked}

    def first(id: str) -> str:
        while before.get(id):
            id = str(before[id])
        return id

    one = {row["id"] for row in asked if crc32(first(row["id"]).encode()) % 2}
    return one, {row["id"] for row in asked} - one


def measured(pairs: Iterable[tuple[Path, Path]], floors: Sequence[float]) -> dict[float, tuple[Judged, Judged]]:
    """What becomes of the questions of each half at each floor."""
    found: dict[float, tuple[Judged, Judged]] = {floor: ([], []) for floor in floors}
    shipped, loose = search.FLOOR, search.LOOSE_FLOOR
    for file, notes in pairs:
        asked = questions(file.read_text(encoding="utf-8").splitlines(), file.name)
        chosen, _ = halves(asked)
        with tempfile.TemporaryDirectory(prefix="bench-floor-") as folder:
            reload(notes, Path(folder, "index.db"))
            index = open_index(Path(folder, "index.db"))
            for floor in floors:
                search.FLOOR, search.LOOSE_FLOOR = floor, floor * loose / shipped
                for row, output in zip(asked, run(asked, index), strict=True):
                    if row["kind"] not in LEFT_OUT:
                        found[floor][row["id"] not in chosen].append(judged(row, output))
            search.FLOOR, search.LOOSE_FLOOR = shipped, loose
            index.close()
    return found


def figures(rows: Judged) -> tuple[float, float, float]:
    """hit@3, and the shares that were refused of what the notes answer, and of what they do not."""
    return tuple(
        fmean([row[name] for row in rows if name in row] or [float("nan")])
        for name in ("hit@3", "wrong refusal", "refused")
    )  # type: ignore[return-value]


def merit(rows: Judged) -> float:
    """What a floor is chosen by: questions answered rightly or refused rightly, as a share of both kinds."""
    hit, _, refused = figures(rows)
    return hit + refused


def best(found: dict[float, tuple[Judged, Judged]]) -> float:
    """The middle of the floors that serve the first half best."""
    top = max(merit(one) for one, _ in found.values())
    level = [floor for floor, (one, _) in found.items() if merit(one) >= top - 1e-9]
    return level[len(level) // 2]


def markdown(found: dict[float, tuple[Judged, Judged]]) -> str:
    """A row a floor: both halves, the chosen floor marked."""
    chosen = best(found)
    lines = [
        f"| floor | {' | '.join(COLUMNS)} | {' | '.join(COLUMNS)} |",
        f"|---:|{'---:|' * 6}",
        *(
            f"| {floor:.2f}{' (chosen)' if floor == chosen else ''} | "
            + " | ".join(f"{figure:.2f}" for half in pair for figure in figures(half))
            + " |"
            for floor, pair in found.items()
        ),
    ]
    counts = [len(half) for half in found[chosen]]
    return "\n".join([*lines, "", f"The first three columns: the half it is chosen on ({counts[0]} questions); the "
                      f"others: the rest ({counts[1]})."])  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="bench.floor", description="Choose the floor on one half, check the other.")
    parser.add_argument("pairs", nargs="+", metavar="QUESTIONS:NOTES")
    pairs = [one.rsplit(":", 1) for one in parser.parse_args().pairs]
    print(markdown(measured([(Path(file), Path(notes)) for file, notes in pairs], FLOORS)))


if __name__ == "__main__":
    main()
