"""Addresses of laboratories, of answers, cases and outbreaks."""

from django.urls import path

from khumkan.screening.views import alerts, answers, lab_files, laboratory

urlpatterns = [
    path("field/lab/", laboratory.start, name="lab"),
    path("field/lab/find/", laboratory.find, name="lab_find"),
    path("field/lab/box/<str:reference>/", laboratory.box, name="lab_box"),
    path("field/lab/specimen/<str:code>/", laboratory.specimen, name="lab_specimen"),
    path("field/lab/specimen/<str:code>/found/", laboratory.found_later, name="lab_found_later"),
    path("field/lab/specimen/<str:code>/spoiled/", laboratory.spoiled, name="lab_spoiled"),
    path("field/lab/pool/<str:reference>/", laboratory.pool, name="lab_pool"),
    path("field/lab/release/<int:number>/", laboratory.decide, name="lab_decide"),
    path("field/lab/file/<str:reference>/", lab_files.file, name="lab_file"),
    path("field/lab/file/<str:reference>/rows.csv", lab_files.rows_file, name="lab_file_rows"),
    path("field/lab/at/<str:site>/pools/", laboratory.pools, name="lab_pools"),
    path("field/lab/at/<str:site>/release/", laboratory.release_queue, name="lab_release"),
    path("field/lab/at/<str:site>/late/", laboratory.late, name="lab_late"),
    path("field/lab/at/<str:site>/files/", lab_files.files, name="lab_files"),
    path("field/lab/at/<str:site>/", laboratory.one, name="lab_one"),
    path("my/tests/<str:reference>/answer.pdf", answers.letter, name="answer_letter"),
    path("my/cases/<str:reference>/contacts/", answers.name_contacts, name="name_contacts"),
    path("office/tests/alerts/", alerts.alerts, name="alerts"),
    path("office/tests/alerts/<str:reference>/", alerts.alert, name="alert"),
    path("office/tests/alerts/<str:reference>/close/", alerts.close, name="close_alert"),
]
