"""Faults to switch on: what a method does in place of answering as it should."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ANY = "*"


@dataclass(eq=False)
class Fault:
    """What happens to the next ``times`` requests to ``method``.

    ``done`` tells that the request takes effect all the same: only its answer is lost. Then, in this order: the
    answer waits until ``until`` holds, the line is ``cut``, or ``status`` and ``body`` are the answer, or ``error``
    is Slack's refusal; with none of these the real answer follows.
    """

    method: str
    times: int = 1
    status: int = 200
    error: str = ""
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    done: bool = False
    until: Callable[[], Any] | None = None

    @property
    def replaces(self) -> bool:
        """Whether the real answer is kept back."""
        return self.cut or bool(self.error) or self.status != 200 or self.body is not None

    @property
    def answer(self) -> Any:
        """What is said in place of the real answer."""
        if self.body is not None:
            return self.body
        return {"ok": False, "error": self.error or ("ratelimited" if self.status == 429 else "internal_error")}


class Faults:
    """The faults that are switched on, in the order in which they strike."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def fail(self, method: str = ANY, *, retry_after: float | None = None, **fault: Any) -> Fault:
        """Switch a fault on (see ``Fault``); with ``retry_after`` it is a 429. Methods beside the Web API's are
        ``response_url``, ``file`` and ``*`` for all."""
        if retry_after is not None:
            fault = {"status": 429, "headers": {"Retry-After": f"{retry_after:g}"}, **fault}
        self.waiting.append(Fault(method, **fault))
        return self.waiting[-1]

    def heal(self) -> None:
        """Switch all faults off."""
        self.waiting.clear()

    def strike(self, method: str) -> Fault | None:
        """The fault that a request to ``method`` meets, used up by one."""
        for fault in self.waiting:
            if fault.method in (method, ANY):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
