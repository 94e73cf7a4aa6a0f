"""The addresses of brands."""

from django.urls import path

from brands import views

urlpatterns = [path("media/brands/<int:brand_id>/logo", views.logo, name="brand-logo")]
