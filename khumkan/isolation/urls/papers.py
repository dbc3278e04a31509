"""Addresses of certificates and letters: checking by anybody, fetching by the person, revoking by officers."""

from django.urls import path

from khumkan.isolation.views import papers

urlpatterns = [
    path("papers/<str:code>/", papers.check, name="paper"),
    path("my/papers/<str:code>.pdf", papers.own, name="certificate_pdf"),
    path("office/papers/", papers.listed, name="papers"),
    path("office/papers/<str:code>/", papers.one, name="office_paper"),
    path("office/papers/<str:code>/again/", papers.again, name="issue_again"),
]
