"""Addresses of drives: the officer's, the driver's, and the hotline's for people whom a driver did not find."""

from django.urls import path

from khumkan.isolation.views import drives, not_found, runs

urlpatterns = [
    path("office/runs/", runs.listed, name="runs"),
    path("office/runs/to/<str:reference>/", runs.plan, name="plan_run"),
    path("office/runs/<str:reference>/", runs.one, name="run"),
    path("office/runs/<str:reference>/add/", runs.add, name="add_to_run"),
    path("office/runs/<str:reference>/off/<int:position>/", runs.take_off, name="take_off_run"),
    path("office/runs/<str:reference>/cancel/", runs.cancel, name="cancel_run"),
    path("field/drives/", drives.listed, name="drives"),
    path("field/drives/<str:reference>/", drives.one, name="drive"),
    path("field/drives/<str:reference>/start/", drives.start, name="start_drive"),
    path("field/drives/<str:reference>/take-over/", drives.take_over, name="take_over_drive"),
    path("field/drives/<str:reference>/finish/", drives.finish, name="finish_drive"),
    path("field/drives/<str:reference>/<int:position>/", drives.outcome, name="pickup_outcome"),
    path("desk/not-found/", not_found.listed, name="not_found"),
    path("desk/not-found/<str:reference>/", not_found.one, name="not_found_one"),
]
