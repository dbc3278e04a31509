"""Addresses of the front desk."""

from django.urls import path

from khumkan.isolation.views import arrivals, arriving

urlpatterns = [
    path("field/arrivals/", arrivals.today, name="arrivals"),
    path("field/arrivals/walk-in/", arrivals.walk_in, name="walk_in"),
    path("field/arrivals/leaving/", arrivals.leaving, name="leaving"),
    path("field/arrivals/clean/<int:number>/", arrivals.clean, name="clean_bed"),
    path("field/arrivals/<str:reference>/", arriving.one, name="arriving"),
    path("field/arrivals/<str:reference>/check-in/", arriving.check_in, name="arrive"),
    path("field/arrivals/<str:reference>/other-bed/", arriving.other_bed, name="other_bed"),
    path("field/arrivals/<str:reference>/not-let-in/", arriving.not_let_in, name="not_let_in"),
    path("field/arrivals/<str:reference>/change-bed/", arriving.change_bed, name="change_bed"),
    path("field/arrivals/<str:reference>/leave/", arriving.leave, name="leave"),
]
