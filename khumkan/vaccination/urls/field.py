"""The site: today's list, one person's steps, the door, the doses, and what the office reads of it."""

from django.urls import path

from khumkan.vaccination.views import field_days, field_doses, field_people, field_steps, office_days, stand_by

urlpatterns = [
    path("field/vaccination/", field_days.start, name="field_vaccination"),
    path("field/vaccination/sync/", field_steps.sync, name="field_sync"),
    path("field/vaccination/at/<str:site>/", field_days.day, name="field_day"),
    path("field/vaccination/at/<str:site>/door/", field_days.at_door, name="field_door"),
    path("field/vaccination/at/<str:site>/stand-by/", field_days.stand_bys, name="field_stand_bys"),
    path("field/vaccination/at/<str:site>/doses/", field_doses.doses, name="field_doses"),
    path("field/vaccination/at/<str:site>/temperature/", field_doses.warmth, name="field_warmth"),
    path("field/vaccination/at/<str:site>/close/<str:day>/", field_days.close, name="field_close"),
    path("field/vaccination/dose/<str:reference>/", field_people.person, name="field_person"),
    path("field/vaccination/dose/<str:reference>/<str:name>/", field_steps.step, name="field_step"),
    path("office/vaccination/days/", office_days.days, name="office_days"),
    path("office/vaccination/days/<str:site>/<str:day>/", office_days.one_day, name="office_day"),
    path("office/vaccination/doses/", office_days.doses, name="office_doses"),
    path("office/vaccination/doses/<int:pk>/", office_days.decide_held, name="office_held"),
    path("office/vaccination/oddities/", office_days.odd, name="office_oddities"),
    path("my/vaccination/stand-by/", stand_by.ask, name="stand_by"),
    path("employer/vaccination/days/", office_days.employer_days, name="employer_days"),
]
