"""Every address of the product."""

from django.contrib import admin
from django.urls import path

from videostudio.health import health

urlpatterns = [path("admin/", admin.site.urls), path("health", health)]
