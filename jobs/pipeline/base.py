"""What every step's handler shares: how it ends, and how it gets a prediction without ever asking for one twice."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

import structlog
from django.conf import settings
from django.urls import reverse

from jobs import selectors
from jobs.errors import Lost, ProviderDown, StepError
from jobs.models import CatalogueModel, Prediction, Step
from jobs.pipeline.reports import report_of, step_error
from jobs.services import orphans, outages, predictions, steps, storage
from jobs.states import PREDICTION_FINAL, PredictionState
from videostudio.integrations.engine import Engine, EngineError, Failure, Request, Update
from videostudio.integrations.engines import engine_named
from videostudio.lib.files import Stored, delete, store

log = structlog.get_logger(__name__)

Store = Callable[[str, Path], Stored]


class Outcome(Enum):
    """How a handler that raised nothing has ended."""

    DONE = "done"
    WAITING = "waiting"


BAD_OUTPUT = "bad_output"
"""The code of an output that came whole, but cannot be used."""

CANCEL_AFTER_MARGIN = 60
"""Seconds beyond our own limit after which the provider ends a prediction that we have lost sight of."""


def predict(
    step: Step,
    model: CatalogueModel,
    *,
    seconds: Decimal = Decimal(0),
    seed: int | None,
    input: dict[str, Any],
    files: dict[str, Any],
    cancel_after: int,
) -> Prediction | None:
    """The succeeded prediction of this step, or None while one is on its way.

    Whatever an earlier run of this step has begun is taken up: something already made is never paid for again.
    StepError when the newest attempt has failed and this run has not made another; StorageFull when one is still to be
    sent and there would be no room for what it makes.
    """
    prediction = _current(step)
    if prediction is None or prediction.state == PredictionState.RESERVED:
        storage.check_room()
    if prediction is None:
        outages.hold_off(model.engine)
        prediction = predictions.reserve(step=step, model=model, seconds=seconds, seed=seed, input=input, files=files)
    if prediction.state == PredictionState.RESERVED:
        _submit(prediction, cancel_after)
        prediction.refresh_from_db()
    if prediction.state not in PREDICTION_FINAL:
        return None
    if prediction.state == PredictionState.SUCCEEDED:
        return prediction
    predictions.collected(prediction)
    raise predictions.failure_of(prediction)


def model_for(step: Step, model: CatalogueModel, seconds: Decimal = Decimal(0)) -> CatalogueModel:
    """`model`, or its fallback when the last attempt found it overloaded and the approval covers the other price."""
    fallback = model.fallback if step.error_code == Failure.CAPACITY.value else None
    return fallback if fallback and predictions.is_covered(step, fallback, seconds) else model


def fresh_seed(step: Step, start: int) -> int:
    """Another one for every prediction of a step: a lost one is recognised by it, a refused one is varied by it."""
    return (start + step.predictions.count()) % 2**31


def _current(step: Step) -> Prediction | None:
    """The newest prediction whose end this step has not dealt with yet."""
    return step.predictions.filter(collected_at__isnull=True).select_related("model", "step").order_by("-pk").first()


def _submit(prediction: Prediction, cancel_after: int) -> None:
    """Send it, once. What is uncertain afterwards is left UNKNOWN, and the watcher looks for it."""
    engine = engine_named(prediction.engine)
    outages.hold_off(prediction.engine)
    try:
        handed = engine.hand_over(prediction.files)
    except EngineError as error:
        if _shows_trouble(error):
            outages.call_failed(prediction.engine, prediction.job_id, error.detail)
        predictions.submitting(prediction)  # Only whoever may send it may say that it cannot be sent.
        _refused(prediction, error)
    request = Request(
        attempt=str(prediction.attempt),
        model=prediction.model.provider_model,
        version=prediction.model.version,
        input=prediction.input,
        files=handed,
        cancel_after=cancel_after + CANCEL_AFTER_MARGIN,
        webhook=webhook_address(),
    )

    def send() -> Update:
        predictions.submitting(prediction, handed)
        return engine.submit(request)

    try:
        update = outages.guarded(prediction.engine, prediction.job_id, send, _shows_trouble)
    except EngineError as error:
        if error.failure is not Failure.UNKNOWN:
            _refused(prediction, error)
        predictions.unknown(prediction, error.detail)
    except (Lost, ProviderDown):
        raise
    except Exception as error:
        predictions.unknown(prediction, f"sending it failed ({type(error).__name__})")
        raise
    else:
        if not predictions.apply_report(prediction, report_of(update)):
            # It was looked for and given up while it was on its way: nobody waits for it any more.
            orphans.note(prediction.engine, update.provider_id, prediction)


def webhook_address() -> str:
    """Where the provider tells of a run's start and end, or nothing when it cannot reach us."""
    base = settings.PROVIDER_WEBHOOK_BASE
    return base + reverse("replicate-webhook") if base else ""


