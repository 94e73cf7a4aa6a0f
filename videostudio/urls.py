"""Every address of the product."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from jobs import webhooks
from videostudio import api
from videostudio.health import health
from videostudio.metrics import metrics
from videostudio.problems import server_error
from videostudio.sign_in import SignIn

handler500 = server_error
urlpatterns = [
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("admin/", admin.site.urls),
    path("health", health),
    path("metrics", metrics, name="metrics"),
    path("api/v2/webhooks/replicate", webhooks.replicate, name="replicate-webhook"),
    path("api/v2/", api.urls),
    path("", include("brands.urls")),
    path("", include("jobs.urls")),
]
