"""More points of `xuecheng check`: keys, workers, fonts, languages, the proxy in front, the certificate."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.operations.points import Point, Said

PACKAGE = Path(__file__).resolve().parents[2]
#: Days before its end from which a certificate is watched, and from which it fails.
_WATCHED_DAYS, _FAILING_DAYS = 21, 7


def _keys() -> Point:
    """Every key of this database opens with what lies in the folder; `xuecheng keys check` counts every row's too."""
    from xuecheng.city.vault import keyring
    from xuecheng.city.vault.models import Key
    from xuecheng.city.vault.refusals import KeyMissing, SealBroken

    lacking = opened = 0
    for number, purpose in Key.objects.exclude(state=Key.State.DESTROYED).order_by("pk").values_list("pk", "purpose"):
        try:
            keyring.key_numbered(number, purpose)
        except (KeyMissing, SealBroken):
            lacking += 1
        else:
            opened += 1
    if lacking:
        remedy = _("Bring the key folder of this database back; see “Lost key” in the guide.")
        return Point("keys", "fail", Said(_("%(count)s keys do not open"), count=lacking), remedy)
    return Point("keys", "pass", Said(_("all %(count)s open"), count=opened))


def _workers() -> Point:
    """A queue that nobody serves: what people wait for stands still."""
    from xuecheng.city.jobs import workers

    if idle := workers.queues_without_worker():
        remedy = _("Start the workers: systemctl start xuecheng.target, or xuecheng up.")
        return Point("workers", "fail", Said(_("nobody serves: %(queues)s"), queues=", ".join(idle)), remedy)
    return Point("workers", "pass", Said(_("%(count)s give signs of life"), count=workers.living().count()))


def _fonts() -> Point:
    """Transcripts carry their fonts; a folder of more that is set must hold some."""
    try:
        version("pylopdf-fonts-zh-cn")
    except PackageNotFoundError:
        return Point(
            "fonts", "fail", _("those of transcripts are not installed"), _("Install from requirements/run.txt.")
        )
    folder = settings.FONT_FOLDER
    if folder is None:
        return Point("fonts", "pass", _("the built-in ones"))
    endings = {".otf", ".ttf", ".ttc"}
    if not Path(folder).is_dir() or not any(one.suffix.lower() in endings for one in Path(folder).rglob("*")):
        return Point(
            "fonts", "warn", _("XUECHENG_FONT_FOLDER holds no font"), _("Name a folder with .otf, .ttf or .ttc.")
        )
    return Point("fonts", "pass", _("the built-in ones and those of XUECHENG_FONT_FOLDER"))


def _languages() -> Point:
    """Chinese must speak Chinese: a catalogue that was not compiled leaves English everywhere."""
    for source in sorted((PACKAGE / "locale").glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            return Point("languages", "fail", _("a catalogue is not compiled"), _("Run: xuecheng build"))
    return Point("languages", "pass", _("compiled"))


def _proxy() -> Point:
    """What the outside calls the site, and what the site believes of it, must agree."""
    address = urlsplit(settings.SITE_ADDRESS)
    if not settings.SITE_ADDRESS:
        if settings.HTTPS:
            unset = _("messages have no links: the site does not know its address")
            return Point("proxy", "warn", unset, _("Set XUECHENG_ADDRESS, such as https://…"))
        return Point("proxy", "pass", _("none is expected"))
    if address.hostname not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        foreign = Said(_("%(host)s is no host that the site answers to"), host=address.hostname)
        return Point("proxy", "fail", foreign, _("Add it to XUECHENG_HOSTS."))
    if (address.scheme == "https") != settings.HTTPS:
        differ = _("XUECHENG_ADDRESS and XUECHENG_HTTPS say different things about https")
        return Point("proxy", "warn", differ, _("Set both for https."))
    if "0.0.0.0/0" in settings.PROXY_ADDRESSES or "::/0" in settings.PROXY_ADDRESSES:
        everybody = _("forwarded headers of everybody are believed")
        return Point("proxy", "fail", everybody, _("Name your own proxies only in XUECHENG_PROXY_ADDRESSES."))
    return Point("proxy", "pass", _("addresses agree"))


def _certificate() -> Point:
    """How long the certificate lasts that people's browsers see."""
    address = urlsplit(settings.SITE_ADDRESS)
    if address.scheme != "https" or not address.hostname:
        return Point("certificate", "pass", _("no https address is set"))
    remedy = _("Renew it; see “Certificate expiry” in the guide.")
    try:
        days = _days_left(address.hostname, address.port or 443)
    except ssl.SSLCertVerificationError as error:
        return Point("certificate", "fail", Said(_("is not valid: %(why)s"), why=error.verify_message), remedy)
    except OSError as error:
        unseen = Said(_("could not be seen from here: %(why)s"), why=type(error).__name__)
        return Point("certificate", "warn", unseen, _("Let this machine reach the site, or watch it from outside."))
    state = "fail" if days < _FAILING_DAYS else "warn" if days < _WATCHED_DAYS else "pass"
    return Point("certificate", state, Said(_("%(days)s days left"), days=days), "" if state == "pass" else remedy)


def _days_left(host: str, port: int) -> int:
    context = ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE"))
    with (
        socket.create_connection((host, port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=host) as sealed,
    ):
        ends = str((sealed.getpeercert() or {}).get("notAfter", ""))
    ends_at = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC)
    return (ends_at - clock.now()).days


LOOKED_AT_TOO: list[Callable[[], Point]] = [_keys, _workers, _fonts, _languages, _proxy, _certificate]
SLOW_TOO = {_certificate}
