"""What the ground's apps keep of a person: they lie below this one, so their parts are declared here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import vault
from xuecheng.city.documents import storage
from xuecheng.city.documents.models import DocumentVersion
from xuecheng.city.identity import queries as identity
from xuecheng.city.realname import rules as realname
from xuecheng.city.realname.services import PURPOSE as NUMBER
from xuecheng.city.vault import KeyMissing, SealBroken

from .parts import IN_OFFICE, OF_OTHERS, ONLY_TECHNICAL, File, Subject, Table, leave_out, register

CHUNK = 64 * 1024


def _address(row: Any, _subject: Subject) -> dict[str, Any]:
    return {"address": identity.address_of(row).text}


def _number(row: Any, subject: Subject) -> dict[str, Any]:
    try:
        number = vault.open_sealed(NUMBER, str(row.public_id), bytes(row.number_sealed))
    except (KeyMissing, SealBroken):
        # An archive with one number less is better than none; the row itself stands there.
        return {"number": ""}
    return {"number": number if subject.with_numbers else realname.masked(number)}


def _document_files(subject: Subject) -> Iterator[File]:
    """The files themselves that belong to the person and may leave the house, each as it was brought."""
    found = DocumentVersion.objects.filter(document__person__in=subject.keys).select_related("document").order_by("pk")
    for version in found.iterator(chunk_size=500):
        path = storage.path_of(version.sha256)
        if version.can_be_handed_on and path.exists():
            yield File(f"{version.document_id}-{version.number}-{_clean(version.file_name)}", partial(_read, path))


def _clean(name: str) -> str:
    return name.replace("/", "_").replace("\\", "_").lstrip(".") or "file"


def _read(path: Any) -> Iterable[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def declare() -> None:
    register(
        "person",
        _("Who you are"),
        [Table("people.Person", "id"), Table("people.PersonMerge", ("kept", "merged"))],
        order=10,
    )
    register(
        "contacts",
        _("How you are reached"),
        [
            Table(
                "identity.ContactPoint",
                "person",
                omit=("shown",),
                opened=_address,
                opened_fields=(("address", pgettext_lazy("contact", "address")),),
            ),
            Table("account.EmailAddress", "user"),
        ],
        order=20,
        url_name="identity:show_security",
    )
    register(
        "identity_documents",
        _("Identity documents"),
        [
            Table(
                "realname.IdentityDocument",
                ("person",),
                opened=_number,
                opened_fields=(("number", pgettext_lazy("identity document", "number")),),
            )
        ],
        order=30,
        url_name="realname:list_own",
    )
    register("roles", _("Roles"), [Table("access.RoleHolding", "person")], order=40, url_name="access:list_own")
    register(
        "sign_in",
        _("Sign-ins, sessions and ways in"),
        [
            Table("identity.SignInTry", "person"),
            Table("identity.OpenSession", "person", omit=("key",)),
            Table("identity.StartCode", "person", omit=("tries",)),
            Table("identity.Recovery", "person", omit=("tries",)),
            Table("mfa.Authenticator", "user", omit=("data",)),
        ],
        order=50,
        url_name="identity:show_security",
    )
    register(
        "help",
        _("Helpers and guardians"),
        [
            Table("care.Proxy", ("person", "helper")),
            Table("care.Guardianship", ("child", "guardian")),
            Table("care.Deed", ("person", "helper")),
        ],
        order=60,
        url_name="care:list_helpers",
    )
    register(
        "readings",
        _("Who looked at your data"),
        [Table("access.Reading", "person"), Table("access.BrokenGlass", "person")],
        order=70,
        url_name="access:list_own_readings",
    )
    register(
        "notices",
        _("Notices and how you are told"),
        [
            Table("notices.Notice", "person"),
            Table("notices.Message", "person"),
            Table("notices.Preference", "person"),
            Table("notices.ChannelChoice", "person"),
        ],
        order=80,
        url_name="notices:list_notices",
    )
    register("documents", _("Documents"), [Table("documents.Document", "person")], order=90, files=_document_files)
    register(
        "linked_sites",
        _("Linked sites"),
        [
            Table("linking.Link", "person"),
            Table("allauth_idp_oidc.Token", "user", omit=("hash", "data")),
        ],
        order=150,
        url_name="linking:list_links",
    )
    register(
        "consents",
        _("Consents and requests"),
        [
            Table("mydata.Consent", "person"),
            Table("mydata.Request", "person"),
            Table("mydata.Archive", "person", omit=("file_name",)),
            Table("mydata.Erasure", "person"),
        ],
        order=160,
        url_name="mydata:consents",
    )
    register(
        "jobs",
        _("Background jobs you started"),
        [Table("jobs.Job", "started_by", omit=("cursor", "arguments"))],
        order=170,
    )
    _leave_out()


def _leave_out() -> None:
    office = {
        "people.Person": ("merged_into",),
        "people.PersonMerge": ("merged_by", "undone_by"),
        "people.DuplicateCandidate": ("decided_by",),
        "access.BrokenGlass": ("opened_by", "reviewed_by"),
        "access.RoleHolding": ("granted_by", "decided_by"),
        "access.RoleVersion": ("drafted_by", "decided_by"),
        "access.Reading": ("reader",),
        "care.Proxy": ("witness", "ended_by"),
        "care.Guardianship": ("recorded_by", "ended_by"),
        "linking.ServiceKey": ("holder", "created_by"),
        "linking.LinkedSite": ("holder", "registered_by"),
        "allauth_idp_oidc.Client": ("owner",),
        "webhooks.Subscription": ("created_by",),
        "imports.ImportFile": ("brought_by",),
        "realname.IdentityDocument": ("claimed_by", "decided_by"),
        "realname.Unmasking": ("by",),
        "identity.StartCode": ("made_by",),
        "identity.Recovery": ("asked_by", "confirmed_by"),
        "documents.Document": ("removed_by",),
        "documents.DocumentVersion": ("uploaded_by",),
        "mydata.Request": ("answered_by",),
        "mydata.Erasure": ("opened_by", "confirmed_by"),
    }
    for model, fields in office.items():
        leave_out(model, *fields, why=IN_OFFICE)
    leave_out("people.DuplicateCandidate", "first", "second", why=OF_OTHERS)
    leave_out("identity.Challenge", "person", why=ONLY_TECHNICAL)
    leave_out("vault.Key", "owner", why=ONLY_TECHNICAL)
    leave_out("pghistory.MiddlewareEvents", "user", why=ONLY_TECHNICAL)
