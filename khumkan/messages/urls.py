"""The addresses of messages."""

from django.urls import path

from khumkan.messages import views

app_name = "messaging"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("messages/receipts/<str:provider>/", views.receipts, name="receipts"),
]
