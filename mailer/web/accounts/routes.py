"""The addresses of accounts, by the names that allauth knows them by."""

from django.urls import path, re_path

from mailer.web.accounts import entering, factors, office, passwords

urlpatterns = [
    path("login/", entering.login, name="account_login"),
    path("login/second/", entering.authenticate, name="mfa_authenticate"),
    path("login/passkey/", entering.passkey, name="mfa_login_webauthn"),
    path("login/closed/", entering.inactive, name="account_inactive"),
    re_path(r"^login/(?P<provider_id>office)/$", office.office_login, name="openid_connect_login"),
    re_path(
        r"^login/(?P<provider_id>office)/back/$",
        office.office_back,
        name="openid_connect_callback",
    ),
    path("logout/", entering.logout, name="account_logout"),
    path("password/", passwords.forgotten, name="account_reset_password"),
    path("password/sent/", passwords.sent, name="account_reset_password_done"),
    path("password/renewed/", passwords.renewed, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/(?P<uidb36>[0-9A-Za-z]{1,13})-(?P<key>[-0-9A-Za-z]{1,100})/$",
        passwords.renew,
        name="account_reset_password_from_key",
    ),
    path("account/", factors.account, name="mfa_index"),
    path("account/again/", passwords.again, name="account_reauthenticate"),
    path("account/again/code/", factors.again_by_code, name="mfa_reauthenticate"),
    path("account/again/passkey/", factors.again_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/password/", passwords.change, name="account_change_password"),
    path("account/password/first/", passwords.first, name="account_set_password"),
    path("account/app/", factors.add_app, name="mfa_activate_totp"),
    path("account/app/remove/", factors.remove_app, name="mfa_deactivate_totp"),
    path("account/codes/", factors.codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", factors.new_codes, name="mfa_generate_recovery_codes"),
    path("account/passkeys/", entering.to_the_account, name="mfa_list_webauthn"),
    path("account/passkeys/add/", factors.add_passkey, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/name/", factors.rename_passkey, name="mfa_edit_webauthn"),
    path("account/passkeys/<int:pk>/remove/", factors.remove_passkey, name="mfa_remove_webauthn"),
]
