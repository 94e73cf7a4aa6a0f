"""Writing the demo into the database. What is already there is left as it is."""

from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import transaction

from brands.demo.data import HERO, OTHER
from brands.demo.logo import draw_logo
from brands.demo.people import PEOPLE, Person, keep_sign_ins, new_password, read_sign_ins
from brands.models import Brand, Campaign, Client, Membership

SLUGS = (HERO["client"]["slug"], OTHER["client"]["slug"])


def other_clients() -> int:
    """How many clients there are that the demo did not make."""
    return Client.objects.exclude(slug__in=SLUGS).count()


def install(sign_ins: Path, *, new_passwords: bool = False) -> dict[str, str | None]:
    """Create what is missing; passwords by username, None for one that its owner has changed or that is not kept.

    `new_passwords` gives everybody whom the demo made a new one.
    """
    with transaction.atomic():
        for story in (HERO, OTHER):
            _create(story)
        kept = read_sign_ins(sign_ins)
        passwords = {person.username: _person(person, kept.get(person.username), new_passwords) for person in PEOPLE}
        # Inside the transaction: people whose passwords could not be kept are not created.
        known = {name: password for name, password in passwords.items() if password}
        if known != kept:
            keep_sign_ins(sign_ins, known)
    _give_logo(Brand.objects.get(client__slug=HERO["client"]["slug"], slug=HERO["brand"]["slug"]))
    return passwords


def _create(story: dict[str, Any]) -> None:
    client = _ensure(Client, story["client"])
    brand = _ensure(Brand, story["brand"], client=client)
    for campaign in story["campaigns"]:
        _ensure(Campaign, campaign, {"brand": brand}, client=client)


def _ensure(model: Any, data: dict[str, Any], more: dict[str, Any] | None = None, **owner: Any) -> Any:
    return model.objects.get_or_create(slug=data["slug"], **owner, defaults=data | (more or {}))[0]


def _person(person: Person, kept: str | None, new_passwords: bool) -> str | None:
    mail = f"{person.username}@{person.client}.example"
    user, created = User.objects.get_or_create(
        username=person.username,
        defaults={
            "email": mail,
            "first_name": person.first_name,
            "is_staff": person.is_superuser,
            "is_superuser": person.is_superuser,
        },
    )
    if user.email != mail:
        return None  # somebody else of that name: the demo has no say over them
    Membership.objects.get_or_create(
        client=Client.objects.get(slug=person.client), user=user, defaults={"role": person.role}
    )
    if created or new_passwords:
        password = new_password()
        user.set_password(password)
        user.save(update_fields=["password"])
        return password
    return kept if kept and user.check_password(kept) else None


def _give_logo(brand: Brand) -> None:
    if brand.logo:
        return
    green, marigold, pale = HERO["brand"]["palette"][:3]
    brand.logo.save(f"{brand.slug}.png", ContentFile(draw_logo(green, marigold, pale)), save=False)
    brand.save(update_fields=["logo", "updated_at"])
