"""What a load costs after some of many notes changed, beside a load of nothing but those.

    python -m bench.changed [--notes 10000] [--changed 1000] [--rounds 3] [--folder FOLDER] [--json FILE]

In each round other notes change, one in so many of all: a paragraph more, in their own words. Both loads have a process
of their own each and run one after the other, so that what else the machine is doing hits both.
"""

import argparse
import json
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import synthetic
from bench.machine import machine
from bench.scale import alone, load

NOTES, CHANGED, ROUNDS = 10_000, 1_000, 3
A_NOTE = sum(synthetic.PASSAGES_A_NOTE) // 2
"""Passages of a note, on average."""


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds by the clock and of all processors: the load after the change, and that of the changed notes alone."""

    again: float
    again_processor: float
    own: float
    own_processor: float


def measure(notes: int, changed: int, rounds: int, folder: Path, seed: int = 1) -> list[Round]:
    """What each round took. The notes are left as the last round made them."""
    held, index = folder / f"changed-{seed}-{notes}", folder / f"changed-{seed}-{notes}.db"
    if not held.exists():
        alone(synthetic.write, synthetic.Corpus(seed, notes * A_NOTE), held)
    files = sorted(path for path in held.rglob("*") if path.is_file())
    alone(load, held, index)
    every = max(1, len(files) // changed)
    return [_round(held, index, files[place::every][:changed], place) for place in range(rounds)]


def _round(held: Path, index: Path, files: Sequence[Path], number: int) -> Round:
    with tempfile.TemporaryDirectory(prefix="bench-changed-", dir=index.parent) as made:
        for path in files:
            change(path, number)
            own = Path(made, "notes", path.relative_to(held))
            own.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, own)
        again = alone(load, held, index)
        alone_ = alone(load, Path(made, "notes"), Path(made, "own.db"))
    return Round(again[0], again[1], alone_[0], alone_[1])


def change(path: Path, number: int) -> None:
    """One paragraph more, of the note's own last words."""
    text = path.read_text(encoding="utf-8")
    told = " ".join(word for word in text.split()[-30:] if word.isalpha())
    path.write_text(f"{text}\n\nIn remark {number} of the week somebody went on about {told} once more.\n", "utf-8")


def ratio(rounds: Sequence[Round]) -> tuple[float, float]:
    """How many times as long a load after the change takes, by the clock and by the processors: medians."""
    clock = statistics.median(one.again / one.own for one in rounds)
    return clock, statistics.median(one.again_processor / one.own_processor for one in rounds)


def main() -> None:
    """Measure, print, and keep the figures as JSON where that is asked for."""
    parser = argparse.ArgumentParser(prog="bench.changed", description="Measure a load after some notes changed.")
    parser.add_argument("--notes", type=int, default=NOTES)
    parser.add_argument("--changed", type=int, default=CHANGED)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--folder", type=Path, help="where notes and index are made and kept (default: nowhere)")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        folder = given.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        rounds = measure(given.notes, given.changed, given.rounds, folder)
    for one in rounds:
        print(
            f"{given.changed:,} of {given.notes:,} changed: {one.again:.1f} s ({one.again_processor:.1f} s of "
            f"processors); those alone: {one.own:.1f} s ({one.own_processor:.1f} s)"
        )
    clock, processor = ratio(rounds)
    print(f"{clock:.2f} times as long by the clock, {processor:.2f} times by the processors (medians)")
    if given.json:
        told = {"machine": machine(), "rounds": [asdict(one) for one in rounds], "clock": clock, "processor": processor}
        given.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
