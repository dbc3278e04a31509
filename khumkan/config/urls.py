"""Every address of Khumkan: each app brings its own, written from the root."""

from django.urls import include, path

from khumkan.accounts.access import public
from khumkan.ui import gallery

#: The busiest first: an address is compared with one pattern after the other.
APPS = (
    "khumkan.screening.urls",
    "khumkan.isolation.urls",
    "khumkan.vaccination.urls",
    "khumkan.loans.urls",
    "khumkan.hotline.urls",
    "khumkan.situation.urls",
    "khumkan.web.urls",
    "khumkan.web.sign_in.urls",
    "khumkan.accounts.urls",
    "khumkan.places.urls",
    "khumkan.registry.urls",
    "khumkan.policies.urls",
    "khumkan.messages.urls",
    "khumkan.api.urls",
)
shown_to_all = public("made-up examples of every component; there in the demonstration only")
urlpatterns = [
    *(path("", include(urls)) for urls in APPS),
    path("gallery/", shown_to_all(gallery.gallery), name="gallery"),
    path("gallery/<slug:name>.csv", shown_to_all(gallery.gallery_csv), name="gallery_csv"),
]

handler400 = "khumkan.ui.errors.bad_request"
handler403 = "khumkan.ui.errors.forbidden"
handler404 = "khumkan.ui.errors.missing"
handler500 = "khumkan.ui.errors.broken"
