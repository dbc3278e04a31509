"""Addresses of the situation room, its figures and its alarms."""

from django.urls import path

from khumkan.situation.views import alarms, indicators, room

HERE = "office/situation"
urlpatterns = [
    path(f"{HERE}/", room.room, name="room"),
    path(f"{HERE}/provinces.csv", room.room_file, name="room_file"),
    path(f"{HERE}/alarms/", alarms.alarms, name="alarms"),
    path(f"{HERE}/alarms/<str:reference>/", alarms.alarm, name="alarm"),
    path(f"{HERE}/alarms/<str:reference>/take-on/", alarms.take_on, name="take_on_alarm"),
    path(f"{HERE}/figures/<slug:code>/", indicators.indicator, name="indicator"),
    path(f"{HERE}/figures/<slug:code>/list/", indicators.behind, name="behind"),
    path(f"{HERE}/figures/<slug:code>/<slug:part>.csv", indicators.as_file, name="indicator_file"),
]
