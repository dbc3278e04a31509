"""A few views with marks, for the tests of the marks."""

from django.http import HttpResponse
from django.urls import include, path

from khumkan.accounts.access import fresh_sign_in, open_to, public
from khumkan.kernel.actors import Role
from khumkan.record.idempotency import unkeyed


def answer(request):
    return HttpResponse(f"{request.actor.kind} {request.actor.id}")


urlpatterns = [
    path("t/public/", public("a test")(answer)),
    path("t/nurse/", open_to(Role.NURSE, Role.OFFICER)(answer), name="nurse"),
    path("t/person/", open_to(Role.PERSON)(answer)),
    path("t/fresh/", open_to(Role.NURSE)(fresh_sign_in(minutes=10)(unkeyed("a test")(answer)))),
    path("", include("khumkan.accounts.urls")),
    path("", include("khumkan.web.sign_in.urls")),
]
handler404 = "khumkan.ui.errors.missing"
