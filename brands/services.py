"""What other parts ask of brands."""

from typing import Any

from brands.models import Brand, Campaign


def snapshot(brand: Brand | None, campaign: Campaign | None) -> dict[str, Any]:
    """What enters prompts, copied as JSON-serialisable data: `{"brand": {…} | None, "campaign": {…} | None}`.

    A job keeps it, so that a later change of the brand does not change what was approved. `logo` is a storage key,
    empty without one.
    """
    return {"brand": _brand(brand) if brand else None, "campaign": _campaign(campaign) if campaign else None}


def _brand(brand: Brand) -> dict[str, Any]:
    return {
        "id": brand.pk,
        "name": brand.name,
        "tagline": brand.tagline,
        "voice": brand.voice,
        "visual_style": brand.visual_style,
        "palette": list(brand.palette),
        "key_messages": list(brand.key_messages),
        "forbidden_elements": list(brand.forbidden_elements),
        "do_not_mention": list(brand.do_not_mention),
        "logo": brand.logo.name or "",
    }


def _campaign(campaign: Campaign) -> dict[str, Any]:
    return {
        "id": campaign.pk,
        "name": campaign.name,
        "brief": campaign.brief,
        "audience": campaign.audience,
        "key_messages": list(campaign.key_messages),
        "call_to_action": campaign.call_to_action,
        "do_not_mention": list(campaign.do_not_mention),
    }
