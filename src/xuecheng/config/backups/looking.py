"""What a database holds, in numbers, and whether everything that must hold does (REL-09): after a restore."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from xuecheng.city import clock
from xuecheng.city.vault import queries as vault
from xuecheng.city.vault.models import Key
from xuecheng.city.vault.providers import provider
from xuecheng.config.cli import check
from xuecheng.learning.creditbank import ledger

from .found import Found

#: Counts of what is only ever added to: restored to a later moment they are at least what the manifest says.
GROWING = ("people", "organisations", "records", "postings", "transcripts", "documents", "ledger_rows", "city_head")
_TOTALS = """
select
    (select count(*) from people_person) as people,
    (select count(*) from organisations_organisation) as organisations,
    (select count(*) from records_learningrecord) as records,
    (select count(*) from recognition_posting) as postings,
    (select count(*) from credentials_transcript) as transcripts,
    (select count(*) from documents_document) as documents,
    (select coalesce(sum(last_seq), 0)::bigint from ledger.book) as ledger_rows,
    (select coalesce(sum(balance) filter (where balance > 0), 0)::bigint from ledger.balance) as credit_hundredths,
    (select encode(sha256(convert_to(coalesce(string_agg(book || ':' || last_seq, ',' order by book), ''), 'UTF8')),
        'hex') from ledger.book) as ledger_heads,
    (select max(n) from ledger.city_head) as city_head,
    (select encode(hash, 'hex') from ledger.city_head order by n desc limit 1) as city_head_hash"""


def totals() -> dict[str, Any]:
    """Counts of what people would miss, the ledger's heads, and its newest published hash. One query, one snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS)
        names = [column.name for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


def migrations() -> list[str]:
    """Every applied migration, in order of its name."""
    with connection.cursor() as cursor:
        cursor.execute("select app || '.' || name from django_migrations order by 1")
        return [name for (name,) in cursor.fetchall()]


def keks() -> list[str]:
    """The key-encryption keys that the data of this database need."""
    alive = Key.objects.exclude(state=Key.State.DESTROYED).exclude(kek="")
    return sorted(alive.order_by().values_list("kek", flat=True).distinct())


def look(manifest: dict[str, Any]) -> Iterator[Found]:
    """Everything that must hold after a restore, the dearest last."""
    for one in (_totals, _keys, _ledger, _sums, _rows_and_files, _page):
        try:
            yield from one(manifest)
        except Exception as error:  # noqa: BLE001  # what cannot be looked at is itself a finding
            yield Found(one.__name__.strip("_"), "fail", f"could not be looked at: {error}".splitlines()[0])


def _totals(manifest: dict[str, Any]) -> Iterator[Found]:
    """Equal to what was counted when the backup ended; or, where the log was played on, nothing less."""
    here, before, after = totals(), manifest["totals_before"], manifest["totals_after"]
    if here == after:
        yield Found("totals", "pass", f"equal to the manifest: {_shown(here)}")
        return
    less = [name for name in GROWING if here[name] < before[name]]
    if less:
        told = ", ".join(f"{name} {here[name]:,} instead of {before[name]:,}" for name in less)
        yield Found("totals", "fail", f"less than the manifest says: {told}", "Keep the backup; restore an older one.")
        return
    grown = {name: here[name] - after[name] for name in GROWING if here[name] != after[name]}
    told = ", ".join(f"{name} {change:+,}" for name, change in grown.items()) or "other sums moved"
    yield Found("totals", "pass", f"nothing of the manifest is missing; against its end: {told}. {_shown(here)}")


def _shown(here: dict[str, Any]) -> str:
    return ", ".join(f"{here[name]:,} {name.replace('_', ' ')}" for name in ("people", "records", "ledger_rows"))


def _keys(manifest: dict[str, Any]) -> Iterator[Found]:
    """The keys of what is sealed are not in the backup: are they here?"""
    gone = sorted(set(keks()) - set(provider().ids()))
    if gone:
        told = ", ".join(f"{kek[:12]}…" for kek in gone)
        yield Found(
            "keys", "fail", f"key-encryption keys are not here: {told}. What is sealed cannot be read",
            "Bring them: xuecheng backup keys --open FILE, or name their folder with XUECHENG_KEYS.",
        )  # fmt: skip
        return
    broken = vault.check()
    if broken:
        yield Found("keys", "fail", f"{len(broken)} findings; the first: {broken[0].text}", "See: xuecheng keys check")
    else:
        yield Found("keys", "pass", f"each of {len(manifest['keks'])} key-encryption keys is here and opens")


def _ledger(manifest: dict[str, Any]) -> Iterator[Found]:
    told = manifest["totals_before"]
    found = ledger.verify(published={told["city_head"]: bytes.fromhex(told["city_head_hash"])})
    if found.is_good:
        yield Found("ledger", "pass", f"{found.blocks:,} blocks and {found.rows:,} sealed rows verify")
    for fault in found.faults[:3]:
        yield Found("ledger", "fail", str(fault), "Keep both as evidence; see “When something is wrong”.")


def _sums(_manifest: dict[str, Any]) -> Iterator[Found]:
    books = ledger.books_in_use()
    found = [finding for book in books for finding in ledger.reconcile(book=book)]
    found += ledger.reconcile_city(now=clock.now())
    if not found:
        yield Found("sums", "pass", f"balances of {len(books)} books are the sums of their postings")
    for finding in found[:3]:
        yield Found("sums", "fail", str(finding))


def _rows_and_files(_manifest: dict[str, Any]) -> Iterator[Found]:
    for point in (check._rights, check._orphans, check._files):
        found = point()
        yield Found(found.what, found.state, str(found.found), str(found.remedy))
    waiting = check._migrations()
    if waiting.state == "pass":
        yield Found("migrations", "pass", str(waiting.found))
    else:
        yield Found("migrations", "warn", f"the backup is of an older release: {waiting.found}", str(waiting.remedy))


def _page(_manifest: dict[str, Any]) -> Iterator[Found]:
    """The public home, through everything that a request passes."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=settings.STORAGES | plain, ALLOWED_HOSTS=["testserver"]):
        answer = Client().get("/", follow=True, secure=settings.HTTPS)
    if answer.status_code == 200:
        yield Found("page", "pass", f"the public home opens, {len(answer.content):,} bytes")
    else:
        yield Found("page", "fail", f"the public home answers {answer.status_code}")
