"""Addresses of the officers of a bank, and of the loan as its employer sees it."""

from django.urls import URLPattern, path

from khumkan.loans.views import bank_applications, bank_files, bank_loans, bank_money, own_loans

ASKED = "bank/applications/<str:reference>/"
LOAN = "bank/loans/<str:reference>/"
FILE = "bank/files/<str:reference>/"
urlpatterns: list[URLPattern] = [
    path("bank/applications/", bank_applications.applications, name="bank_applications"),
    path(ASKED, bank_applications.application, name="bank_application"),
    path(f"{ASKED}documents/<int:document_id>/", bank_applications.document, name="bank_document"),
    path(f"{ASKED}return/", bank_applications.return_application, name="return_application"),
    path(f"{ASKED}propose/", bank_applications.propose, name="propose"),
    path(f"{ASKED}decide/", bank_applications.decide_application, name="decide_application"),
    path(f"{ASKED}sign/", bank_applications.sign_loan, name="sign_loan"),
    path("bank/room/", bank_loans.room, name="bank_room"),
    path("bank/loans/", bank_loans.loans, name="bank_loans"),
    path(LOAN, bank_loans.loan, name="bank_loan"),
    path(f"{LOAN}schedules/<int:version>/", bank_loans.schedule, name="bank_schedule"),
    path(f"{LOAN}draw/", bank_money.draw, name="draw"),
    path(f"{LOAN}repay/", bank_money.repay, name="repay"),
    path(f"{LOAN}prepay/", bank_money.prepay, name="prepay"),
    path(f"{LOAN}payments/<int:journal_id>/reverse/", bank_money.reverse_payment, name="reverse_payment"),
    path(f"{LOAN}pause/", bank_money.pause, name="pause"),
    path(f"{LOAN}terms/", bank_money.new_terms, name="new_terms"),
    path(f"{LOAN}finish/", bank_money.finish_drawing, name="finish_drawing"),
    path(f"{LOAN}give-up/", bank_money.give_up, name="give_up"),
    path("bank/files/", bank_files.files, name="bank_files"),
    path("bank/files/send/", bank_files.send, name="send_bank_file"),
    path(FILE, bank_files.file, name="bank_file"),
    path(f"{FILE}refused.csv", bank_files.refused, name="bank_file_refused"),
    path(f"{FILE}take/", bank_files.take, name="take_bank_file"),
    path(f"{FILE}drop/", bank_files.drop, name="drop_bank_file"),
    path("employer/loans/contracts/<str:reference>/", own_loans.loan, name="own_loan"),
]
