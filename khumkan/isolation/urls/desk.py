"""Addresses of the hotline: care of a caller, and people to be called."""

from django.urls import URLPattern, path

from khumkan.isolation.views import desk_care

urlpatterns: list[URLPattern] = [
    path("desk/care/", desk_care.listed, name="desk_cares"),
    path("desk/care/call/<str:reference>/", desk_care.call, name="desk_call"),
    path("desk/care/<str:person>/", desk_care.person, name="desk_care"),
    path("desk/care/<str:person>/questions/", desk_care.questions, name="desk_questions"),
    path("desk/care/<str:person>/report/", desk_care.report, name="desk_report"),
    path("desk/care/<str:person>/family/", desk_care.family, name="desk_family"),
    path("desk/care/<str:person>/called/", desk_care.called, name="desk_called"),
    path("desk/care/<str:person>/decline/", desk_care.decline, name="desk_decline_care"),
    path("desk/care/<str:person>/again/", desk_care.take_up_again, name="desk_take_up_again"),
]
