"""Backups while the notes are loaded again and again, and people ask: each is of one moment."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from conftest import NOTES

from reliability.amounts import amount
from reliability.test_kill import ROOT, ask_about, is_sound, kept_questions, places_in
from store.backup import back_up, restore
from store.load import reload

LOADS = """
import sys
from pathlib import Path
from store.journal import Journal
from store.load import reload
folder, index, state = map(Path, sys.argv[1:])
journal, number = Journal(state), 0
while True:
    number += 1
    for name in ("one.md", "two.md"):
        bird = "heron" if number % 2 else "stork"
        (folder / name).write_text(f"# {name}\\n\\nThe {bird} of {name} flew over the hall.\\n")
    reload(folder, index)
    journal.remember("C", f"question {number}", 1_900_000_000.0)
    print(number, flush=True)
"""


def test_a_backup_at_work_is_of_one_moment(tmp_path: Path, held: Callable[..., object], tally) -> None:
    times = amount(5, 200)
    notes = tmp_path / "notes"
    notes.mkdir()
    for path in NOTES.glob("*.md"):
        (notes / path.name).write_bytes(path.read_bytes())
    places = places_in(tmp_path)
    ask_about(places.state, "the first question")
    command = [sys.executable, "-c", LOADS, notes, places.index, places.state]
    seen = set()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as busy:
        busy.stdout.readline()
        for number in range(times):
            back_up(tmp_path / f"{number}.zip", places, with_index=True)
            time.sleep(0.02)
        assert busy.poll() is None
        busy.kill()
    for number in range(times):
        there = places_in(tmp_path / f"there-{number}")
        restore(tmp_path / f"{number}.zip", there)
        assert is_sound(there.index)
        assert is_sound(there.state)
        asked = [int(text.split()[1]) for text in kept_questions(there.state) if text.startswith("question")]
        assert asked == list(range(asked[0], asked[0] + len(asked)))
        texts = " ".join(text for _, _, text, *_ in held(there.index)["passages"])
        assert ("heron of one" in texts) == ("heron of two" in texts) != ("stork of one" in texts)
        shutil.rmtree(tmp_path / f"there-{number}")
        seen.add("heron of one" in texts)
    tally("backups with the index while another process loads without rest", times, note=f"{len(seen)} states met")
    assert reload(notes, places.index).notes
