"""The account of a soak: what was tried, how often, and what was lost."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reliability.amounts import SOAK

_ACCOUNT = pytest.StashKey[list[tuple[str, int, int, str]]]()


@pytest.fixture(scope="session")
def tally(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Call it with what was tried, how often, how often something was lost, and a remark, for the account's table."""
    account = request.config.stash.setdefault(_ACCOUNT, [])

    def add(what: str, tried: int, lost: int = 0, note: str = "") -> None:
        account.append((what, tried, lost, note))

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """After a soak: the account as a Markdown table, and as JSON in the file that RECAP_SOAK_REPORT names."""
    account = config.stash.get(_ACCOUNT, [])
    if not SOAK or not account:
        return
    terminalreporter.section("what was tried")
    terminalreporter.write_line("| What was tried | How often | Lost | Remarks |\n|---|---:|---:|---|")
    for what, tried, lost, note in account:
        terminalreporter.write_line(f"| {what} | {tried:,} | {lost:,} | {note} |")
    if report := os.environ.get("RECAP_SOAK_REPORT"):
        rows = [dict(zip(("what", "tried", "lost", "note"), row, strict=True)) for row in account]
        Path(report).write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
