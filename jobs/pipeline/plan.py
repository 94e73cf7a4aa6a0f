"""The first step: brief, brand and campaign become scenes."""

from typing import Any

from jobs.errors import ForbiddenContent, StepError
from jobs.models import Job, Step
from jobs.pipeline.base import Outcome
from jobs.pipeline.rules import Planner, PlanRequest, RulesPlanner
from jobs.services import scenes
from jobs.services.briefs import check_words
from jobs.services.scenes import SceneDraft

WORDS = ("title", "image_prompt", "motion", "on_screen_text", "voice_over", "alt_text")


def plan_scenes(step: Step) -> Outcome:
    """Handler of `plan` steps."""
    planner: Planner = RulesPlanner()
    request = request_for(step.job)
    drafts = planner.plan(request)
    _check(step.job, drafts)
    scenes.record_plan(step, drafts)
    return Outcome.DONE


def request_for(job: Job) -> PlanRequest:
    """The brief with the brand and campaign as they were when it was sent in."""
    brand, campaign = _snapshot(job)
    return PlanRequest(
        prompt=job.prompt,
        duration=job.duration,
        aspect_ratio=job.aspect_ratio,
        goal=job.goal,
        audience=job.audience,
        call_to_action=job.call_to_action,
        keywords=job.keywords,
        style_presets=job.style_presets,
        brand=brand.get("name", ""),
        tagline=brand.get("tagline", ""),
        voice=brand.get("voice", ""),
        visual_style=brand.get("visual_style", ""),
        palette=brand.get("palette", []),
        key_messages=[*campaign.get("key_messages", []), *brand.get("key_messages", [])],
        background=campaign.get("brief", ""),
        forbidden=[*_not_seen(job), *_not_said(job)],
        salt=str(job.pk),
    )


def _check(job: Job, drafts: list[SceneDraft]) -> None:
    """The same hard check that a person's words go through, before anything is sent anywhere."""
    for number, draft in enumerate(drafts, 1):
        try:
            check_words({name: getattr(draft, name) for name in WORDS}, _not_seen(job), _not_said(job))
        except ForbiddenContent as found:
            reasons = " ".join(found.fields.values())
            raise StepError("forbidden_content", f"scene {number}: {reasons}", permanent=True) from found


def _snapshot(job: Job) -> tuple[dict[str, Any], dict[str, Any]]:
    return job.brand_snapshot.get("brand") or {}, job.brand_snapshot.get("campaign") or {}


def _not_seen(job: Job) -> list[str]:
    return list(_snapshot(job)[0].get("forbidden_elements", []))


def _not_said(job: Job) -> list[str]:
    brand, campaign = _snapshot(job)
    return [*brand.get("do_not_mention", []), *campaign.get("do_not_mention", [])]
