"""Addresses of places."""

from django.urls import path

from khumkan.places import views

app_name = "places"
urlpatterns = [
    path("office/places/", views.sites, name="sites"),
    path("office/places/add/", views.add_site, name="add_site"),
    path("office/places/holidays/", views.holidays, name="holidays"),
    path("office/places/holidays/add/", views.set_holiday, name="add_holiday"),
    path("office/places/holidays/<str:day>/", views.set_holiday, name="holiday"),
    path("office/places/<str:reference>/", views.site, name="site"),
    path("office/places/<str:reference>/change/", views.change_site, name="change_site"),
    path("office/places/<str:reference>/open/", views.set_open, name="set_open"),
    path("office/places/<str:reference>/closures/add/", views.close_days, name="close_days"),
    path("office/places/<str:reference>/closures/<int:closure_id>/reopen/", views.reopen_days, name="reopen_days"),
]
