"""A list of residents: checked, written, mended, brought again; numbers masked; races; the file itself removed."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from city.realname.numbers import NOW, a_counter_clerk, a_number, claimed
from city.situations import TODAY, a_person, a_registrar, an_organisation, small_city
from city.test_races import at_once
from xuecheng.city import trace
from xuecheng.city.access.queries import standing_of
from xuecheng.city.identity import queries as identity
from xuecheng.city.identity.models import ContactPoint
from xuecheng.city.identity.rules.addresses import read_address
from xuecheng.city.identity.services.contacts import AddressTaken, keep_contact
from xuecheng.city.imports import queries, services, work
from xuecheng.city.imports.kinds import kind_named
from xuecheng.city.imports.models import ImportFile, ImportProblem
from xuecheng.city.imports.storage import path_of
from xuecheng.city.people import duplicates
from xuecheng.city.people.models import DuplicateCandidate, Person
from xuecheng.city.realname import kinds
from xuecheng.city.realname.models import IdentityDocument
from xuecheng.city.rights import Denied
from xuecheng.learning.creditbank.models import LearningAccount

HEADING = "姓名,身份证号,出生年份,居住地代码"
STREET = "440106001000"


class Bar:
    """A progress that nobody sees."""

    def __init__(self):
        self.done, self.total, self.cursor = 0, None, {}

    def slice(self):
        from django.db import transaction

        return transaction.atomic()

    def report(self):
        pass


@pytest.fixture
def city(db):
    return small_city()


@pytest.fixture
def officer(city):
    return a_counter_clerk(city["广州市"])


@pytest.fixture
def counter(city):
    return an_organisation(city["五山街道"])


def brought(officer, counter, *lines, encoding="gb18030", heading=HEADING):
    content = "\r\n".join([heading, *lines]).encode(encoding)
    file = services.receive_file(
        actor=officer, public_id=uuid4(), kind=kind_named("people.residents"), organisation=counter,
        file_name="居民名单.csv", chunks=[content], at=NOW, in_background=False,
    )  # fmt: skip
    return work.check_file(file, Bar(), now=NOW)


def written(officer, file):
    choice = "good" if file.bad_count else "all"
    services.start_writing(actor=officer, file=file, choice=choice, at=NOW, in_background=False)
    file.refresh_from_db()
    return work.write_file(file, Bar(), now=NOW)


def counts(file):
    return file.written_count or file.good_count, file.known_count, file.bad_count


def problems(file):
    return [(one.row_no, one.column, one.code) for one in queries.problems_of(file).order_by("row_no", "id")]


def test_a_list_in_gb18030_becomes_people_accounts_and_sealed_claims(officer, counter):
    file = brought(officer, counter, f"陈嘉敏,{a_number(1)},,{STREET}", f"买买提•吐尔逊,,1970,{STREET}")
    assert (file.encoding, counts(file)) == ("gb18030", (2, 0, 0))
    assert counts(written(officer, file)) == (2, 0, 0)
    one = Person.objects.get(name="陈嘉敏")
    other = Person.objects.get(name="买买提·吐尔逊")
    assert (one.birth_year, other.birth_year, one.territory.code) == (1958, 1970, STREET)
    assert LearningAccount.objects.filter(person__in=[one, other]).count() == 2
    document = IdentityDocument.objects.get()
    assert (document.person, document.state, document.doubts) == (one, "claimed", [])
    assert document.claimed_by == officer.person
    assert [entry.by for entry in trace.history_of(one)] == ["窗口甲"]
    assert not one.has_usable_password()


def test_the_same_file_again_writes_nobody_twice_nor_does_a_mended_one(officer, counter):
    rows = [f"陈嘉敏,{a_number(1)},,{STREET}", f"林无号,,1970,{STREET}"]
    written(officer, brought(officer, counter, *rows))
    again = brought(officer, counter, *rows)
    assert counts(again) == (0, 2, 0)
    mended = brought(officer, counter, rows[0], f"李新人,{a_number(2)},,{STREET}")
    assert counts(mended) == (1, 1, 0)
    assert Person.objects.filter(name__in=["陈嘉敏", "林无号"]).count() == 2


def test_everything_wrong_is_said_by_row_and_column_and_numbers_stay_masked(city, officer, counter):
    wrong = a_number(9)[:-1] + ("0" if a_number(9)[-1] != "0" else "1")
    claimed(officer, a_person("别人", territory=city["五山街道"]), a_number(7))
    file = brought(
        officer, counter,
        f"陈好,{a_number(1)},1958,{STREET}",
        f"陈错,{wrong},,{STREET}",
        f"陈年,{a_number(2)},1960,{STREET}",
        f"陈短,12345,,{STREET}",
        f"陈1,{a_number(3)},,{STREET}",
        f"陈远,{a_number(4)},,999999999999",
        f"陈同,{a_number(1)},,{STREET}",
        f"陈他,{a_number(7)},,{STREET}",
        f"陈遮,••••••••••••••{a_number(5)[-4:]},,{STREET}",
        f",{a_number(6)},,{STREET}",
    )  # fmt: skip
    assert problems(file) == [
        (3, "id_number", "check_digit_wrong"),
        (4, "birth_year", "birth_year_differs"),
        (5, "id_number", "number_form_wrong"),
        (6, "name", "name_has_sign"),
        (7, "residence", "residence_unknown"),
        (8, "id_number", "number_twice_in_file"),
        (9, "id_number", "number_of_another"),
        (10, "id_number", "number_masked"),
        (11, "name", "value_missing"),
    ]
    kept = str(list(ImportProblem.objects.values()))
    for number in (wrong, *(a_number(count) for count in range(1, 8))):
        assert number not in kept
        assert number[:14] not in kept
    assert wrong[-4:] in kept, "the last four signs tell the clerk which it is"
    assert "12345" not in kept
    assert all(not any(number in str(row) for number in (wrong, a_number(2))) for row in queries.rejected_rows(file))


def test_where_the_officer_may_open_no_accounts_rows_are_refused(city):
    local = a_counter_clerk(city["天河区"], "窗口乙")
    file = brought(local, an_organisation(city["五山街道"]), f"陈近,,1958,{STREET}", "陈远,,1958,440117001000")
    assert problems(file) == [(3, "residence", "residence_elsewhere")]


def test_registrars_and_operators_bring_no_lists_of_people_and_see_none(city, officer, counter):
    file = brought(officer, counter, f"陈嘉敏,{a_number(1)},,{STREET}")
    registrar = a_registrar(counter)
    with pytest.raises(Denied):
        brought(registrar, counter, f"陈嘉敏,{a_number(1)},,{STREET}")
    assert not queries.visible_imports(registrar).exists()
    assert queries.visible_imports(officer).get() == file
    assert "people.residents" not in [kind.name for kind in queries.kinds_for(registrar)]
    with pytest.raises(Denied):
        brought(standing_of(a_person(), today=TODAY), counter, "陈嘉敏,,,")


def test_the_file_itself_is_removed_once_it_is_written_or_nobody_decides(officer, counter):
    one = written(officer, brought(officer, counter, f"陈嘉敏,{a_number(1)},,{STREET}"))
    waiting = brought(officer, counter, f"李等,{a_number(2)},,{STREET}")
    assert path_of(one.sha256).exists()
    assert services.remove_personal_files(now=NOW) == 1
    assert not path_of(one.sha256).exists()
    assert path_of(waiting.sha256).exists()
    assert services.remove_personal_files(now=NOW + timedelta(days=15)) == 1
    assert not path_of(waiting.sha256).exists()
    waiting.refresh_from_db()
    assert waiting.state == ImportFile.State.ABANDONED
    assert services.remove_personal_files(now=NOW) == 0


def test_a_file_that_another_import_still_needs_stays(officer, counter):
    row = f"陈嘉敏,{a_number(1)},,{STREET}"
    one, other = brought(officer, counter, row), brought(officer, counter, row)
    services.abandon(actor=officer, file=one)
    assert services.remove_personal_files(now=NOW) == 0
    assert path_of(other.sha256).exists()
    assert counts(written(officer, other)) == (1, 0, 0)
    assert services.remove_personal_files(now=NOW) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_lists_with_one_number_written_at_once_one_writes_it():
    city = small_city()
    officer, counter = a_counter_clerk(city["广州市"]), an_organisation(city["五山街道"])
    files = [
        brought(officer, counter, f"陈嘉敏,{a_number(1)},,{STREET}", f"甲{mark},{a_number(count)},,{STREET}")
        for count, mark in ((2, "一"), (3, "二"))
    ]
    done = at_once(*[lambda f=file: written(officer, f) for file in files])
    assert all(isinstance(one, ImportFile) for one in done), done
    assert sum(one.written_count for one in done) == 3
    assert Person.objects.filter(name="陈嘉敏").count() == 1


def test_telephones_are_asked_for_only_where_somebody_keeps_them(officer, counter, monkeypatch):
    monkeypatch.setattr(kinds, "_contacts", [])
    assert "telephone" not in [column.name for column in kinds.kind().columns]
    kept = []
    monkeypatch.setattr(kinds, "_contacts", [lambda pairs, at: kept.extend(pairs)])
    kind = kinds.kind()
    assert next(column for column in kind.columns if column.name == "telephone").is_secret
    monkeypatch.setitem(__import__("xuecheng.city.imports.kinds", fromlist=["_KINDS"])._KINDS, kind.name, kind)
    file = brought(officer, counter, f"陈嘉敏,{a_number(1)},,{STREET},13800138000", heading=HEADING + ",手机号")
    written(officer, file)
    assert kept == [(Person.objects.get(name="陈嘉敏").pk, "13800138000")]


def test_a_listed_telephone_is_sealed_told_and_not_proved(officer, counter):
    people = [f"陈嘉敏,{a_number(1)},,{STREET},13800138000", f"陈家敏,{a_number(2)},,{STREET},+86 138-0013-8000"]
    file = brought(officer, counter, *people, f"冯国强,,1970,{STREET},12", heading=HEADING + ",手机号")
    assert counts(written(officer, file)) == (3, 0, 0), "what is no mobile number keeps nobody out"
    first, second = Person.objects.get(name="陈嘉敏"), Person.objects.get(name="陈家敏")
    kept = ContactPoint.objects.get(person=first)
    assert (kept.shown, kept.verified_at) == ("138****8000", None)
    assert b"13800138000" not in bytes(kept.sealed)
    assert identity.address_of(kept).text == "+8613800138000"
    phone = read_address("13800138000")
    assert identity.contact_of(phone) is None, "told is not proved: it lets nobody in"
    assert identity.contacts_of(first) == []
    assert list(identity.same_phones()) == [(first.pk, second.pk)]
    duplicates.find_all(at=NOW)
    assert "phone" in DuplicateCandidate.objects.get(first=first, second=second).reasons


def test_a_listed_telephone_becomes_proved_by_its_code_and_is_anothers_no_more(officer, counter):
    people = [f"陈嘉敏,{a_number(1)},,{STREET},13800138000", f"陈家敏,{a_number(2)},,{STREET},13800138000"]
    written(officer, brought(officer, counter, *people, heading=HEADING + ",手机号"))
    first, second = Person.objects.get(name="陈嘉敏"), Person.objects.get(name="陈家敏")
    phone = read_address("13800138000")
    with trace.change(by=first, why="proved"):
        keep_contact(person=first, address=phone, at=NOW)
    assert ContactPoint.objects.filter(person=first).count() == 1
    assert identity.contact_of(phone).person == first
    with trace.change(by=second, why="proved"), pytest.raises(AddressTaken):
        keep_contact(person=second, address=phone, at=NOW)


def test_a_slice_takes_as_many_queries_for_ten_people_as_for_a_hundred(officer, counter, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(first, many):
        rows = [
            f"陈{'一二三四五六七八九十'[n % 10]}{'甲乙丙丁戊己庚辛壬癸'[n // 10 % 10]},{a_number(first + n)},,{STREET}"
            for n in range(many)
        ]
        file = brought(officer, counter, *rows)
        assert file.good_count == many
        with CaptureQueriesContext(connection) as caught:
            written(officer, file)
        return len(caught)

    cost(1, 3)
    assert cost(10, 10) == cost(100, 100)
