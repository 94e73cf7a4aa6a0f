from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from jobs import selectors
from jobs.errors import UnknownModel
from jobs.models import CatalogueModel, Job, Price
from jobs.models.catalogue import Unit
from jobs.services import pricing
from jobs.states import StepKind
from tests.factories import make_member, make_step, make_storyboard
from tests.work import approve, order, play_all, start, sums, use_as_default

pytestmark = pytest.mark.django_db

EXAMPLES = [
    ({"duration": 30, "style_presets": []}, 5, "3.015"),
    ({"duration": 30, "variations": 3, "style_presets": ["hd"]}, 8, "9.44"),
    ({"duration": 60, "style_presets": ["upscale"]}, 10, "6.28"),
]


@pytest.fixture(autouse=True)
def skyreels(settings: Any) -> CatalogueModel:
    settings.ENGINE = "replicate"
    return use_as_default("skyreels-2")


@pytest.mark.parametrize(("brief", "count", "total"), EXAMPLES)
def test_worked_examples_come_out_to_the_cent(brief: dict[str, Any], count: int, total: str) -> None:
    assert pricing.quote_brief(**brief, scene_count=count).total == Decimal(total)


@pytest.mark.parametrize(("brief", "total"), [(EXAMPLES[0][0], "3.015"), (EXAMPLES[2][0], "6.28")])
def test_estimate_is_what_execution_holds_and_charges(brief: dict[str, Any], total: str) -> None:
    job, owner = order(**brief)
    assert job.estimated_cost == Decimal(total)
    job = start(play_all(job), owner)
    assert job.estimated_cost == Decimal(total)
    job = play_all(job)
    assert job.state == "completed"
    assert sums(job) == {"hold": Decimal(total), "charge": Decimal(total), "release": 0, "open": 0}


def test_eight_scenes_in_three_variations_cost_what_was_quoted() -> None:
    job = make_storyboard(engine="replicate", scenes=8, duration=30, variations=3, style_presets=["hd"])
    approval = approve(job, owner := make_member(job.client))
    assert approval.price_ceiling == Decimal("9.00")
    assert [line["amount"] for line in approval.quote] == ["9.00000"]
    play_all(start(job, owner))
    assert sums(job)["charge"] == Decimal("9.00")


def test_quote_names_quantity_and_unit_price_by_line() -> None:
    frames, video = pricing.quote_brief(duration=30).lines
    assert (frames.quantity, frames.unit_price, frames.amount) == (5, Decimal("0.003"), Decimal("0.015"))
    assert (video.model, video.quantity, video.amount) == ("skyreels-2", 30, Decimal("3.00"))


def test_model_with_fixed_lengths_is_priced_by_what_it_makes(skyreels: CatalogueModel) -> None:
    veo = use_as_default("veo-3-1-fast")  # 4, 6 or 8 seconds
    assert [veo.billable_seconds(Decimal(s)) for s in ("3.5", "4", "5", "12")] == [4, 4, 6, 8]
    assert pricing.quote_brief(duration=15).lines[1].quantity == 18


def test_price_counts_from_its_day_on(skyreels: CatalogueModel) -> None:
    today = timezone.now().date()
    Price.objects.create(model=skyreels, amount=Decimal("9"), valid_from=today + timedelta(days=1))
    Price.objects.create(model=skyreels, amount=Decimal("0.2"), valid_from=today)
    assert skyreels.price_on(date(2026, 1, 2)) == Decimal("0.10")
    assert pricing.quote_brief(duration=30).total == Decimal("6.015")


def test_model_without_price_is_refused(skyreels: CatalogueModel) -> None:
    skyreels.prices.all().delete()
    with pytest.raises(UnknownModel):
        order()
    assert not Job.objects.exists()


def test_role_without_default_is_refused() -> None:
    CatalogueModel.objects.filter(role="upscale").update(is_active=False)
    with pytest.raises(UnknownModel, match="upscaling"):
        pricing.quote_brief(duration=15, style_presets=["upscale"])


def test_one_step_costs_what_its_prediction_holds() -> None:
    job, owner = order(duration=30, style_presets=["upscale"])
    play_all(start(play_all(job), owner))
    for step in job.steps.filter(predictions__isnull=False):
        assert pricing.step_price(step) == step.predictions.get().amount


@pytest.mark.parametrize(("duration", "count"), [(15, 3), (30, 5), (60, 10)])
def test_film_has_a_scene_for_every_six_seconds(duration: int, count: int) -> None:
    lengths = pricing.split_seconds(duration, count)
    assert pricing.scene_count(duration) == count
    assert sum(lengths) == duration
    assert max(lengths) - min(lengths) <= 1


def test_local_engine_costs_nothing_and_shows_the_paid_price(settings: Any) -> None:
    settings.ENGINE = "local"
    assert pricing.quote_brief(duration=30).total == 0
    assert pricing.quote_brief(engine="replicate", duration=30).total == Decimal("3.015")


def test_upscaling_by_the_second_holds_what_was_quoted() -> None:
    job = make_storyboard(engine="replicate", style_presets=["upscale"])
    job.upscale_model.unit = Unit.SECOND
    quoted = pricing.quote_render(job, selectors.storyboard(job)).lines[-1].amount
    assert pricing.step_price(make_step(job, StepKind.UPSCALE)) == quoted == Decimal("0.25") * 15
