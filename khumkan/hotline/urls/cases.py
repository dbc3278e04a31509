"""Addresses of the agent's desk and of cases."""

from django.urls import URLPattern, path

from khumkan.hotline.views import cases, files, queues, supervising

urlpatterns: list[URLPattern] = [
    path("desk/file/<str:person>/", files.person, name="file"),
    path("desk/file/<str:person>/verify/", files.verify, name="verify"),
    path("desk/file/<str:person>/vouch/", files.vouch, name="vouch"),
    path("desk/file/<str:person>/open/", files.open_case, name="open"),
    path("desk/cases/", queues.mine, name="cases"),
    path("desk/cases/leave/", queues.leave, name="leave"),
    path("desk/cases/next/", queues.take_next, name="take_next"),
    path("desk/cases/open/", files.open_for_anybody, name="open_for_anybody"),
    path("desk/cases/queue/", queues.queue, name="queue"),
    path("desk/cases/<str:reference>/", cases.case, name="case"),
    path("desk/cases/<str:reference>/take/", cases.take, name="take"),
    path("desk/cases/<str:reference>/back/", cases.put_back, name="put_back"),
    path("desk/cases/<str:reference>/note/", cases.note, name="note"),
    path("desk/cases/<str:reference>/wait/", cases.wait, name="wait"),
    path("desk/cases/<str:reference>/reply/", cases.reply, name="reply"),
    path("desk/cases/<str:reference>/hand/", cases.hand_over, name="hand_over"),
    path("desk/cases/<str:reference>/escalate/", cases.escalate, name="escalate"),
    path("desk/cases/<str:reference>/close/", cases.close, name="close"),
    path("desk/cases/<str:reference>/merge/", cases.merge, name="merge"),
    path("desk/cases/<str:reference>/reopen/", cases.reopen, name="reopen"),
    path("desk/supervise/", supervising.overview, name="supervise"),
    path("desk/supervise/many/", supervising.many, name="many"),
    path("desk/supervise/reviews/", supervising.reviews, name="reviews"),
    path("desk/supervise/reviews/<str:reference>/", supervising.review, name="review"),
]
