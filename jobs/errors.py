"""What can go wrong, each with a stable code and a sentence that says what to do."""

from dataclasses import dataclass, field


class JobError(Exception):
    """A request that cannot be done. `code` is stable; `detail` and `hint` are for the person who asked."""

    code = "invalid"
    status = 400
    hint = ""
    retry_after: int | None = None
    """Seconds after which the same request may work."""

    def __init__(self, detail: str, *, hint: str = "", **data: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint or self.hint
        self.data = data


class NotFound(JobError):
    """It does not exist, or it is not yours: nobody can tell which."""

    code, status = "not_found", 404

    def __init__(self, detail: str = "There is nothing here that you can see.", **data: object) -> None:
        super().__init__(detail, **data)


class Forbidden(JobError):
    code, status = "forbidden", 403
    hint = "Ask a manager of this client for a role that allows it."


class NotApproved(JobError):
    code, status = "not_approved", 403
    hint = "Approve the current storyboard first."


class WrongState(JobError):
    code, status = "wrong_state", 409


class StaleRevision(JobError):
    """Somebody changed the storyboard in the meantime."""

    code, status = "stale_revision", 409
    hint = "Read the storyboard again, then repeat what you wanted with its new hash."


class InvalidBrief(JobError):
    """`fields` says what is wrong, by field."""

    code, status = "invalid_brief", 422

    def __init__(self, detail: str, *, fields: dict[str, str] | None = None, hint: str = "", **data: object) -> None:
        super().__init__(detail, hint=hint, **data)
        self.fields = fields or {}


class ForbiddenContent(InvalidBrief):
    """The text holds what the brand or campaign does not allow."""

    code = "forbidden_content"
    hint = "Reword it, or ask a manager to change the brand's rules."


class UnknownModel(JobError):
    code, status = "unknown_model", 422
    hint = "An administrator sets models and prices in the model catalogue."


class CeilingExceeded(JobError):
    code, status = "price_ceiling", 409
    hint = "Approve again with a ceiling that covers the price."


class BudgetExceeded(JobError):
    """Nothing is spent; the job pauses until the day turns or the budget is raised."""

    code, status = "budget_exceeded", 402


class ProviderDown(JobError):
    """Nothing is begun; what exists goes on by itself when the provider is back."""

    code, status = "provider_unavailable", 503
    hint = "Nothing is lost and nothing is spent. Try again in a few minutes."
    retry_after = 300

    def __init__(self, detail: str = "The video provider does not take work at the moment.", **data: object) -> None:
        super().__init__(detail, **data)


class StorageFull(JobError):
    """There is no room for what this would make; nothing was begun. Work that is under way pauses until there is."""

    code, status = "storage_full", 507
    hint = "Nothing was begun or paid for. The operators are told; try it again in a while."

    def __init__(self, detail: str = "The studio's disk is full.", **data: object) -> None:
        super().__init__(detail, **data)


class Lost(Exception):
    """Somebody else moved this row first. Whoever lost stops quietly; nothing of its transaction is kept."""


@dataclass
class StepError(Exception):
    """A step's handler could not do its work. `permanent` means that trying again changes nothing."""

    code: str
    detail: str
    permanent: bool = False
    retry_after: float | None = None
    data: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"
