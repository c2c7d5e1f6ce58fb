"""The whole path: from a question's text to its answer, and from Slack's event to the posted message.

    python -m bench.path [--notes FOLDER] [--rates 1 10 50] [--seconds 20] [--json]

A process of ``recap serve`` is connected to the stand-in workspace, where somebody mentions the bot at a steady pace
whether or not it has answered. What counts is the time from the message to the call that posts its answer. Questions
are names of the notes' own, asked for in sentences, every other one with a wrong keystroke.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

from bench.lookup import lookups
from bench.machine import machine
from bench.metrics import latency
from bot.manifest import manifest
from bot.playground import Playground
from bot.playground.record import Call
from bot.playground.workspace import APP_TOKEN, BOT_TOKEN, BOT_USER, ENGINEERING, MEMBER
from bot.settings import Settings
from intents import reply
from store.index import Index, open_index
from store.load import reload

RATES, SECONDS = (1, 10, 50), 20.0
"""Questions a second, and for how long each pace is kept."""
PATIENCE = 60.0
"""Seconds after which an answer counts as lost."""
LOOKS = 0.2
"""Seconds between looks at what has come in."""
START = 60.0
"""Seconds that the bot may take to connect."""
ROUNDS = 3
"""How often each question is asked of the index alone."""

Figures = dict[str, float]


def questions(index: Index, seed: int) -> list[str]:
    """What is asked: names of the notes in sentences, right and wrong in turn."""
    made = lookups(index, seed)
    return [one.text for one in chain.from_iterable(zip(made["name"], made["one edit"], strict=False))]


def answers(index: Index, asked: Sequence[str]) -> Figures:
    """The processor's milliseconds from text to answer, one question after the other, the first round not counted."""
    for text in asked:
        reply(text, index)
    seconds = []
    for text in list(asked) * (ROUNDS - 1):
        begun = time.process_time()
        reply(text, index)
        seconds.append(time.process_time() - begun)
    return {"questions": len(seconds), **latency(seconds)}


def served(index: Path, asked: Sequence[str], rates: Sequence[float], seconds: float) -> dict[str, Figures]:
    """What the bot does at each pace, by questions a second."""
    with serving(index) as slack:
        ask(slack, asked[:1], 1.0)  # the first answer opens the index
        return {f"{rate:g}": ask(slack, list(islice(cycle(asked), round(rate * seconds))), rate) for rate in rates}


@contextmanager
def serving(index: Path) -> Iterator[Playground]:
    """A workspace, and a process of Recap that is connected to it and ended at last."""
    folder = index.parent
    settings = Settings(folder, index, folder / "state.db")
    with Playground(manifest(settings)) as slack:
        env = {
            "PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(Path(__file__).parent.parent),
            "SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN,
            "RECAP_DB": str(index), "RECAP_RATE_PERSON": "0", "RECAP_RATE_CHANNEL": "0",
        }  # fmt: skip
        command = [sys.executable, "-m", "bot", "serve"]
        with (
            (folder / "log.txt").open("w") as log,
            subprocess.Popen(  # noqa: S603 - ourselves
                command, env=env, cwd=folder, stderr=log
            ) as bot,
        ):
            try:
                slack.wait(lambda: slack.sockets.opened or bot.poll() is not None, START)
                if bot.poll() is not None:
                    sys.exit((folder / "log.txt").read_text())
                yield slack
            finally:
                bot.terminate()


def ask(slack: Playground, asked: Sequence[str], rate: float) -> Figures:
    """Mention the bot at a steady pace, and tell what became of it: times, answers lost and doubled, late acks."""
    calls, deliveries = len(slack.calls), len(slack.deliveries)
    posted: dict[str, float] = {}
    begun = time.time()
    for place, text in enumerate(asked):
        time.sleep(max(0.0, begun + place / rate - time.time()))
        at = time.time()
        posted[slack.post(MEMBER, ENGINEERING, f"<@{BOT_USER}> {text}").ts] = at
    given_up = time.time() + PATIENCE
    while not posted.keys() <= answered(slack.calls[calls:]).keys() and time.time() < given_up:
        time.sleep(LOOKS)  # to look whenever something happens would slow the workspace down
    counted = Counter(_thread(call) for call in slack.calls[calls:] if _is_answer(call))
    first = answered(slack.calls[calls:])
    return {
        "questions": len(posted),
        **latency([first[ts] - at for ts, at in posted.items() if ts in first] or [float("nan")]),
        "lost": sum(ts not in first for ts in posted),
        "doubled": sum(count > 1 for count in counted.values()),
        "late_acks": sum(one.late or one.acked_at is None for one in slack.deliveries[deliveries:]),
    }


def answered(calls: Sequence[Call]) -> dict[str, float]:
    """When each thread got its first answer."""
    return {_thread(call): call.at for call in reversed(calls) if _is_answer(call)}


def _is_answer(call: Call) -> bool:
    return call.method == "chat.postMessage" and call.ok


def _thread(call: Call) -> str:
    return str(call.arguments.get("thread_ts", ""))


def run(notes: Path, rates: Sequence[float] = RATES, seconds: float = SECONDS, seed: int = 1) -> dict[str, Any]:
    """Everything, as JSON."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder, "recap.db")
        reload(notes, path)
        index = open_index(path)
        asked = questions(index, seed)
        passages = index.status().passages
        alone = answers(index, asked)
        index.close()
        paced = served(path, asked, rates, seconds)
    return {"machine": machine(), "seed": seed, "passages": passages, "answer": alone, "slack": paced}


def as_markdown(results: dict[str, Any]) -> str:
    """The results as a table."""
    lines = [
        f"Over {results['passages']:,} passages. {busy(results['machine'])}",
        "",
        "| | questions | ms median | ms p95 | lost | doubled | late acks |",
        "|---|---:|---:|---:|---:|---:|---:|",
        _row("question → Answer, one after the other, of the processor", results["answer"]),
    ]
    lines += [_row(f"Slack, {rate} a second", one) for rate, one in results["slack"].items()]
    return "\n".join(lines) + "\n"


def busy(about: Mapping[str, Any]) -> str:
    """How much else the machine did when a measurement by the clock began."""
    load = about.get("load", 0.0)
    return (
        f"Work for {load:g} processors was waiting or under way on {about['processors']} when this began."
        if load
        else ""
    )


def _row(name: str, one: Figures) -> str:
    counts = " | ".join(f"{one[key]:.0f}" if key in one else "" for key in ("lost", "doubled", "late_acks"))
    return f"| {name} | {one['questions']:.0f} | {one['median_ms']:.1f} | {one['p95_ms']:.1f} | {counts} |"


def main() -> None:
    """Print the results as Markdown, or as JSON with ``--json``."""
    parser = argparse.ArgumentParser(prog="bench.path", description="Measure the whole path of a question.")
    parser.add_argument("--notes", type=Path, help="a folder of notes; without it, those that ship with Recap")
    parser.add_argument("--rates", type=float, nargs="+", default=RATES)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with as_file(files("bot").joinpath("samples")) as samples:
        results = run(given.notes or Path(samples), given.rates, given.seconds)
    print(json.dumps(results, indent=1) if given.json else as_markdown(results))


if __name__ == "__main__":
    main()
