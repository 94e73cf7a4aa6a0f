"""An engine's words in ours."""

from jobs.errors import StepError
from jobs.services.predictions import Report
from jobs.states import PredictionState
from videostudio.integrations.engine import EngineError, Failure, Status, Update

FINAL_STATES = {
    Status.SUCCEEDED: PredictionState.SUCCEEDED,
    Status.FAILED: PredictionState.FAILED,
    Status.CANCELED: PredictionState.CANCELED,
    Status.ABORTED: PredictionState.ABORTED,
}


def report_of(update: Update) -> Report:
    """What has become of a prediction."""
    return Report(
        state=FINAL_STATES.get(update.status),
        provider_id=update.provider_id,
        outputs=list(update.outputs),
        metrics=update.metrics,
        error=update.error,
        failure=update.failure.value if update.failure else "",
        billed=update.billed,
    )


def step_error(error: EngineError) -> StepError:
    """A refusal as a failed attempt."""
    code = "network" if error.failure is Failure.UNAVAILABLE else error.failure.value
    return StepError(code, error.detail, error.failure is Failure.PERMANENT, retry_after=error.retry_after)
