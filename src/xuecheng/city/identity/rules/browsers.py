"""Which browser and device a session has, in a few plain words. No version, no place, nothing to know somebody by."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

BROWSERS = {
    "wechat": pgettext_lazy("browser", "WeChat"),
    "alipay": pgettext_lazy("browser", "Alipay"),
    "edge": pgettext_lazy("browser", "Edge"),
    "huawei": pgettext_lazy("browser", "Huawei browser"),
    "xiaomi": pgettext_lazy("browser", "Xiaomi browser"),
    "uc": pgettext_lazy("browser", "UC browser"),
    "qq": pgettext_lazy("browser", "QQ browser"),
    "firefox": pgettext_lazy("browser", "Firefox"),
    "chrome": pgettext_lazy("browser", "Chrome"),
    "safari": pgettext_lazy("browser", "Safari"),
    "other": pgettext_lazy("browser", "a browser"),
}
DEVICES = {
    "iphone": pgettext_lazy("device", "iPhone"),
    "ipad": pgettext_lazy("device", "iPad"),
    "harmony": pgettext_lazy("device", "HarmonyOS phone"),
    "android": pgettext_lazy("device", "Android phone"),
    "windows": pgettext_lazy("device", "Windows computer"),
    "mac": pgettext_lazy("device", "Mac"),
    "linux": pgettext_lazy("device", "Linux computer"),
    "other": pgettext_lazy("device", "unknown device"),
}
# In this order: most browsers call themselves Chrome and Safari too.
_BROWSER_SIGNS = (
    ("micromessenger", "wechat"), ("alipayclient", "alipay"), ("edg", "edge"), ("huaweibrowser", "huawei"),
    ("arkweb", "huawei"), ("miuibrowser", "xiaomi"), ("ucbrowser", "uc"), ("qqbrowser", "qq"), ("firefox", "firefox"),
    ("fxios", "firefox"), ("crios", "chrome"), ("chrome", "chrome"), ("safari", "safari"),
)  # fmt: skip
_DEVICE_SIGNS = (
    ("iphone", "iphone"), ("ipad", "ipad"), ("harmony", "harmony"), ("android", "android"), ("windows", "windows"),
    ("macintosh", "mac"), ("linux", "linux"),
)  # fmt: skip


def browser_of(user_agent: str) -> tuple[str, str]:
    """(key in `BROWSERS`, key in `DEVICES`) of what a browser says of itself."""
    told = user_agent[:512].lower()
    return (
        next((key for sign, key in _BROWSER_SIGNS if sign in told), "other"),
        next((key for sign, key in _DEVICE_SIGNS if sign in told), "other"),
    )
