"""Addresses of the hotline: the vaccination of a caller, and people to be called."""

from django.urls import URLPattern, path

from khumkan.vaccination.views import desk

urlpatterns: list[URLPattern] = [
    path("desk/vaccination/", desk.listed, name="desk_calls"),
    path("desk/vaccination/call/<str:reference>/", desk.call, name="desk_call"),
    path("desk/vaccination/<str:person>/", desk.person, name="desk_person"),
    path("desk/vaccination/<str:person>/confirm/", desk.confirm, name="desk_confirm"),
    path("desk/vaccination/<str:person>/refuse/", desk.refuse, name="desk_refuse"),
    path("desk/vaccination/<str:person>/near/", desk.near, name="desk_near"),
    path("desk/vaccination/<str:person>/change/", desk.change, name="desk_change_date"),
    path("desk/vaccination/<str:person>/give-back/", desk.give_back, name="desk_give_back"),
    path("desk/vaccination/<str:person>/called/", desk.called, name="desk_called"),
    path("desk/vaccination/<str:person>/again/", desk.let_plan_again, name="desk_plan_again"),
]
