"""Addresses of the work at the site."""

from django.urls import path

from khumkan.screening.views import corrections, visit_sessions, visits

urlpatterns = [
    path("field/tests/", visit_sessions.today, name="field_today"),
    path("field/tests/in/<str:reference>/", visits.arrival, name="arrival"),
    path("field/tests/in/<str:reference>/check-in/", visits.check_in, name="check_in"),
    path("field/tests/in/<str:reference>/specimen/", visits.specimen, name="take_specimen"),
    path("field/tests/in/<str:reference>/rapid/", visits.rapid, name="read_rapid"),
    path("field/tests/in/<str:reference>/correct/", visits.correct, name="correct_rapid"),
    path("field/tests/in/<str:reference>/cannot-use/", visits.cannot_use, name="cannot_use"),
    path("field/tests/in/<str:reference>/door/", visits.door, name="note_at_door"),
    path("field/tests/label/<str:code>.pdf", visits.label, name="label"),
    path("field/tests/box/<str:reference>.pdf", visit_sessions.box_list, name="box_list"),
    path("field/tests/corrections/", corrections.listed, name="corrections"),
    path("field/tests/corrections/<int:number>/", corrections.decide, name="decide_correction"),
    path("field/tests/<str:reference>/", visit_sessions.session, name="field_session"),
    path("field/tests/<str:reference>/walk-in/", visit_sessions.walk_in, name="walk_in"),
    path("field/tests/<str:reference>/not-on-list/", visit_sessions.not_on_list, name="not_on_list"),
    path("field/tests/<str:reference>/labels.pdf", visit_sessions.labels, name="labels"),
    path("field/tests/<str:reference>/blank-labels.pdf", visit_sessions.blank_labels, name="blank_labels"),
    path("field/tests/<str:reference>/box/", visit_sessions.box, name="box"),
    path("field/tests/<str:reference>/close/", visit_sessions.close, name="close_session"),
]
