"""Pages of divisions: public, as of a day, changed by operators."""

from __future__ import annotations

import pytest

from xuecheng.city.territories.models import Territory

pytestmark = pytest.mark.django_db


def test_everybody_sees_the_city_its_districts_and_what_lies_in_them(client, city):
    page = client.get("/territories/").content.decode()
    assert "天河区" in page
    assert "从化区" in page
    page = client.get(f"/territories/{city['天河区'].code}/").content.decode()
    assert "五山街道" in page
    assert "何运维" not in page


def test_a_division_can_be_seen_as_of_a_day(client, city):
    code = city["天河区"].code
    assert "五山街道" in client.get(f"/territories/{code}/?on=2024-01-01").content.decode()
    assert "五山街道" not in client.get(f"/territories/{code}/?on=2001-01-01").content.decode()
    assert client.get(f"/territories/{code}/?on=nonsense").status_code == 200


def test_search_answers_with_links_and_an_unknown_code_with_404(client, city):
    assert city["五山街道"].code in client.get("/territories/?q=五山").content.decode()
    assert client.get("/territories/999999999999/").status_code == 404


def test_before_a_city_is_loaded_the_page_says_so(client):
    assert client.get("/territories/").status_code == 200


def test_an_operator_renames_and_sees_the_history(operator_client, city):
    code = city["五山街道"].code
    answer = operator_client.post(
        f"/territories/{code}/name/",
        {"name_zh": "石牌街道", "on": "2025-01-01", "reason": "穗府函〔2025〕1号"},
        follow=True,
    )
    assert "穗府函〔2025〕1号" in answer.content.decode()
    assert Territory.objects.get(code=code).name_zh == "石牌街道"


def test_a_refusal_stands_at_its_field_with_status_422(operator_client, city):
    code = city["五山街道"].code
    answer = operator_client.post(f"/territories/{code}/parent/", {"parent": "1", "on": "2025-01-01", "reason": "x"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["parent"]
    answer = operator_client.post(
        f"/territories/{code}/merge/",
        {"into": city["员村街道"].code, "on": "2001-01-01", "reason": "x"},
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["on"]


def test_the_number_of_queries_does_not_grow_with_the_city(client, city, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get("/territories/")


def split_of(city, **more):
    """Tianhe's street Wushan becomes two; each community beneath it goes to one of them."""
    return {
        "code_1": "440106031000", "name_zh_1": "华农街道", "name_en_1": "",
        "code_2": "440106032000", "name_zh_2": "岳洲街道", "name_en_2": "Yuezhou Subdistrict",
        f"goes_{city['华农社区居民委员会'].code}": "1",
        f"goes_{city['岳洲社区居民委员会'].code}": "2",
        "remains": "", "on": "2025-01-01", "reason": "穗府函〔2025〕2号",
    } | more  # fmt: skip


def test_an_operator_splits_a_division_and_both_days_are_answered(operator_client, city):
    code = city["五山街道"].code
    page = operator_client.get(f"/territories/{code}/split/").content.decode()
    assert "华农社区居民委员会" in page
    answer = operator_client.post(f"/territories/{code}/split/", split_of(city), follow=True)
    told = answer.content.decode()
    assert answer.redirect_chain
    assert "华农街道" in told
    assert "岳洲街道" in told
    assert not Territory.objects.get(code=code).is_current
    assert Territory.objects.get(name_zh="岳洲社区居民委员会").parent.code == "440106032000"
    assert "岳洲社区" in operator_client.get(f"/territories/{code}/?on=2024-12-31").content.decode()
    assert "岳洲社区" in operator_client.get("/territories/440106032000/?on=2025-01-01").content.decode()


def test_a_split_may_leave_the_old_division_with_the_rest(operator_client, city):
    code = city["五山街道"].code
    wanted = split_of(city, remains="yes", **{f"goes_{city['岳洲社区居民委员会'].code}": ""})
    wanted = {name: value for name, value in wanted.items() if not name.endswith("_2")}
    assert operator_client.post(f"/territories/{code}/split/?parts=1", wanted).status_code == 302
    assert Territory.objects.get(code=code).is_current
    assert Territory.objects.get(name_zh="岳洲社区居民委员会").parent.code == code
    assert Territory.objects.get(name_zh="华农社区居民委员会").parent.code == "440106031000"


def test_what_a_split_lacks_is_told_at_its_question(operator_client, city):
    code, homeless = city["五山街道"].code, f"goes_{city['岳洲社区居民委员会'].code}"
    answer = operator_client.post(f"/territories/{code}/split/", split_of(city, **{homeless: ""}))
    assert answer.status_code == 422
    assert answer.context["form"].errors[homeless]
    answer = operator_client.post(f"/territories/{code}/split/", split_of(city, code_2=city["员村街道"].code))
    assert answer.status_code == 422
    assert answer.context["form"].errors["code_2"]
    assert Territory.objects.get(code=code).is_current


@pytest.mark.parametrize("parts", ["0", "99", "-1", "two", "²"])
def test_a_strange_number_of_parts_is_no_fault(operator_client, city, parts):
    assert operator_client.get(f"/territories/{city['五山街道'].code}/split/", {"parts": parts}).status_code == 200


def test_an_operator_merges_neighbours_into_a_new_division(operator_client, city):
    code, other = city["五山街道"].code, city["员村街道"].code
    wanted = {
        "merged": [other], "code": "440106040000", "name_zh": "珠江新城街道", "name_en": "",
        "on": "2025-01-01", "reason": "穗府函〔2025〕3号",
    }  # fmt: skip
    assert "员村街道" in operator_client.get(f"/territories/{code}/merge/new/").content.decode()
    answer = operator_client.post(f"/territories/{code}/merge/new/", wanted | {"code": other})
    assert answer.status_code == 422
    assert answer.context["form"].errors["code"]
    assert (
        "珠江新城街道" in operator_client.post(f"/territories/{code}/merge/new/", wanted, follow=True).content.decode()
    )
    new = Territory.objects.get(code="440106040000")
    assert {one.name_zh for one in Territory.objects.filter(parent=new)} == {
        "华农社区居民委员会",
        "岳洲社区居民委员会",
        "昌乐园社区居民委员会",
    }
    assert not Territory.objects.filter(code__in=[code, other], is_current=True)
    assert "昌乐园" in operator_client.get(f"/territories/{other}/?on=2024-12-31").content.decode()


def test_only_who_keeps_the_divisions_splits_and_merges(resident_client, city):
    code = city["五山街道"].code
    assert resident_client.get(f"/territories/{code}/split/").status_code == 403
    assert resident_client.post(f"/territories/{code}/split/", split_of(city)).status_code == 403
    assert resident_client.post(f"/territories/{code}/merge/new/", {}).status_code == 403
    assert Territory.objects.get(code=code).is_current


def test_where_a_division_goes_is_found_by_name_among_its_own_level(operator_client, city):
    code = city["五山街道"].code
    found = operator_client.get(f"/territories/{code}/merge/", {"pick": "into", "into": "员村"}).content.decode()
    assert city["员村街道"].code in found
    assert "昌乐园" not in found
    answer = operator_client.post(
        f"/territories/{code}/merge/", {"into": "员村街道", "on": "2025-01-01", "reason": "穗府函〔2025〕2号"}
    )
    assert answer.status_code == 302
    assert not Territory.objects.get(code=code).is_current
    answer = operator_client.post(
        f"/territories/{city['岳洲社区居民委员会'].code}/parent/",
        {"parent": city["天河区"].code, "on": "2025-01-02", "reason": "x"},
    )
    assert answer.status_code == 422, "a community lies in a street"
