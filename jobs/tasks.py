"""What the queue runs. A task takes an id, looks whether there is still something to do, and does it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import structlog
from django.db import DatabaseError, close_old_connections, connection

from jobs import clusters
from jobs.errors import BudgetExceeded, JobError, Lost, ProviderDown, StepError, StorageFull
from jobs.models import Step
from jobs.pipeline.base import Outcome
from jobs.pipeline.clips import render_clip, upscale_film
from jobs.pipeline.films import assemble_film, export_film, take_poster
from jobs.pipeline.frames import draw_frame
from jobs.pipeline.plan import plan_scenes
from jobs.services import budgets, outages, queue, steps, storage
from jobs.states import StepKind
from videostudio.lib.room import is_full

log = structlog.get_logger(__name__)

HANDLERS: dict[str, Callable[[Step], Outcome]] = {
    StepKind.PLAN: plan_scenes,
    StepKind.FRAME: draw_frame,
    StepKind.CLIP: render_clip,
    StepKind.UPSCALE: upscale_film,
    StepKind.ASSEMBLE: assemble_film,
    StepKind.THUMBNAIL: take_poster,
    StepKind.EXPORT: export_film,
}

RENEW_SECONDS = 25
BEAT_PASSES = 30
"""Between clusters that take turns at a queue two or three do; a cluster that hangs gets none of them."""


def run_step(step_id: int) -> None:
    """Run a step if it is due and nobody else has it. Any number of calls do the work once."""
    clusters.sign_of_life()
    if clusters.is_winding_up():
        steps.decline(step_id)
        return
    step = steps.claim(step_id, clusters.own_name())
    if step is None:
        return
    structlog.contextvars.bind_contextvars(job_id=str(step.job_id), step=str(step))
    try:
        with kept_alive(step):
            _run(step)
    finally:
        structlog.contextvars.unbind_contextvars("job_id", "step")
        clusters.sign_of_life()


def _run(step: Step) -> None:
    try:
        if HANDLERS[step.kind](step) is Outcome.WAITING:
            steps.wait(step)
    except Lost:
        log.info("somebody else has this step now")
    except BudgetExceeded as refusal:
        budgets.pause(step, refusal)
    except ProviderDown as refusal:
        outages.pause(step, refusal.detail)
    except StorageFull:
        storage.pause(step)
    except StepError as error:
        if error.code in outages.PROVIDERS_FAULT and outages.is_open(step.job.engine):
            outages.pause(step, error.detail)
        else:
            steps.fail(step, error)
    except JobError as refusal:
        steps.fail(step, StepError(refusal.code, refusal.detail, permanent=True))
    except Exception as error:
        _stumbled(step, error)


def _stumbled(step: Step, error: Exception) -> None:
    if is_full(error):
        log.warning("there was no room for what a step makes", reason=str(error))
        storage.pause(step)
    elif isinstance(error, OSError):
        log.exception("a file could not be read or written")
        steps.fail(step, StepError("storage", "our storage did not answer as it should"))
    else:
        log.exception("a step failed in a way that nobody foresaw")
        steps.fail(step, StepError("internal", f"something went wrong on our side ({type(error).__name__})"))


@contextmanager
def kept_alive(step: Step) -> Iterator[None]:
    """Renew the step's lease for as long as the block runs, so that only a dead worker loses its step."""
    over = Event()

    def renew() -> None:
        while not over.wait(RENEW_SECONDS):
            clusters.sign_of_life()
            try:
                close_old_connections()
                if not steps.renew(step):
                    break
            except DatabaseError:
                log.exception("a lease could not be renewed; trying again")
                connection.close()
        connection.close()

    thread = Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


def beat(queue_name: str, cluster: str, passed_on: int) -> None:
    """Lets a cluster show that it works: see `jobs.watchdog`. Whichever gets another's passes it on."""
    clusters.sign_of_life()
    if cluster != clusters.own_name() and passed_on < BEAT_PASSES:
        queue.send_beat(queue_name, cluster, passed_on + 1)
