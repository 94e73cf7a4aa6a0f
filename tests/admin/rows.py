"""Rows that administrators look at, written directly."""

from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from brands.models import Brand, Campaign, Client, Membership, Role
from jobs.models import CatalogueModel, Job, JobEvent, LedgerEntry, Prediction, Scene, Step


def make_tenant(name: str) -> Client:
    client = Client.objects.create(name=name, slug=name.lower())
    brand = Brand.objects.create(client=client, name=f"{name} brand", slug="brand", palette=["#112233"])
    Campaign.objects.create(client=client, brand=brand, name=f"{name} campaign", slug="campaign")
    return client


def make_staff(name: str, *clients: Client, is_superuser: bool = False) -> User:
    """Somebody with every permission that the admin can give, and membership of those clients."""
    user = User.objects.create_user(name, is_staff=True, is_superuser=is_superuser)
    user.user_permissions.set(Permission.objects.all())
    for client in clients:
        Membership.objects.create(client=client, user=user, role=Role.EDITOR)
    return user


def make_model(slug: str, **more: Any) -> CatalogueModel:
    facts = {"name": slug, "engine": "local", "role": "image", "unit": "image", "provider_model": "studio/test"}
    return CatalogueModel.objects.create(slug=slug, **(facts | more))


def make_film_job(client: Client, name: str = "Spring film") -> Job:
    """A job with two of everything below it: $3 held, of which 1 is charged and 0.5 released."""
    model = CatalogueModel.objects.filter(slug="drawer").first() or make_model("drawer")
    job = Job.objects.create(
        client=client,
        brand=client.brands.first(),
        campaign=client.campaigns.first(),
        name=name,
        prompt="Rain on a window.",
        engine="local",
        image_model=model,
        video_model=model,
        estimated_cost=Decimal("3.015"),
    )
    for number in (1, 2):
        scene = Scene.objects.create(
            job=job, number=number, role="hook", title=f"Scene {number}", image_prompt="…", duration=5, seed=number
        )
        step = Step.objects.create(
            job=job, revision=1, kind="frame", key=str(number), scene=scene, not_before=timezone.now()
        )
        price = Decimal("1.5")
        prediction = Prediction.objects.create(
            step=step, job=job, model=model, engine="local", quantity=1, unit_price=price, amount=price
        )
        LedgerEntry.objects.create(job=job, prediction=prediction, kind="hold", amount=price)
        JobEvent.objects.create(job=job, kind="drawn", message=f"Scene {number} drawn")
    LedgerEntry.objects.create(job=job, prediction=prediction, kind="charge", amount=Decimal("1"))
    LedgerEntry.objects.create(job=job, prediction=prediction, kind="release", amount=Decimal("0.5"))
    return job
