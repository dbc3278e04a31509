"""Addresses of the shell."""

from django.urls import path

from khumkan.web.views import audit, front, my

app_name = "web"
urlpatterns = [
    path("", front.front, name="front"),
    path("about/", front.about, name="about"),
    path("health/", front.health, name="health"),
    path("my/", my.home, name="my"),
    path("my/record/", my.who_looked, name="who_looked"),
    path("employer/", front.employer, name="employer"),
    path("office/", front.office, name="office"),
    path("field/", front.field, name="field"),
    path("desk/", front.desk, name="desk"),
    path("audit/", audit.home, name="audit"),
    path("audit/person/", audit.person, name="audit_person"),
    path("audit/staff/<int:user_id>/", audit.staff, name="audit_staff"),
    path("audit/seals/", audit.seals, name="audit_seals"),
]
