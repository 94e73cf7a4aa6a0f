"""Steering a running stand-in over HTTP: /_control/stats, predictions, misbehave, misbehave_randomly, behave, advance,
reset."""

from collections import Counter
from decimal import Decimal
from typing import Any

from tests.replicate_server.answers import Refused, Reply, data, problem
from tests.replicate_server.api import Api, Call
from tests.replicate_server.store import Prediction

PREFIX = "/_control/"


def control(api: Api, call: Call) -> Reply:
    """Carry out an order; those who can reach the server may give one."""
    order = f"{call.method} {call.path.removeprefix(PREFIX)}"
    try:
        if order == "GET stats":
            return data(stats(api))
        if order == "GET predictions":
            return data([record(one) for one in api.store.all()])
        body = call.json() if call.body else {}
        if order == "POST misbehave":
            api.bad_days.add(**body)
        elif order == "POST misbehave_randomly":
            api.bad_days.leave_to_chance(**body)
        elif order == "POST behave":
            api.bad_days.clear()
        elif order == "POST advance":
            advance(api, float(body["seconds"]))
        elif order == "POST reset":
            reset(api)
        else:
            return problem(404, "Not found", f"No such order: {order}")
    except Refused as refused:
        return refused.reply
    except (TypeError, ValueError, KeyError) as error:
        return problem(422, "Not understood", str(error))
    return data({"ok": True})


def stats(api: Api) -> dict[str, Any]:
    """Counts since the start or the last reset; money as text."""
    predictions = api.store.all()
    counts = api.store.counts
    return {
        "creates": counts["create"],
        "gets": counts["get"],
        "lists": counts["list"],
        "cancels": counts["cancel"],
        "files": counts["files"],
        "downloads": counts["download"],
        "bytes": counts["bytes"],
        "webhooks": counts["webhooks"],
        "webhooks_refused": counts["webhooks_refused"],
        "predictions": len(predictions),
        "by_status": Counter(one.status for one in predictions),
        "billed": str(billed(api)),
    }


def record(prediction: Prediction) -> dict[str, Any]:
    """All about one run that a bill or an inquiry needs. `created` and `ends` are Unix times of this server's clock;
    `whole`, `cut` and `gone` count attempts to have its output.
    """
    given = prediction.input
    return {
        "id": prediction.id,
        "model": prediction.model.slug,
        "kind": prediction.model.kind,
        "status": prediction.status,
        "cost": str(prediction.cost),
        "created": prediction.created,
        "ends": prediction.ending()[0],
        "webhook": prediction.webhook,
        "seed": given.get("seed"),
        "prompt": given.get("prompt", ""),
        "fate": prediction.fate,
        **{what: prediction.served[what] for what in ("whole", "cut", "gone")},
    }


def billed(api: Api) -> Decimal:
    """US dollars that the runs so far would have cost."""
    return sum((one.cost for one in api.store.all()), Decimal(0))


def advance(api: Api, seconds: float) -> None:
    """Move the server's clock forward."""
    api.store.clock.ahead += seconds
    api.deliveries.clock_moved()


def reset(api: Api) -> None:
    """Forget everything: predictions, files, counts, orders, and the moved clock."""
    api.bad_days.clear()
    api.deliveries.clear()
    api.store.clear()
