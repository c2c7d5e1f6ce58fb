"""A soak tries more and tells of it; the tests that everybody runs are short."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
TRIAL = """
from reliability.amounts import amount

def test_it(tally):
    tally("a fall", amount(3, 1200), note="from the stairs")
"""


@pytest.mark.parametrize(("soak", "told"), [("1", "| a fall | 1,200 | 0 | from the stairs |"), ("0", "")])
def test_a_soak_ends_with_an_account_of_what_was_tried(tmp_path: Path, soak: str, told: str) -> None:
    (tmp_path / "conftest.py").write_text((TESTS / "reliability" / "conftest.py").read_text())
    (tmp_path / "test_trial.py").write_text(TRIAL)
    report = tmp_path / "report.json"
    env = {**os.environ, "RECAP_SOAK": soak, "RECAP_SOAK_REPORT": str(report), "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", tmp_path, tmp_path]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert told in ran.stdout
    assert ("what was tried" in ran.stdout) == report.exists() == bool(told)
    if told:
        assert json.loads(report.read_text()) == [
            {"what": "a fall", "tried": 1200, "lost": 0, "note": "from the stairs"}
        ]
