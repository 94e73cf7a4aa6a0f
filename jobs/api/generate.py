"""Starting a job."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router

from brands.models import Campaign, Client, Role
from jobs.api.answers import show
from jobs.errors import Forbidden, InvalidBrief, NotFound
from jobs.schemas import BriefIn, JobOut
from jobs.services.briefs import Brief
from jobs.services.jobs import create_job

router = Router(tags=["jobs"])
SAME = (
    *("prompt", "name", "goal", "audience", "call_to_action", "duration", "platform", "variations"),
    *("keywords", "style_presets", "export_formats", "metadata"),
)
"""Fields that a brief has by the same name."""


@router.post("/generate", response={202: JobOut}, summary="Start a job")
def generate(request: HttpRequest, response: HttpResponse, data: BriefIn) -> JobOut:
    """Plan and draw a storyboard for a brief. The film is made only after its approval. Needs the role of editor."""
    job = create_job(actor=request.user, brief=_brief(request.user, data))
    answer = show(request, response, job.pk)
    response["Location"] = answer.url
    return answer


def _brief(user: Any, data: BriefIn) -> Brief:
    client = find(Client.objects.of(user), data.client, "client")
    if not Client.objects.of(user, Role.EDITOR).filter(pk=client.pk).exists():
        raise Forbidden(f"This needs the role of editor for {client}.")
    wrong = {}
    if data.assets:
        wrong["assets"] = "Uploads are not available yet: leave it empty."
    if data.audio not in (None, "none"):
        wrong["audio"] = 'Sound is not available yet: null or "none".'
    if wrong:
        raise InvalidBrief("The brief asks for what is not available yet.", fields=wrong)
    campaign = None
    if data.campaign is not None:
        campaigns = Campaign.objects.filter(client=client).select_related("brand")
        campaign = find(campaigns, data.campaign, "campaign")
    same = {name: getattr(data, name) for name in SAME}
    return Brief(client=client, campaign=campaign, aspect_ratio=data.aspect_ratio or "", **same)


def find(rows: QuerySet[Any], reference: str | int, what: str) -> Any:
    """The row with this slug, else the one with this id; NotFound when `rows` has neither."""
    text = str(reference)
    found: Model | None = rows.filter(slug=text).first() if isinstance(reference, str) else None
    if found is None and text.isdecimal() and len(text) < 19:
        found = rows.filter(pk=int(text)).first()
    if found is None:
        raise NotFound(f"There is no {what} “{text[:60]}” that you can see.")
    return found
