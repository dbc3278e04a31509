"""Addresses for the tests of this layer alone."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from khumkan.ui import errors, gallery


def page(request: HttpRequest, status: int) -> HttpResponse:
    """Show an error page."""
    return errors.error_page(request, status)


urlpatterns = [
    path("gallery/", gallery.gallery),
    path("gallery/<slug:name>.csv", gallery.gallery_csv),
    path("error/<int:status>/", page),
]
handler400 = "khumkan.ui.errors.bad_request"
handler403 = "khumkan.ui.errors.forbidden"
handler404 = "khumkan.ui.errors.missing"
handler500 = "khumkan.ui.errors.broken"
