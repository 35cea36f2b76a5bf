"""Addresses of identity. Those of allauth's pages keep allauth's names, without a namespace."""

from __future__ import annotations

from django.urls import path

from .views import again as proving
from .views import counter, entering, passkeys, recovering, security, staying

app_name = "identity"
urlpatterns = [
    path("sign-in/code/", entering.ask_code, name="ask_code"),
    path("sign-in/code/check/", entering.give_code, name="give_code"),
    path("sign-up/name/", entering.tell_name, name="tell_name"),
    path("sign-in/start/", entering.give_start_code, name="give_start_code"),
    path("sign-in/outbox/", entering.show_outbox, name="show_outbox"),
    path("sign-in/again/code/", proving.by_code, name="prove_by_code"),
    path("sign-in/recover/", recovering.choose_way, name="recover"),
    path("sign-in/recover/contact/", recovering.ask_by_contact, name="recover_by_contact"),
    path("sign-in/recover/contact/check/", recovering.confirm_recovery, name="confirm_recovery"),
    path("sign-in/recover/code/", recovering.ask_by_recovery_code, name="recover_by_code"),
    path("sign-in/recover/finish/", recovering.finish, name="finish_recovery"),
    path("welcome/", security.welcome, name="welcome"),
    path("security/", security.show_security, name="show_security"),
    path("security/contacts/new/", security.add_contact, name="add_contact"),
    path("security/contacts/new/check/", security.confirm_contact, name="confirm_contact"),
    path("security/contacts/<uuid:public_id>/remove/", security.remove_contact, name="remove_contact"),
    path("security/password/", security.choose_password, name="choose_password"),
    path("security/sessions/end/", security.end_other_sessions, name="end_other_sessions"),
    path("security/sessions/<uuid:public_id>/end/", security.end_session, name="end_session"),
    path("security/recovery/stop/", security.stop_recovery, name="stop_recovery"),
    path("security/second-factor/", security.show_second_factor, name="show_second_factor"),
    path("security/device/", staying.keep_on_device, name="keep_on_device"),
    path("sign-in/stay/", staying.stay, name="stay"),
    path("counter/open/", counter.open_at_counter, name="open_at_counter"),
    path("counter/<uuid:public_id>/start-code/", counter.give_start_code, name="new_start_code"),
    path("counter/<uuid:public_id>/recovery/", counter.recover, name="recover_at_counter"),
]

allauth_patterns = [
    path("sign-up/", entering.sign_up, name="account_signup"),
    path("sign-in/again/", proving.show, name="account_reauthenticate"),
    path("sign-in/passkey/", passkeys.sign_in, name="mfa_login_webauthn"),
    path("sign-in/second/", passkeys.authenticate, name="mfa_authenticate"),
    path("security/password/first/", security.choose_password, name="account_set_password"),
    path("security/factors/", passkeys.index, name="mfa_index"),
    path("security/passkeys/", passkeys.list_passkeys, name="mfa_list_webauthn"),
    path("security/passkeys/new/", passkeys.add, name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/name/", passkeys.edit, name="mfa_edit_webauthn"),
    path("security/passkeys/<int:pk>/remove/", passkeys.remove, name="mfa_remove_webauthn"),
    path("security/app/", passkeys.activate, name="mfa_activate_totp"),
    path("security/app/remove/", passkeys.deactivate, name="mfa_deactivate_totp"),
    path("security/recovery-codes/", passkeys.view_codes, name="mfa_view_recovery_codes"),
    path("security/recovery-codes/new/", passkeys.generate_codes, name="mfa_generate_recovery_codes"),
]
