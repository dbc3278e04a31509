"""Addresses of calls, call-backs, the wallboard and of messages that come in."""

from django.urls import URLPattern, path

from khumkan.hotline.views import call_backs, calls, incoming, my_call_back

urlpatterns: list[URLPattern] = [
    path("my/call-back/", my_call_back.mine, name="my_call_back"),
    path("my/call-back/drop/", my_call_back.drop, name="drop_my_call_back"),
    path("desk/calls/", calls.listed, name="calls"),
    path("desk/calls/ringing/", calls.ringing, name="ringing"),
    path("desk/calls/<str:reference>/", calls.call, name="call"),
    path("desk/call-backs/", call_backs.listed, name="call_backs"),
    path("desk/call-backs/next/", call_backs.take_next, name="take_next_call_back"),
    path("desk/call-backs/<str:reference>/", call_backs.call_back, name="call_back"),
    path("desk/call-backs/<str:reference>/take/", call_backs.take, name="take_call_back"),
    path("desk/call-backs/<str:reference>/back/", call_backs.put_back, name="put_back_call_back"),
    path("desk/call-backs/<str:reference>/drop/", call_backs.drop, name="drop_call_back"),
    path("desk/cases/<str:reference>/call-back/", call_backs.of_case, name="case_call_back"),
    path("desk/file/<str:person>/call-back/", call_backs.of_person, name="file_call_back"),
    path("desk/wallboard/", calls.wallboard, name="wallboard"),
    path("desk/surge/", calls.surge, name="surge"),
    path("desk/surge/end/", calls.end_surge, name="end_surge"),
    path("messages/incoming/<str:provider>/", incoming.incoming, name="incoming"),
]
