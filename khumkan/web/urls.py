"""Addresses of the shell."""

from django.urls import path

from khumkan.web.views import audit, enterprise, front, my

app_name = "web"
urlpatterns = [
    path("", front.front, name="front"),
    path("about/", front.about, name="about"),
    path("health/", front.health, name="health"),
    path("my/", my.home, name="my"),
    path("my/record/", my.who_looked, name="who_looked"),
    path("my/happened/", my.all_happened, name="my_happened"),
    path("my/data/", my.data, name="my_data"),
    path("my/data/khumkan.json", my.data_json, name="my_data_json"),
    path("my/data/happened.csv", my.data_csv, name="my_data_csv"),
    path("employer/", enterprise.home, name="employer"),
    path("employer/happened/", enterprise.all_happened, name="employer_happened"),
    path("office/", front.office, name="office"),
    path("field/", front.field, name="field"),
    path("desk/", front.desk, name="desk"),
    path("bank/", front.bank, name="bank"),
    path("audit/", audit.home, name="audit"),
    path("audit/person/", audit.person, name="audit_person"),
    path("audit/staff/<int:user_id>/", audit.staff, name="audit_staff"),
    path("audit/seals/", audit.seals, name="audit_seals"),
]
