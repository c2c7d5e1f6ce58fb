"""A soak tries more and tells of it; the tests that everybody runs are short."""

import json
import os
import subprocess
import sys
from pathlib import Path

from reliability.amounts import SOAK, amount

TESTS = Path(__file__).parent.parent
TRIAL = """
from reliability.amounts import amount

def test_it(tally):
    tally("a fall", amount(3, 1200), note="from the stairs")
"""


def test_a_soak_ends_with_an_account_of_what_was_tried(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text((TESTS / "reliability" / "conftest.py").read_text())
    (tmp_path / "test_trial.py").write_text(TRIAL)
    report = tmp_path / "report.json"
    env = {**os.environ, "RECAP_SOAK": "1", "RECAP_SOAK_REPORT": str(report), "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", tmp_path, tmp_path]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert "| a fall | 1,200 | 0 | from the stairs |" in ran.stdout
    assert json.loads(report.read_text()) == [{"what": "a fall", "tried": 1200, "lost": 0, "note": "from the stairs"}]


def test_without_a_soak_little_is_tried() -> None:
    assert amount(3, 1_200) == (1_200 if SOAK else 3)
