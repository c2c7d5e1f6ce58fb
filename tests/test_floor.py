"""The floor is chosen on one half of the questions; what was chosen depends on nothing else."""

import json

import pytest

from bench.floor import best, halves, markdown, measured
from store import search

NOTES = "# Tokyo\n\nKuryr was shown on stage by two people.\n\n# Food\n\nThe soup was cold on both days.\n"
GOLD = [{"file": "tokyo.md", "quote": "Kuryr was shown on stage"}]


@pytest.fixture
def pair(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "tokyo.md").write_text(NOTES, encoding="utf-8")
    rows = [{"id": f"a{n}", "text": "what about Kuryr on the stage", "gold": GOLD} for n in range(6)]
    rows += [{"id": f"b{n}", "text": "Zanzibar soup", "gold": []} for n in range(6)]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return tmp_path / "q.jsonl", tmp_path / "notes"


def test_halves_part_the_questions_and_keep_follow_ups_with_the_first():
    asked = [{"id": str(n), **({"after": str(n - 1)} if n % 3 else {})} for n in range(60)]
    one, other = halves(asked)
    assert one | other == {row["id"] for row in asked}
    assert not one & other
    assert one
    assert other
    assert all(({str(n), str(n + 1), str(n + 2)} <= one) or not ({str(n), str(n + 2)} & one) for n in range(0, 60, 3))


def test_a_floor_is_measured_on_both_halves_and_left_as_it_was(pair):
    shipped = search.FLOOR
    found = measured([pair], [0.0, 0.5, 1.5])
    assert shipped == search.FLOOR
    assert [sum(map(len, both)) for both in found.values()] == [12, 12, 12]
    assert best(found) == 0.5  # lower answers what is not there, higher refuses what is
    assert "0.50 (chosen)" in markdown(found)
