"""Addresses of policies."""

from django.urls import path

from khumkan.policies import views

app_name = "policies"
urlpatterns = [
    path("office/policies/", views.all_kinds, name="kinds"),
    path("office/policies/proposals/<int:proposal_id>/", views.proposal, name="proposal"),
    path("office/policies/proposals/<int:proposal_id>/approve/", views.approve, name="approve"),
    path("office/policies/proposals/<int:proposal_id>/reject/", views.reject, name="reject"),
    path("office/policies/<str:name>/", views.one_kind, name="kind"),
    path("office/policies/<str:name>/propose/", views.propose, name="propose"),
    path("office/policies/<str:name>/<int:number>/", views.one_version, name="version"),
]
