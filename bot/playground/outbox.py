"""What is on its way to the bot: acknowledged within three seconds, or tried again as Slack does."""

from collections.abc import Callable
from functools import partial
from itertools import count

from bot.playground.clock import Clock
from bot.playground.news import News
from bot.playground.record import Delivery, Payload

ACK_WITHIN = 3.0
TRY_AGAIN = (0.0, 60.0, 300.0)
"""Seconds until an event that was not acknowledged is delivered again; commands and interactions never are."""

Done = Callable[[Delivery], object]


class Outbox:
    """Sends deliveries by ``carry`` and keeps track of them.

    ``holding`` keeps back all that is sent until ``release``. ``failed`` is called with a command or interaction
    that the bot left without an answer.
    """

    def __init__(self, news: News, clock: Clock) -> None:
        self.sent: list[Delivery] = []
        self.strays: list[str] = []
        self.holding = False
        self.carry: Callable[[Delivery], object] = lambda delivery: self.fail(delivery, "no_connection")
        self.failed: Callable[[Delivery], object] = lambda delivery: None
        self._news, self._clock = news, clock
        self._done: dict[str, Done] = {}
        self._held: list[Delivery] = []
        self._doubles: list[bool] = []
        self._number = count(1)

    def send(self, kind: str, payload: Payload, done: Done | None = None) -> Delivery:
        """Deliver ``payload``; ``done`` is called when it is acknowledged in time."""
        delivery = Delivery(self._name(), kind, payload, self._clock.now())
        self._done[delivery.id] = done or (lambda delivery: None)
        if self.holding:
            self._held.append(delivery)
        else:
            self._go(delivery)
        return delivery

    def release(self) -> None:
        """Deliver what was held back, and hold back no more."""
        with self._news.lock:
            self.holding, held, self._held = False, self._held, []
            for delivery in held:
                self._go(delivery)

    def twice(self, times: int = 1, *, same_envelope: bool = False) -> None:
        """Deliver each of the next ``times`` payloads twice: as a new try of the same event, or to the letter."""
        self._doubles += [same_envelope] * times

    def acknowledge(self, name: str, ack: Payload) -> None:
        """The bot acknowledged the delivery of that name."""
        with self._news.lock:
            delivery = next((one for one in reversed(self.sent) if one.id == name), None)
            if delivery is None:
                self.strays.append(name)
            elif delivery.acked_at is None:
                self._acknowledge(delivery, ack)
        self._news.tell()

    def fail(self, delivery: Delivery, reason: str, *, again: bool = True) -> None:
        """The delivery did not arrive, for a ``reason`` in Slack's words; ``again`` unless the bot forbade that."""
        with self._news.lock:
            if delivery.acked_at is not None or delivery.error:
                return
            delivery.error = reason
            if delivery.kind != "events_api":
                self.failed(delivery)
            elif again and delivery.attempt < len(TRY_AGAIN):
                self._clock.after(TRY_AGAIN[delivery.attempt], partial(self._repeat, delivery, reason))
        self._news.tell()

    def unacknowledged(self) -> list[Delivery]:
        """What has not been acknowledged so far, each event by its last try."""
        last = {one.payload.get("event_id", one.id): one for one in self.sent}
        return [one for one in last.values() if one.acked_at is None]

    def _name(self) -> str:
        return f"envelope-{next(self._number)}"

    def _go(self, delivery: Delivery) -> None:
        self._dispatch(delivery)
        if self._doubles:
            self._dispatch(delivery) if self._doubles.pop(0) else self._repeat(delivery, "timeout")

    def _dispatch(self, delivery: Delivery) -> None:
        delivery.at = self._clock.now()
        if delivery not in self.sent:
            self.sent.append(delivery)
        self.carry(delivery)
        self._clock.after(ACK_WITHIN, partial(self.fail, delivery, "timeout"))
        self._news.tell()

    def _repeat(self, before: Delivery, reason: str) -> None:
        delivery = Delivery(
            self._name(), before.kind, before.payload, self._clock.now(), attempt=before.attempt + 1, reason=reason
        )
        self._done[delivery.id] = self._done[before.id]
        self._dispatch(delivery)

    def _acknowledge(self, delivery: Delivery, ack: Payload) -> None:
        delivery.acked_at, delivery.ack = self._clock.now(), ack
        delivery.late = bool(delivery.error) or delivery.acked_at - delivery.at > ACK_WITHIN
        if not delivery.late:
            self._done[delivery.id](delivery)
