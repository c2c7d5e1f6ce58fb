"""What is written down about each API call and each delivery."""

from dataclasses import dataclass, field
from typing import Any

Payload = dict[str, Any]


@dataclass(eq=False)
class Call:
    """A request of the bot: a method of the Web API, or ``response_url`` or ``file``.

    ``status`` and ``answer`` are filled in once there is an answer; status 0 is a line that was cut.
    ``at`` is in seconds since 1970, ``seconds`` is how long the answer took.
    """

    method: str
    arguments: Payload
    token: str
    at: float
    status: int | None = None
    answer: Any = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether it was granted."""
        granted = self.answer == "ok" or (isinstance(self.answer, dict) and self.answer.get("ok") is True)
        return self.status == 200 and granted


@dataclass(eq=False)
class Delivery:
    """What was sent to the bot, and what became of it.

    ``kind`` is ``events_api``, ``slash_commands`` or ``interactive``. ``ack`` is what the bot sent back, empty where
    that was a bare acknowledgement; ``late`` tells that it came after three seconds and so changed nothing.
    ``error`` is Slack's word for a delivery that failed. An event that is tried again is a delivery of its own,
    with the next ``attempt``.
    """

    id: str
    kind: str
    payload: Payload
    at: float
    attempt: int = 0
    reason: str = ""
    acked_at: float | None = None
    ack: Payload = field(default_factory=dict)
    late: bool = False
    error: str = ""
    status: int | None = None

    @property
    def acked(self) -> bool:
        """Whether it was acknowledged in time."""
        return self.acked_at is not None and not self.late

    @property
    def type(self) -> str:
        """``app_mention``, ``block_actions``, ``/recap`` and so on."""
        named = self.payload.get("event", self.payload)
        return str(named.get("command") or named.get("type", ""))
