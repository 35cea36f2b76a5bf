"""What identity says: to bare addresses, and as notices in the site."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.notices.kinds import Words, register, register_template

CODE, CHANGED, RECOVERY = "identity.code", "identity.changed", "identity.recovery"
NEW_SIGN_IN, CHANGED_NOTICE, RECOVERY_NOTICE = (
    "identity.new_sign_in",
    "identity.sign_in_changed",
    "identity.recovery_asked",
)
_WHAT = {"zh": "您的账户登记了一个新的电子邮箱。", "en": "An e-mail address was added to your account."}
_OPENS = {"zh": "2026年9月1日10:30", "en": "1 September 2026, 10:30"}


def register_all() -> None:
    """Called once, when all apps are ready."""
    register_template(
        CODE,
        _("One-time code"),
        Words(
            # A subject is shown on locked screens and kept by mail servers: the code stands in the text only.
            title=_("One-time code"),
            body=_(
                "Your code is %(code)s. It counts for ten minutes, on the page where you asked for it. Give it to"
                " nobody; staff never ask for it."
            ),
            sms=_("Your code is %(code)s, for ten minutes. Give it to nobody; staff never ask for it."),
        ),
        sample={"code": "804512"},
    )
    changed = Words(
        title=_("Something about your sign-in changed"),
        body=_(
            "%(what)s If this was not you, sign in and end all sessions under “Sign-in and security”, or go to a"
            " learning place near you."
        ),
        sms=_("%(what)s Not you? Sign in and end all sessions, or go to a learning place."),
    )
    recovery = Words(
        title=_("Somebody wants to recover your account"),
        body=_(
            "Somebody asked to recover your account. It opens at %(opens)s. If this was not you, sign in before then"
            " and stop it under “Sign-in and security”, or go to a learning place near you."
        ),
        sms=_("Somebody wants to recover your account at %(opens)s. Not you? Sign in before then and stop it."),
    )
    register_template(CHANGED, _("Change of a sign-in"), changed, sample={"what": _WHAT})
    register_template(RECOVERY, _("Recovery of an account"), recovery, sample={"opens": _OPENS})
    # The addresses are written to by themselves, one that is just removed too; the notice is for who signs in.
    register(
        CHANGED_NOTICE,
        _("Changes of your sign-in"),
        changed,
        sample={"what": _WHAT},
        may_be_switched_off=False,
        icon="shield-check",
    )
    register(
        RECOVERY_NOTICE,
        _("Recoveries of your account"),
        recovery,
        sample={"opens": _OPENS},
        urgency="now",
        may_be_switched_off=False,
        icon="shield-check",
    )
    register(
        NEW_SIGN_IN,
        _("Sign-ins from another device"),
        Words(
            title=_("Somebody signed in from a device that is new here"),
            body=_(
                "It was %(browser)s. If this was not you, end all sessions under “Sign-in and security” and choose"
                " another password, or go to a learning place near you."
            ),
            sms=_("A new device signed in: %(browser)s. Not you? End all sessions in the site."),
        ),
        sample={"browser": {"zh": "微信，安卓手机", "en": "WeChat, Android phone"}},
        channels=("email",),
        icon="shield-check",
    )