def _shows_trouble(error: Exception) -> bool | None:
    """Whether the provider is to blame; None when it was not even asked, as somebody else has the step."""
    if not isinstance(error, EngineError):
        return None
    return error.failure in (Failure.UNKNOWN, Failure.UNAVAILABLE, Failure.TRANSIENT)


def _refused(prediction: Prediction, error: EngineError) -> NoReturn:
    """It surely was not created: release its money, and fail or pause the step."""
    fields = "; ".join(f"{name}: {reason}" for name, reason in error.fields.items())
    predictions.not_created(prediction, error.failure.value, f"{error.detail} {fields}".strip())
    predictions.collected(prediction)
    if error.failure in (Failure.UNAUTHORIZED, Failure.NO_CREDIT):
        outages.account_refused(prediction.engine, error.detail)
        raise ProviderDown("The video provider refuses our account.", hint="The administrators have been told.")
    raise step_error(error)


@contextmanager
def downloaded(prediction: Prediction, suffix: str) -> Iterator[Path]:
    """The first output of a succeeded prediction as a file, for as long as the block lasts.

    When the provider has deleted it, or it is broken a second time, the prediction is given up, so that the next
    attempt makes another.
    """
    engine: Engine = engine_named(prediction.engine)
    if not prediction.outputs:
        predictions.collected(prediction)
        raise StepError("output_lost", "the provider had deleted the output before it was fetched")
    with workspace() as folder:
        target = folder / f"output{suffix}"
        try:
            engine.download(prediction.outputs[0], target)
        except EngineError as error:
            if error.failure in (Failure.PERMANENT, Failure.GONE):
                predictions.collected(prediction)
                raise StepError("output_lost", f"the output is gone: {error.detail}") from error
            raise step_error(error) from error
        try:
            yield target
        except StepError as error:
            if error.code == BAD_OUTPUT == prediction.step.error_code:
                predictions.collected(prediction)
            raise


@contextmanager
def storing(step: Step) -> Iterator[Store]:
    """A function that stores a file under a key, for use and for recording its result inside the block.

    Keys hold the step's claim, so nobody else ever writes there. Lost once the step is not ours any more. When the
    block fails, what it has stored is removed again, unless a row refers to it.
    """
    keys: list[str] = []

    def store_ours(key: str, path: Path) -> Stored:
        if not steps.renew(step):
            raise Lost
        keys.append(key)
        return store(key, path)

    try:
        yield store_ours
    except BaseException:
        _remove(keys)
        raise


def _remove(keys: list[str]) -> None:
    try:
        for key in set(keys) - selectors.owned(keys):
            delete(key)
    except Exception:  # The watcher removes what is left when the job has ended.
        log.exception("what was stored in vain could not be removed", keys=keys)


@contextmanager
def workspace() -> Iterator[Path]:
    """A folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="studio-") as folder:
        yield Path(folder)
