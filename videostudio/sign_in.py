"""Signing in, also from the middle of a page whose session has ended."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The sign-in page. A fragment of a page that was sent here takes the whole page along, and comes back to it."""

    template_name = "sign_in.html"
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.htmx and request.method == "GET":
            came_from = urlsplit(request.htmx.current_url or "").path or "/"
            return HttpResponseClientRedirect(f"{resolve_url('sign-in')}?{urlencode({'next': came_from})}")
        return super().dispatch(request, *args, **kwargs)
