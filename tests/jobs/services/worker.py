"""What a worker does around a service, for tests that call services in any order."""

from decimal import Decimal
from types import TracebackType
from typing import Any

from jobs.errors import BudgetExceeded, JobError, Lost, StepError
from jobs.models import Prediction, Step
from jobs.services import budgets, films, scenes, steps
from jobs.services.films import Video
from jobs.states import StepKind


class Attempt:
    """What a task makes of a handler's refusals."""

    def __init__(self, step: Step) -> None:
        self.step = step

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, trace: TracebackType | None) -> bool:
        match error:
            case BudgetExceeded():
                budgets.pause(self.step, error)
            case StepError():
                steps.fail(self.step, error)
            case JobError():
                steps.fail(self.step, StepError(error.code, error.detail, permanent=True))
            case Lost():
                pass
            case _:
                return False
        return True


def pick(rows: Any, number: int) -> Any:
    found = list(rows)
    return found[number % len(found)] if found else None


def keep(held: Step, prediction: Prediction) -> None:
    """What a handler records when it has the output."""
    video = Video(f"videos/{held.job_id}/{prediction.pk}.mp4", "0" * 64, 1, 360, 640, Decimal(held.job.duration))
    if held.kind == StepKind.FRAME:
        picture = scenes.Picture(f"storyboards/{held.job_id}/{prediction.pk}.png", "0" * 64, 1, 72, 128)
        scenes.record_take(held, prediction, picture, "")
    elif held.kind == StepKind.CLIP:
        films.record_clip(held, prediction, video)
    else:
        films.record_master(held, video, prediction)
