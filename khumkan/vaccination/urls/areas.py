"""Addresses of phases, districts and coverage."""

from django.urls import URLPattern, path

from khumkan.vaccination.views import case_files, coverage, districts, phases

PHASE = "office/vaccination/phases/<int:phase_id>/"
CHOICE = "office/vaccination/districts/<str:reference>/"
PUBLIC_CHOICE = "vaccination/districts/<str:reference>/"
urlpatterns: list[URLPattern] = [
    path("vaccination/phases/", phases.open_phases, name="open_phases"),
    path(PUBLIC_CHOICE, districts.public_choice, name="public_choice"),
    path(f"{PUBLIC_CHOICE}file/", districts.public_choice_file, name="public_choice_file"),
    path("office/vaccination/phases/", phases.phases, name="phases"),
    path("office/vaccination/phases/new/", phases.new_phase, name="new_phase"),
    path(PHASE, phases.phase, name="phase"),
    path(f"{PHASE}sign/", phases.sign_phase, name="sign_phase"),
    path(f"{PHASE}move/", phases.move_phase, name="move_phase"),
    path("office/vaccination/districts/", districts.choices, name="choices"),
    path("office/vaccination/districts/new/", districts.new_choice, name="new_choice"),
    path("office/vaccination/districts/cases/", case_files.case_files, name="case_files"),
    path("office/vaccination/districts/cases/<int:file_id>/", case_files.case_file, name="case_file"),
    path("office/vaccination/districts/count/", case_files.count_insured, name="count_insured"),
    path(CHOICE, districts.choice, name="choice"),
    path(f"{CHOICE}areas.csv", districts.choice_csv, name="choice_csv"),
    path(f"{CHOICE}sign/", districts.sign_choice, name="sign_choice"),
    path(f"{CHOICE}drop/", districts.drop_choice, name="drop_choice"),
    path("office/vaccination/coverage/", coverage.coverage, name="coverage"),
    path("office/vaccination/coverage/<slug:part>.csv", coverage.coverage_file, name="coverage_file"),
]
