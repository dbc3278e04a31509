"""Addresses of the persons' sign-in."""

from django.conf import settings
from django.urls import path

from khumkan.web.sign_in.views import demonstration, door, own, providers, staff

app_name = "sign_in"
urlpatterns = [
    path("sign-in/", door.start, name="start"),
    path("sign-in/code/", door.code, name="code"),
    path("sign-in/letter/", door.letter, name="letter"),
    path("sign-in/provider/<slug:slug>/", providers.begin, name="provider"),
    path("sign-in/provider/<slug:slug>/back/", providers.back, name="provider_back"),
    path("my/again/", own.prove_again, name="prove_again"),
    path("my/again/code/", own.prove_again_code, name="prove_again_code"),
    path("my/account/", own.account, name="account"),
    path("my/account/phone/", own.new_phone, name="new_phone"),
    path("my/account/phone/code/", own.new_phone_code, name="new_phone_code"),
    path("my/account/phone/cancel/", own.cancel_new_phone, name="cancel_new_phone"),
    path("my/account/sign-out-elsewhere/", own.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("desk/persons/<str:reference>/letter/", staff.ask_letter, name="ask_letter"),
    path("desk/persons/<str:reference>/phone/", staff.ask_phone, name="ask_phone"),
    path("desk/persons/<str:reference>/phone/cancel/", staff.cancel_phone, name="cancel_phone"),
    path("desk/requests/", staff.requests, name="requests"),
    path("desk/requests/<int:request_id>/", staff.decide, name="decide"),
]
if settings.KHUMKAN_DEMO:
    urlpatterns += [
        path("sign-in/demo/", demonstration.entries, name="demonstration"),
        path("sign-in/demo/<int:entry_id>/", demonstration.sign_in, name="demonstration_sign_in"),
    ]
