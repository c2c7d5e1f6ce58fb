"""What this process counts and times, in Prometheus' terms.

Nothing in them names a person, a place or a question; every label has a small number of values.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.process_collector import ProcessCollector

from bot.ask import Asked
from bot.inbox import Incoming
from store.load import TooMuchGone

REGISTRY = CollectorRegistry()
"""What this process counted since it began."""
ProcessCollector(registry=REGISTRY)

QUESTIONS = Counter(
    "recap_questions",
    "Questions by what they were taken for, where they were asked, and what came of them.",
    ["intent", "surface", "outcome"],
    registry=REGISTRY,
)
ANSWER_SECONDS = Histogram(
    "recap_answer_seconds",
    "Seconds that working an answer out took, without Slack.",
    ["surface"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
CALLS = Counter(
    "recap_slack_calls",
    "Requests to Slack by method; limited is a 429, failed a 5xx, lost got no answer.",
    ["method", "outcome"],
    registry=REGISTRY,
)
RETRIES = Counter("recap_slack_retries", "Requests to Slack that were tried again.", ["method"], registry=REGISTRY)
LOADS = Counter(
    "recap_loads", "Loads of the notes; refused ones would have lost too much.", ["outcome"], registry=REGISTRY
)
LOAD_SECONDS = Histogram(
    "recap_load_seconds", "Seconds that loads took.", buckets=(0.5, 1, 5, 15, 60, 300, 900), registry=REGISTRY
)

_METHOD = re.compile(r"[a-z]+(\.[A-Za-z]+)+")


def measured(answer: Callable[[Incoming], Asked]) -> Callable[[Incoming], Asked]:
    """What answers, with each answer counted and timed."""

    def count(incoming: Incoming) -> Asked:
        begun = time.perf_counter()
        asked = answer(incoming)
        ANSWER_SECONDS.labels(incoming.surface).observe(time.perf_counter() - begun)
        QUESTIONS.labels(asked.answer.intent, incoming.surface, _outcome(asked, incoming)).inc()
        return asked

    return count


def _outcome(asked: Asked, incoming: Incoming) -> str:
    if asked.answer.intent == "error":
        return "error"
    if incoming.surface == "thread" and not asked.ticket:
        return "unsaid"  # nobody called us, and we had nothing to say
    return "refused" if asked.answer.refused else "answered"


@contextmanager
def loading() -> Iterator[None]:
    """Count and time a load."""
    begun, outcome = time.monotonic(), "failed"
    try:
        yield
        outcome = "done"
    except TooMuchGone:
        outcome = "refused"
        raise
    finally:
        LOADS.labels(outcome).inc()
        LOAD_SECONDS.observe(time.monotonic() - begun)


def count_call(url: str, status: int, body: object) -> None:
    """Note an answer of Slack's; a status of 0 is none."""
    refused = isinstance(body, dict) and body.get("ok") is False
    outcome = {0: "lost", 429: "limited"}.get(status) or ("failed" if status >= 500 else "")
    CALLS.labels(method(url), outcome or ("refused" if refused or status >= 400 else "ok")).inc()


def count_retry(url: str) -> None:
    """Note that a request is tried again."""
    RETRIES.labels(method(url)).inc()


def method(url: str) -> str:
    """The method that is called at an address; others are good for one answer, and secret.

    >>> method("https://slack.com/api/chat.postMessage"), method("https://hooks.slack.com/commands/T1/2/x3")
    ('chat.postMessage', 'response_url')
    """
    last = url.partition("?")[0].rpartition("/")[2]
    return last if _METHOD.fullmatch(last) else "response_url"
