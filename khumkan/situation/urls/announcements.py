"""Addresses of announcements and of the news that everybody reads."""

from django.urls import URLPattern, path

from khumkan.situation.views import announcements, news

HERE = "office/announcements"
ONE = f"{HERE}/<str:reference>/"
urlpatterns: list[URLPattern] = [
    path("news/", news.listed, name="news"),
    path("news/<slug:language>.atom", news.feed, name="feed"),
    path("news/<str:reference>/", news.one, name="news_one"),
    path("my/news/", news.mine, name="my_news"),
    path(f"{HERE}/", announcements.listed, name="announcements"),
    path(f"{HERE}/new/", announcements.new, name="new_announcement"),
    path(ONE, announcements.one, name="announcement"),
    path(f"{ONE}change/", announcements.change, name="change_announcement"),
    path(f"{ONE}submit/", announcements.submit, name="submit_announcement"),
    path(f"{ONE}send-back/", announcements.send_back, name="send_back_announcement"),
    path(f"{ONE}approve/", announcements.approve, name="approve_announcement"),
    path(f"{ONE}drop/", announcements.drop, name="drop_announcement"),
    path(f"{ONE}stop/", announcements.stop, name="stop_announcement"),
    path(f"{ONE}withdraw/", announcements.withdraw, name="withdraw_announcement"),
]
