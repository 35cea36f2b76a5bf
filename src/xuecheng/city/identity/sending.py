"""The port through which codes and warnings leave the house, and the senders that stand behind it here.

`send` is called inside the transaction that makes the message true; what it hands over goes out when that commits.
`message_id` names the message for ever: the same id is never sent twice by a sender that keeps books.
"""

from __future__ import annotations

import json
import logging
import smtplib
import ssl
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from .rules.addresses import EMAIL, masked

log = logging.getLogger(__name__)

OUTBOX, SMTP = "outbox", "smtp"
_PATIENCE_S = 10
_MOST_KEPT = 200

Sender = Callable[[str, str, str, Mapping[str, Any], str, str], None]


def send(  # noqa: PLR0917  # the port as agreed
    address_kind: str, address: str, template: str, values: Mapping[str, Any], message_id: UUID, urgency: str
) -> None:
    """Hand a message over: to whom, which template of `identity/messages/`, its values, its id, "now" or "normal"."""
    deliver = _SENDERS[settings.IDENTITY_SENDER]
    language = translation.get_language() or settings.LANGUAGE_CODE
    transaction.on_commit(
        lambda: _deliver(deliver, language, address_kind, address, template, values, str(message_id), urgency)
    )


def _deliver(deliver: Sender, language: str, *message: Any) -> None:
    try:
        with translation.override(language):
            deliver(*message)
    except (OSError, smtplib.SMTPException) as error:
        # Neither the address nor the words: whoever reads logs must not learn them.
        log.error("message %s was not sent: %s", message[4], type(error).__name__)  # noqa: TRY400  # a trace may tell them


def words_of(template: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of a message, in the language that is active."""
    subject, _blank, text = render_to_string(f"identity/messages/{template}.txt", dict(values)).strip().partition("\n")
    return " ".join(subject.split()), text.strip()


def _to_outbox(  # noqa: PLR0917
    kind: str, address: str, template: str, values: Mapping[str, Any], message_id: str, urgency: str
) -> None:
    """For the demonstration: a file each in `outbox/` of the home folder."""
    subject, text = words_of(template, values)
    folder = outbox()
    folder.mkdir(parents=True, exist_ok=True)
    told = {"to": masked(kind, address), "kind": kind, "subject": subject, "text": text, "urgency": urgency}
    draft = folder / f".{message_id}"
    draft.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    draft.replace(folder / f"{message_id}.json")
    for old in sorted(folder.glob("*.json"))[:-_MOST_KEPT]:
        old.unlink(missing_ok=True)


def _by_smtp(  # noqa: PLR0917
    kind: str, address: str, template: str, values: Mapping[str, Any], message_id: str, urgency: str
) -> None:
    """E-mail by the server of `XUECHENG_SMTP`. Text messages need a provider, which a city brings."""
    del urgency
    if kind != EMAIL:
        log.error("message %s was not sent: no provider of text messages is set up", message_id)
        return
    subject, text = words_of(template, values)
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, settings.IDENTITY_MAIL_FROM, address
    message["Message-ID"] = f"<{message_id}@{settings.IDENTITY_MAIL_FROM.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    server = urlsplit(settings.IDENTITY_SMTP_URL)
    host, secure = server.hostname or "localhost", server.scheme == "smtps"
    port = server.port or (465 if secure else 587)
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, port, timeout=_PATIENCE_S, context=context)
        if secure
        else smtplib.SMTP(host, port, timeout=_PATIENCE_S) as connection
    ):
        if not secure and server.scheme != "smtp+plain":
            connection.starttls(context=context)
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)


_SENDERS: dict[str, Sender] = {OUTBOX: _to_outbox, SMTP: _by_smtp}


def outbox() -> Path:
    """Where the demonstration's messages lie."""
    return Path(settings.HOME) / "outbox"


def shown_in_demonstration(message_ids: list[str]) -> list[dict[str, str]]:
    """Those of the messages that lie in the outbox, the newest first; nothing with another sender."""
    if settings.IDENTITY_SENDER != OUTBOX:
        return []
    found = []
    for name in reversed(message_ids):
        try:
            found.append(json.loads((outbox() / f"{UUID(name)}.json").read_text(encoding="utf-8")))
        except (OSError, ValueError):
            continue
    return found
