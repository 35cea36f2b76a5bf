"""E-mail by Django's backend, as the settings name it. The message's id is its Message-ID, the same at each try."""

from __future__ import annotations

import smtplib
import socket
import threading
from contextlib import suppress
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from . import Parcel, Undeliverable, Unreachable


class _Ending:
    """A connection that ends after `EMAIL_WHOLE_S`, however slowly the server goes on.

    The time-out of a socket begins anew with each byte: a server that says one every few seconds would hold the worker
    for ever, and the message would be taken by another meanwhile.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        self._ending = threading.Timer(settings.EMAIL_WHOLE_S, self._cut)
        self._ending.daemon = True
        self._ending.start()
        try:
            super().__init__(*args, **more)
        except BaseException:
            self._ending.cancel()
            raise

    def _cut(self) -> None:
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined]  # of smtplib.SMTP

    def close(self) -> None:
        """Nothing is left to be ended."""
        self._ending.cancel()
        super().close()  # type: ignore[misc]  # of smtplib.SMTP


class _Plain(_Ending, smtplib.SMTP): ...


class _Encrypted(_Ending, smtplib.SMTP_SSL): ...


class EndingBackend(EmailBackend):
    """Django's, over connections that end."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The class of the connection."""
        return _Encrypted if self.use_ssl else _Plain


class MailSender:
    """Sends plain text. Mail servers that know their ids take a second one for the first; others would double it, and
    that happens only if we were killed between their answer and our note of it.
    """

    def send(self, parcel: Parcel) -> str:
        """Hand over one mail."""
        sender = settings.DEFAULT_FROM_EMAIL
        domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
        name = f"<{parcel.message_id}@{domain}>"
        mail = EmailMessage(
            # A line break in a subject would begin another heading; Django refuses it, we mend it.
            subject=" ".join(parcel.subject.split()),
            body=parcel.text,
            from_email=sender,
            to=[parcel.address],
            headers={
                "Message-ID": name,
                "Auto-Submitted": "auto-generated",
                "Content-Language": "en" if parcel.language == "en" else "zh-CN",
            },
            connection=get_connection(fail_silently=False),
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            raise _refused(max(codes, default=550), is_address=True) from None
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, is_address=False) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(type(error).__name__) from None
        except ValueError:
            # The address is none that a mail can be written to.
            raise Undeliverable("malformed", is_address=True) from None
        return name


def _refused(code: int, *, is_address: bool) -> Unreachable:
    """By SMTP, 4yz asks to come again and 5yz never will do; a wrong password of ours is no fault of the address."""
    if 500 <= code < 600 and code not in (530, 534, 535):
        return Undeliverable(f"smtp-{code}", is_address=is_address)
    return Unreachable(f"smtp-{code}")
