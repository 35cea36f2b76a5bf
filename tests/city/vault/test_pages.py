"""The operator's page of keys, the background job behind it, and the command."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.urls import reverse

from city.vault.sealed import a_document, a_number, found_by, number_of
from xuecheng.city import clock
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.vault import keyring
from xuecheng.city.vault.commands import keys
from xuecheng.city.vault.models import Key

PAGE = "vault:show_keys"


def test_an_operator_replaces_data_keys_and_a_job_seals_the_rows_anew(operator_client, city):
    document = a_document(a_number(1))
    operator_client.cookies["django_language"] = "en"
    page = operator_client.get(reverse(PAGE)).content.decode()
    assert "realname.number" in page
    answer = operator_client.post(reverse(PAGE), {"what": "dek", "reason": "每年更换"})
    assert answer.status_code == 302
    job = Job.objects.get(kind="vault.seal_anew")
    assert job.started_by is not None
    before = bytes(document.number_sealed)
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["rows"], job.done_count) == ("done", 1, 1)
    document.refresh_from_db()
    assert bytes(document.number_sealed)[2:10] != before[2:10]
    assert number_of(document) == a_number(1)
    shown = operator_client.get(reverse(PAGE)).content.decode()
    assert "no longer used" in shown
    assert "每年更换" in shown, "who replaced it and why stands in the history"


def test_a_replacement_needs_a_reason_and_a_key(operator_client, city):
    assert operator_client.post(reverse(PAGE), {"what": "dek"}).status_code == 422
    assert operator_client.post(reverse(PAGE), {"what": "lookup", "reason": "x"}).status_code == 422


def test_the_page_shows_no_material(operator_client, city):
    a_document(a_number(1))
    page = operator_client.get(reverse(PAGE)).content
    for key in Key.objects.all():
        assert bytes(key.wrapped).hex().encode() not in page
        assert keyring.key_numbered(key.pk, key.purpose).key.hex().encode() not in page


def test_others_are_denied(resident_client, city):
    assert resident_client.get(reverse(PAGE)).status_code == 403
    assert resident_client.post(reverse(PAGE), {"what": "kek", "reason": "x"}).status_code == 403


def test_a_list_of_keys_costs_the_same_for_few_and_many(operator_client, city, django_assert_max_num_queries):
    a_document(a_number(1))
    operator_client.get(reverse(PAGE))
    with django_assert_max_num_queries(23) as first:
        operator_client.get(reverse(PAGE))
    for _round in range(3):
        Key.objects.filter(state="active").update(state="retiring", retired_at=clock.now())
        a_document(a_number(2 + _round))
    with django_assert_max_num_queries(len(first.captured_queries)):
        operator_client.get(reverse(PAGE))


@pytest.fixture
def say(db):
    def run(*words):
        return CliRunner().invoke(keys, list(words))

    return run


def test_the_command_lists_checks_and_replaces(say):
    document = a_document(a_number(1))
    assert "realname.number" in say("list").output
    assert say("check").exit_code == 0
    assert say("rotate").exit_code == 2, "it must be told which"
    assert say("rotate", "--kek").exit_code == 0
    for which in ("--dek", "--lookup"):
        done = say("rotate", which, "--reason", "Every year")
        assert done.exit_code == 0, done.output
    before = set(Key.objects.values_list("pk", flat=True))
    assert say("rotate", "--kek", "--dek", "--lookup").exit_code == 0, "one command for all"
    uses = set(Key.objects.filter(state=Key.State.ACTIVE).exclude(pk__in=before).values_list("use", flat=True))
    assert uses == {"seal", "look_up"}
    assert say("rotate", "--dek", "--carry-on").exit_code == 2
    assert say("rotate", "--carry-on").exit_code == 0
    assert "0" in say("destroy").output
    assert "4" in say("destroy", "--keep-days", "0").output
    document.refresh_from_db()
    assert number_of(document) == a_number(1)
    assert found_by(a_number(1)) == [document.pk]


def test_the_command_says_what_is_missing(say):
    a_document(a_number(1))
    Key.objects.filter(use="seal")._raw_delete("default")
    found = say("check")
    assert found.exit_code == 1
    assert "not in this database" in found.output
