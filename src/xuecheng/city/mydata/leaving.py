"""What becomes of the ground's own tables when somebody is erased, and what hinders it. Called within the erasure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Token
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from xuecheng.city import clock, vault
from xuecheng.city.access.models import BrokenGlass, RoleHolding
from xuecheng.city.api.models import KeptAnswer
from xuecheng.city.care.models import Guardianship, Proxy
from xuecheng.city.documents.models import Document
from xuecheng.city.documents.services import remove_of_erased
from xuecheng.city.identity import queries as identity
from xuecheng.city.identity.models import Challenge, ContactPoint, OpenSession, Recovery, SignInTry, StartCode
from xuecheng.city.linking.models import Link, ServiceKey
from xuecheng.city.notices.addresses import CHANNEL_OF
from xuecheng.city.notices.models import BouncedAddress, ChannelChoice, Message, Notice, Preference
from xuecheng.city.notices.sealing import address_hash
from xuecheng.city.people.models import DuplicateCandidate, Person, PersonMerge
from xuecheng.city.realname.models import IdentityDocument
from xuecheng.city.realname.services import PURPOSE as NUMBER
from xuecheng.city.rights import OWNER
from xuecheng.city.vault import KeyMissing, SealBroken, registry
from xuecheng.city.vault.services import shred_owner

from . import rules
from .erasing import BLANKED, GOES, STAYS, WORDS_GONE, Leaver, fate, hindered_by, identified_by, when_erased
from .models import Archive, Request
from .sealed_files import folder

ERASED = gettext_noop("What identified a person was erased, as they had asked")


# What hinders it


def _holds_role(keys: Sequence[int], at: datetime) -> None:
    """A role that counts, will count, or is proposed: whoever acts in office has a name."""
    held = RoleHolding.objects.filter(person__in=keys).exclude(state=RoleHolding.State.REFUSED)
    if held.filter(Q(during__endswith__gt=clock.date_of(at)) | Q(during__endswith=None)).exists():
        raise rules.HoldsRole


def _is_guardian(keys: Sequence[int], at: datetime) -> None:
    standing = Q(during__endswith__gt=at) | Q(during__endswith=None)
    if Guardianship.objects.filter(standing, guardian__in=keys, during__isempty=False).exists():
        raise rules.IsGuardian


def _has_held_document(keys: Sequence[int], at: datetime) -> None:
    del at
    if Document.objects.filter(person__in=keys).exclude(hold_reason="").exists():
        raise rules.OwnDocumentHeld


# What would tell who it was


def _names(keys: Sequence[int]) -> Iterator[str]:
    history = apps.get_model("people", "PersonEvent")
    for names in (
        Person.objects.filter(pk__in=keys).values_list("name", "sign_in_name"),
        history._default_manager.filter(pgh_obj__in=keys).values_list("name", "sign_in_name"),
    ):
        for name, sign_in_name in names:
            yield from (name, sign_in_name)
    papers = apps.get_model("realname", "IdentityDocumentEvent")
    yield from papers._default_manager.filter(person__in=keys).values_list("name_on_document", flat=True)


def _addresses(keys: Sequence[int]) -> Iterator[str]:
    for contact in ContactPoint.objects.filter(person__in=keys):
        with suppress(KeyMissing, SealBroken):
            text = identity.address_of(contact).text
            yield text
            # As people write a number of the mainland.
            yield text.removeprefix("+86")


def _numbers(keys: Sequence[int]) -> Iterator[str]:
    for row in IdentityDocument.objects.filter(person__in=keys):
        with suppress(KeyMissing, SealBroken):
            yield vault.open_sealed(NUMBER, str(row.public_id), bytes(row.number_sealed))


# What goes


def _ways_in(leaver: Leaver) -> None:
    """Addresses, codes, factors, sessions, sign-ins, recoveries; and what went or bounced at the addresses."""
    marks = []
    for contact in ContactPoint.objects.filter(person__in=leaver.keys):
        with suppress(KeyMissing, SealBroken):
            address = identity.address_of(contact)
            marks.append(address_hash(CHANNEL_OF[address.kind], address.text))  # type: ignore[index]  # kinds are two
    Message.objects.filter(bundle__person__in=leaver.keys).update(bundle=None)
    Message.objects.filter(Q(person__in=leaver.keys) | Q(address_hash__in=marks)).delete()
    BouncedAddress.objects.filter(address_hash__in=marks).delete()
    ContactPoint.objects.filter(person__in=leaver.keys).delete()
    Challenge.objects.filter(person__in=leaver.keys).delete()
    # One by one: the secret of each goes with it (`identity.receivers`).
    for factor in Authenticator.objects.filter(user__in=leaver.keys):
        factor.delete()
    EmailAddress.objects.filter(user__in=leaver.keys).delete()
    sessions = OpenSession.objects.filter(person__in=leaver.keys)
    Session.objects.filter(session_key__in=list(sessions.values_list("key", flat=True))).delete()
    sessions.delete()
    SignInTry.objects.filter(person__in=leaver.keys).delete()
    StartCode.objects.filter(person__in=leaver.keys).delete()
    Recovery.objects.filter(person__in=leaver.keys).delete()


def _notices(leaver: Leaver) -> None:
    Notice.objects.filter(person__in=leaver.keys).delete()
    Preference.objects.filter(person__in=leaver.keys).delete()
    ChannelChoice.objects.filter(person__in=leaver.keys).delete()


def _help(leaver: Leaver) -> None:
    """Helpers on both sides; guardians of the person, whose day of birth stands there. Of a child whom they were a
    guardian of before, the child's row stays, without what proved who they were."""
    Proxy.objects.filter(Q(person__in=leaver.keys) | Q(helper__in=leaver.keys)).delete()
    Guardianship.objects.filter(child__in=leaver.keys).delete()
    Guardianship.objects.filter(guardian__in=leaver.keys).update(proof=WORDS_GONE)


