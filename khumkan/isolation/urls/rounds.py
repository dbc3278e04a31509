"""Addresses of the nurses, and of the officers' list of escalations."""

from django.urls import path

from khumkan.isolation.views import escalations, going_home, rounds

urlpatterns = [
    path("field/rounds/", rounds.start, name="rounds"),
    path("field/rounds/at/<str:site>/", rounds.listed, name="round_list"),
    path("field/rounds/<str:reference>/", rounds.bedside, name="bedside"),
    path("field/rounds/<str:reference>/decide/", rounds.decide, name="decide_escalation"),
    path("field/rounds/<str:reference>/step-down/", rounds.step_down, name="step_down"),
    path("field/escalations/", escalations.at_site, name="escalations"),
    path("field/going-home/", going_home.start, name="going_home"),
    path("field/going-home/at/<str:site>/", going_home.listed, name="going_home_list"),
    path("field/going-home/<str:reference>/", going_home.one, name="going_one"),
    path("field/going-home/<str:reference>/take-back/", going_home.take_back, name="take_back_discharge"),
    path("field/going-home/<str:reference>/<slug:because>/", going_home.go, name="go_home"),
    path("office/escalations/", escalations.of_provinces, name="office_escalations"),
]
