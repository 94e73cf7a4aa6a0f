"""People and their jobs: from the brief to what they wanted, with second thoughts and double clicks."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bench.chaos.api import Customer, GaveUp
from bench.chaos.people import edit, guarded, try_again
from bench.chaos.scenario import Order, Scenario

ROOMY = 4
"""A ceiling that is not tight covers the render so many times: what the provider loses has to be made again."""
POLL_SECONDS = 8.0


@dataclass
class Wish:
    """What was asked for a job, and how it went. `said` is (seconds since the begin, what)."""

    order: Order
    job: str = ""
    cancel_asked: bool = False
    cancel_taken: bool = False
    render_asked: bool = False
    gave_up: bool = False
    said: list[tuple[float, str]] = field(default_factory=list)


class Person:
    """Follows one order through. `began` is when the storm did, by the monotonic clock."""

    def __init__(self, customer: Customer, order: Order, began: float, seed: int) -> None:
        self.customer, self.wish, self._began, self._seed = customer, Wish(order), began, seed
        self._edited = self._replayed = False
        self._tries = 0
        self._born = 0.0

    def live(self) -> Wish:
        """From the order's moment until its job is as it should be, or the run is over."""
        order = self.wish.order
        try:
            self.customer.rest(0)
            time.sleep(max(0, order.starts - (time.monotonic() - self._began)))
            self.wish.job = self.customer.place(self._brief())
            self._born = time.monotonic()
            self._say("ordered")
            while not self._is_content(job := self._look()):
                self.customer.rest(min(job["poll_after_seconds"] or 2, POLL_SECONDS))
            self._say(f"content with {job['status']}")
        except GaveUp:
            self.wish.gave_up = True
            self._say("gave up")
        except Exception as error:
            self.customer.surprises.append(f"order {order.number}: {type(error).__name__}: {error}")
        return self.wish

    def _brief(self) -> dict[str, Any]:
        order = self.wish.order
        mark = f"{self._seed}-{order.number}"
        return {
            "client": self.customer.slug,
            "name": f"Order {mark}",
            "prompt": f"Boat {mark} leaves the harbour. A gull waits on mast {mark}. The sun comes up.",
            "duration": 15,
            "variations": order.variations,
            "style_presets": ["draft", *(["upscale"] if order.upscale else [])],
            "export_formats": ["mp4"],
            "metadata": {"order": order.number},
        }

    def _look(self) -> dict[str, Any]:
        found: dict[str, Any] = self.customer.insist("GET", f"/jobs/{self.wish.job}").json()
        return found

    def _is_content(self, job: dict[str, Any]) -> bool:
        """Do what is to be done now; True when nothing is any more."""
        order, status = self.wish.order, job["status"]
        if order.cancel_after is not None and not self.wish.cancel_asked:
            if time.monotonic() - self._born > order.cancel_after or status == "completed":
                self._cancel()
                return False
            if status == "storyboard_complete" and not order.film:
                return False  # The moment for the cancel is still to come.
        if status == "storyboard_complete":
            return not order.film or self._buy(job)
        if status in ("storyboard_partial", "failed", "partially_completed"):
            return self._shrug()
        if status == "completed" and order.replay and not self._replayed:
            return self._replay(job)
        return status in ("completed", "cancelled")

    def _replay(self, job: dict[str, Any]) -> bool:
        """Send again what was sent long ago, as a client does that has lost its place."""
        self._replayed = True
        self._post("approve", {"hash": job["storyboard"]["hash"]})
        self._post("render")
        return False

    def _buy(self, job: dict[str, Any]) -> bool:
        order, storyboard = self.wish.order, job["storyboard"]
        body = {"hash": storyboard["hash"]}
        if not order.tight:
            body["price_ceiling"] = str(round(float(job["estimated_cost"]) * ROOMY, 2))
        self._post("approve", body)
        if order.edit and not self._edited:
            self._edited = True
            self._say("edited " + guarded(edit, self.wish.job, order.number))
            self._post("render")
            return False
        self.wish.render_asked = True
        self._post("render")
        if order.replay:
            self._post("approve", body)
            self._post("render")
        return False

    def _shrug(self) -> bool:
        if self._tries >= self.wish.order.retries:
            return True
        self._tries += 1
        self._say("tried again " + guarded(try_again, self.wish.job))
        return False

    def _cancel(self) -> None:
        self.wish.cancel_asked = True
        answer = self.customer.insist("DELETE", f"/jobs/{self.wish.job}")
        self.wish.cancel_taken = answer.status_code == 200
        self._say(f"cancel: {answer.status_code}")

    def _post(self, verb: str, body: Any = None) -> None:
        """Once, or twice at the same moment by those who double-click."""
        path = f"/jobs/{self.wish.job}/{verb}"
        clicks = 2 if self.wish.order.double else 1
        with ThreadPoolExecutor(clicks) as hand:
            answers = list(hand.map(lambda _: self.customer.insist("POST", path, body), range(clicks)))
        self._say(f"{verb}: " + " ".join(str(answer.status_code) for answer in answers))

    def _say(self, what: str) -> None:
        self.wish.said.append((time.monotonic() - self._began, what.strip()))


def crowd(scenario: Scenario, site: str, began: float, until: float) -> tuple[list[Person], list[Customer]]:
    """Everybody; they live when told to. `until` is when the run is over, by the monotonic clock."""
    customers = [Customer(site, number, until) for number in range(scenario.customers)]
    people = [Person(customers[order.customer], order, began, scenario.seed) for order in scenario.orders]
    return people, customers
