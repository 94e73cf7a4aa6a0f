"""What pages show of a brand."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from brands.models import Brand, Client
from videostudio.lib.ranged import ranged_response


@require_safe
def logo(request: HttpRequest, brand_id: int) -> HttpResponseBase:
    """A brand's logo, for the members of its client."""
    brand = Brand.objects.filter(pk=brand_id, client__in=Client.objects.of(request.user)).first()
    if brand is None or not brand.logo:
        raise Http404("There is no such logo.")
    return ranged_response(request, str(brand.logo.name), cache_control="private, no-cache")