def _identity_documents(leaver: Leaver) -> None:
    """Row by row of the table, past the looks at whole numbers: those lose their document in the owner's function,
    before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("delete from realname_identitydocument where person_id = any(%s)", [list(leaver.keys)])


def _documents(leaver: Leaver) -> None:
    remove_of_erased(leaver.keys, at=leaver.at)
    for row in Document.objects.filter(person__in=leaver.keys):
        reason = leaver.without_words(row.removal_reason)[:200]
        if reason != row.removal_reason:
            Document.objects.filter(pk=row.pk).update(removal_reason=reason)


def _links(leaver: Leaver) -> None:
    """What other sites and programs may do in the person's name, and what the interface remembers answering."""
    Token.objects.filter(user__in=leaver.keys).delete()
    Link.objects.filter(person__in=leaver.keys).delete()
    ServiceKey.objects.filter(holder__in=leaver.keys, revoked_at=None).update(revoked_at=leaver.at)
    told = Q()
    for public_id in leaver.public_ids:
        told |= Q(caller__endswith=str(public_id)) | Q(body__contains=str(public_id))
    KeptAnswer.objects.filter(told).delete()


def _merges(leaver: Leaver) -> None:
    """Why accounts were found to be one person's tells of that person."""
    DuplicateCandidate.objects.filter(Q(first__in=leaver.keys) | Q(second__in=leaver.keys)).delete()
    for row in PersonMerge.objects.filter(Q(kept__in=leaver.keys) | Q(merged__in=leaver.keys)):
        row.reason, row.undone_why = WORDS_GONE, WORDS_GONE if row.undone_why else ""
        row.save(update_fields=["reason", "undone_why"])


def _roles(leaver: Leaver) -> None:
    """Roles that they once held, and emergencies in which they were looked at, stay; the pseudonym stands in them."""
    for holding in RoleHolding.objects.filter(person__in=leaver.keys):
        holding.reason = leaver.without_words(holding.reason)[:200]
        holding.decision = leaver.without_words(holding.decision)[:200]
        holding.save(update_fields=["reason", "decision"])
    for glass in BrokenGlass.objects.filter(person__in=leaver.keys):
        glass.reason = leaver.without_words(glass.reason)[:300]
        glass.finding = leaver.without_words(glass.finding)[:300]
        glass.save(update_fields=["reason", "finding"])


