"""Loading a code list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from city.situations import KNOWN_SINCE, SMALL_CITY, TODAY, a_stranger, rows, small_city
from xuecheng.city import rights
from xuecheng.city.territories import files, queries, services
from xuecheng.city.territories.models import Installation, Territory, TerritoryVersion

pytestmark = pytest.mark.django_db


def load(*lines, valid_from=KNOWN_SINCE, **more):
    return services.load_territories(
        rows(*lines), actor=rights.OWNER, valid_from=valid_from, today=TODAY, reason="Code list", **more
    )


def test_the_real_guangzhou_loads_whole_and_counts_as_the_bureau_counts():
    folder = files.SHIPPED / "guangzhou"
    loaded = services.load_territories(
        files.read_territories((folder / "territories.csv").read_bytes()),
        actor=rights.OWNER,
        valid_from=date(2023, 6, 30),
        today=TODAY,
        populations=files.read_populations((folder / "districts.csv").read_bytes()),
        names_en=files.read_english_names((folder / "names_en.csv").read_bytes()),
        reason="Code list of 30 June 2023",
    )
    assert (loaded.new, loaded.known, loaded.changed) == (3041, 0, 0)
    city = Territory.objects.get(code="440100000000")
    # 142 subdistricts and 34 towns, 1,699 communities and 1,145 villages; the 9 pseudo rows are none of them.
    assert queries.counts(city) == {"city": 0, "district": 11, "street": 176, "community": 2844}
    assert Territory.objects.filter(is_pseudo=True).count() == 9
    assert sum(district.population for district in queries.districts()) == 18_676_605
    assert queries.installation().city == city
    assert city.name_en == "Guangzhou"


def test_loading_twice_is_loading_once():
    first = load(*SMALL_CITY)
    before = set(Territory.objects.values_list("code", "path"))
    again = load(*SMALL_CITY)
    assert (first.new, first.known) == (11, 0)
    assert (again.new, again.known, again.changed) == (0, 11, 0)
    assert set(Territory.objects.values_list("code", "path")) == before
    assert TerritoryVersion.objects.count() == 11


def test_paths_lead_from_the_city_down():
    there = small_city()
    street = there["五山街道"]
    keys = [there["广州市"].pk, there["天河区"].pk, street.pk]
    assert street.path == "/" + "/".join(map(str, keys)) + "/"


def test_the_order_of_the_rows_does_not_matter():
    assert load(*reversed(SMALL_CITY)).new == 11


def test_one_bad_row_and_nothing_is_loaded():
    with pytest.raises(services.FileRefused) as caught:
        load(*SMALL_CITY, ("440106003000", "", "street", "440106000000"))
    assert [(row_no, refusal.code) for row_no, refusal in caught.value.problems] == [(13, "name_missing")]
    assert not Territory.objects.exists()


def test_a_newer_list_renames_and_moves_from_its_day():
    small_city()
    later = date(2025, 6, 30)
    newer = [
        ("440106001000", "五山新街道", "street", "440106000000"),
        ("440106001001", "华农社区居民委员会", "community", "440106001000"),
        ("440106003000", "车陂街道", "street", "440106000000"),
    ]
    loaded = load(*newer, valid_from=later)
    assert (loaded.new, loaded.known, loaded.changed) == (1, 1, 1)
    assert queries.as_of("440106001000", later - timedelta(days=1)).name_zh == "五山街道"
    assert queries.as_of("440106001000", later).name_zh == "五山新街道"
    assert queries.as_of("440106003000", later - timedelta(days=1)) is None
    assert Territory.objects.get(code="440106001000").name_zh == "五山新街道"
    # The old list is still what held in its time.
    assert load(*SMALL_CITY).changed == 0


def test_a_list_that_contradicts_its_own_day_is_refused_by_row():
    small_city()
    with pytest.raises(services.FileRefused) as caught:
        load(("440106000000", "地河区", "district", "440100000000"))
    assert caught.value.problems[0][1].code == "known_otherwise"
    with pytest.raises(services.FileRefused) as caught:
        load(("440106000000", "天河区", "district", "440100000000"), valid_from=date(2000, 1, 1))
    assert caught.value.problems[0][1].code == "known_only_later"


def test_another_city_loads_by_the_same_command_and_the_first_stays_the_one_served():
    small_city()
    load(("441900000000", "东莞市", "city", ""), ("441900003000", "东城街道", "street", "441900000000"))
    assert Installation.objects.get().city.name_zh == "广州市"
    dongguan = Territory.objects.get(code="441900000000")
    assert [listed.territory.name_zh for listed in queries.children(dongguan)] == ["东城街道"]


def test_a_stranger_is_denied_and_nothing_is_written():
    with pytest.raises(rights.Denied):
        services.load_territories(
            rows(*SMALL_CITY), actor=a_stranger(), valid_from=KNOWN_SINCE, today=TODAY, reason="Mine"
        )
    assert not Territory.objects.exists()


def test_a_list_saved_by_a_chinese_spreadsheet_is_read():
    text = "code,name,level,parent_code\r\n440100000000,广州市,city,\r\n,,,\r\n"
    for content in (text.encode("utf-8-sig"), text.encode("gb18030")):
        assert [row.name for row in files.read_territories(content)] == ["广州市"]


def test_a_list_without_its_columns_or_no_text_at_all_is_refused():
    with pytest.raises(files.ColumnsMissing) as caught:
        files.read_territories(b"code,name\n")
    assert caught.value.values == {"columns": "level, parent_code"}
    with pytest.raises(files.FileNotText):
        files.read_territories(b"\xff\xfe\x00\x01\x80")
    with pytest.raises(files.PopulationWrong):
        files.read_populations("code,population_2020,population_source\n440106000000,两百万,census\n".encode())
