"""Addresses of a person's own care."""

from django.urls import URLPattern, path

from khumkan.isolation.views import my_care

urlpatterns: list[URLPattern] = [
    path("my/care/", my_care.mine, name="my_cares"),
    path("my/care/<str:reference>/", my_care.one, name="my_care"),
    path("my/care/<str:reference>/questions/", my_care.questions, name="my_questions"),
    path("my/care/<str:reference>/report/", my_care.report, name="my_report"),
    path("my/care/<str:reference>/family/", my_care.family, name="my_family"),
    path("my/care/<str:reference>/family/<int:asked>/", my_care.answer_family, name="my_family_answer"),
    path("my/care/<str:reference>/decline/", my_care.decline, name="my_decline"),
]
