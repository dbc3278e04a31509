"""Addresses of the bed board and of the sites that care for people."""

from django.urls import path

from khumkan.isolation.views import board, field_beds, forecasts, houses, nights, rooms

urlpatterns = [
    path("office/beds/", board.board, name="board"),
    path("office/beds/forecast/", forecasts.forecast, name="forecast"),
    path("office/beds/join/", houses.join, name="join_site"),
    path("office/beds/rooms.csv", rooms.template_file, name="rooms_template"),
    path("office/beds/<str:reference>/", houses.house, name="house"),
    path("office/beds/<str:reference>/people/", houses.people, name="house_people"),
    path("office/beds/<str:reference>/change/", houses.change, name="house_change"),
    path("office/beds/<str:reference>/state/", houses.set_state, name="house_state"),
    path("office/beds/<str:reference>/rooms/", rooms.add, name="add_rooms"),
    path("office/beds/<str:reference>/rooms/file/", rooms.from_file, name="rooms_file"),
    path("office/beds/<str:reference>/withdraw/", rooms.withdraw, name="withdraw_beds"),
    path("office/beds/<str:reference>/nights/", nights.nights, name="nights"),
    path("office/beds/<str:reference>/nights.csv", nights.as_csv, name="nights_csv"),
    path("office/beds/<str:reference>/nights.xlsx", nights.as_xlsx, name="nights_xlsx"),
    path("field/beds/", field_beds.choose, name="field_beds"),
    path("field/beds/bed/<int:bed_id>/", field_beds.bed, name="bed"),
    path("field/beds/<str:reference>/", field_beds.house, name="field_house"),
]
