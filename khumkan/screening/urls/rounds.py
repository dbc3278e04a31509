"""Addresses of rounds, of their published draws, and of employers' testing days."""

from django.urls import path

from khumkan.screening.views import draws, round_choice, round_steps, rounds

ONE = "office/tests/rounds/<str:reference>/"
urlpatterns = [
    path("office/tests/rounds/", rounds.listed, name="rounds"),
    path("office/tests/rounds/new/", rounds.area, name="round_area"),
    path("office/tests/rounds/new/<slug:province>/", rounds.new, name="new_round"),
    path(ONE, rounds.one, name="round"),
    path(f"{ONE}enterprises/", rounds.enterprises, name="round_enterprises"),
    path(f"{ONE}enterprises/choose/", round_choice.choose, name="round_choose"),
    path(f"{ONE}design/", round_steps.design, name="round_design"),
    path(f"{ONE}design/preview/", round_steps.preview, name="round_preview"),
    path(f"{ONE}freeze/", round_steps.freeze, name="round_freeze"),
    path(f"{ONE}draw/", round_steps.draw, name="round_draw"),
    path(f"{ONE}arrange/", round_steps.arrange, name="round_arrange"),
    path(f"{ONE}announce/", round_steps.announce, name="round_announce"),
    path(f"{ONE}substitutes/", round_steps.substitutes, name="round_substitutes"),
    path(f"{ONE}close/", round_steps.close, name="round_close"),
    path(f"{ONE}cancel/", round_steps.cancel, name="round_cancel"),
    path("tests/draws/", draws.draws, name="draws"),
    path("tests/draws/<str:reference>/", draws.draw, name="draw"),
    path("tests/draws/<str:reference>/file/", draws.draw_file, name="draw_file"),
    path("employer/tests/", draws.testing_days, name="employer_tests"),
    path("employer/tests/<str:employer>/<str:session>/", draws.testing_day, name="employer_visit"),
]
