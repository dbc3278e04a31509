"""Addresses of accounts."""

from django.urls import path

from khumkan.accounts.views import door, office_tokens, office_users, own, staff_providers

app_name = "accounts"
urlpatterns = [
    path("sign-in/staff/", door.sign_in, name="sign_in"),
    path("sign-in/staff/factor/", door.second_factor, name="second_factor"),
    path("sign-in/staff/factor/passkey/", door.passkey_options, name="passkey_options"),
    path("sign-in/staff/enrol/", door.enrol, name="enrol"),
    path("sign-in/staff/invitation/", door.invitation, name="invitation"),
    path("sign-in/staff/provider/<slug:slug>/", staff_providers.begin, name="provider"),
    path("sign-in/staff/provider/<slug:slug>/link/", staff_providers.link, name="provider_link"),
    path("sign-in/staff/provider/<slug:slug>/back/", staff_providers.back, name="provider_back"),
    path("sign-in/again/", own.prove_again, name="prove_again"),
    path("sign-in/again/passkey/", own.passkey_again, name="passkey_again"),
    path("sign-out/", door.sign_out, name="sign_out"),
    path("account/", own.account, name="account"),
    path("account/app/", own.add_app, name="add_app"),
    path("account/passkey/", own.add_passkey, name="add_passkey"),
    path("account/passkey/options/", own.new_passkey_options, name="new_passkey_options"),
    path("account/factors/<int:factor_id>/remove/", own.remove_factor, name="remove_factor"),
    path("account/recovery-codes/", own.renew_recovery_codes, name="renew_recovery_codes"),
    path("account/password/", own.change_password, name="change_password"),
    path("account/sign-out-elsewhere/", own.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("office/users/", office_users.user_list, name="users"),
    path("office/users/new/", office_users.new_user, name="new_user"),
    path("office/users/requests/", office_users.request_list, name="requests"),
    path("office/users/requests/<int:request_id>/", office_users.decide, name="decide"),
    path("office/users/signed-in/", office_users.signed_in, name="signed_in"),
    path("office/users/<int:user_id>/", office_users.user_page, name="user"),
    path("office/users/<int:user_id>/roles/", office_users.add_grant, name="add_grant"),
    path(
        "office/users/<int:user_id>/roles/<int:grant_id>/withdraw/", office_users.withdraw_grant, name="withdraw_grant"
    ),
    path("office/users/<int:user_id>/active/", office_users.set_active, name="set_active"),
    path("office/users/<int:user_id>/sign-out/", office_users.end_sign_ins, name="end_sign_ins"),
    path("office/users/<int:user_id>/reset/", office_users.ask_reset, name="ask_reset"),
    path("office/tokens/", office_tokens.token_list, name="tokens"),
    path("office/tokens/new/", office_tokens.new_token, name="new_token"),
    path("office/tokens/<int:token_id>/revoke/", office_tokens.revoke_token, name="revoke_token"),
]