def _own_data(leaver: Leaver) -> None:
    """Archives end, with their files; requests stay without their words."""
    files = list(
        Archive.objects.filter(person__in=leaver.keys).exclude(file_name="").values_list("file_name", flat=True)
    )
    # Killed before, `remove_expired` finds files that no row names.
    transaction.on_commit(lambda: _remove(files))
    Archive.objects.filter(person__in=leaver.keys).exclude(state=Archive.State.OVER).update(
        state=Archive.State.OVER, file_name="", key_sealed=None
    )
    Request.objects.filter(person__in=leaver.keys, state=Request.State.ASKED).update(state=Request.State.TAKEN)
    Request.objects.filter(person__in=leaver.keys).update(words=WORDS_GONE)
    Request.objects.filter(person__in=leaver.keys).exclude(answer="").update(answer=WORDS_GONE)


def _remove(files: Iterable[str]) -> None:
    for name in files:
        (folder() / name).unlink(missing_ok=True)


def _keys(leaver: Leaver) -> None:
    """Every key of their own: what it sealed opens nowhere any more, in backups neither (SEC-05)."""
    for column in registry.columns():
        if column.per_owner:
            for public_id in leaver.public_ids:
                shred_owner(actor=OWNER, purpose=column.purpose, owner=str(public_id), at=leaver.at, reason=ERASED)


def _say_fates() -> None:
    gone = {
        "people.DuplicateCandidate": ("first", "second"),
        "identity.ContactPoint": ("person",),
        "identity.Challenge": ("person",),
        "identity.SignInTry": ("person",),
        "identity.OpenSession": ("person",),
        "identity.StartCode": ("person",),
        "identity.Recovery": ("person",),
        "account.EmailAddress": ("user",),
        "mfa.Authenticator": ("user",),
        "care.Proxy": ("person", "helper"),
        "care.Guardianship": ("child",),
        "notices.Notice": ("person",),
        "notices.Message": ("person",),
        "notices.Preference": ("person",),
        "notices.ChannelChoice": ("person",),
        "realname.IdentityDocument": ("person",),
        "linking.Link": ("person",),
        "allauth_idp_oidc.Token": ("user",),
    }
    blanked = {
        "people.Person": ("id",),
        "people.PersonMerge": ("kept", "merged"),
        "care.Guardianship": ("guardian",),
        "care.Deed": ("person", "helper"),
        "access.RoleHolding": ("person",),
        "access.BrokenGlass": ("person",),
        "documents.Document": ("person",),
        "linking.ServiceKey": ("holder",),
        "mydata.Archive": ("person",),
        "mydata.Request": ("person",),
        "mydata.Erasure": ("person",),
    }
    # What somebody once did in office is the history of the thing it was done to.
    stay = {
        "people.Person": ("merged_into",),
        "people.PersonMerge": ("merged_by", "undone_by"),
        "people.DuplicateCandidate": ("decided_by",),
        "access.BrokenGlass": ("opened_by", "reviewed_by"),
        "access.RoleHolding": ("granted_by", "decided_by"),
        "access.RoleVersion": ("drafted_by", "decided_by"),
        "access.Reading": ("person", "reader"),
        "care.Proxy": ("witness", "ended_by"),
        "care.Guardianship": ("recorded_by", "ended_by"),
        "jobs.Job": ("started_by",),
        "linking.ServiceKey": ("created_by",),
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
        "mydata.Consent": ("person",),
        "mydata.Request": ("answered_by",),
        "mydata.Erasure": ("opened_by", "confirmed_by"),
        "pghistory.MiddlewareEvents": ("user",),
    }
    for becomes, models in ((GOES, gone), (BLANKED, blanked), (STAYS, stay)):
        for model, fields in models.items():
            fate(model, *fields, becomes=becomes)


def declare() -> None:
    """Called from `apps.py`."""
    hindered_by(_holds_role)
    hindered_by(_is_guardian)
    hindered_by(_has_held_document)
    for words in (_names, _addresses, _numbers):
        identified_by(words)
    for do in (_ways_in, _notices, _help, _identity_documents, _documents, _links, _merges, _roles, _own_data, _keys):
        when_erased(do)
    _say_fates()
