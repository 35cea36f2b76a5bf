"""A few organisations are a list; of many one is named by typing, and only what may be chosen is found."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from city.situations import a_person, an_organisation, holding
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import MOST_LISTED, OrganisationField, offer
from xuecheng.web.picking import MOST_FOUND

pytestmark = pytest.mark.django_db


class Asking(forms.Form):
    organisation = forms.ModelChoiceField(label="哪个机构", queryset=Organisation.objects.none(), empty_label=None)

    def __init__(self, *args: Any, places: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "organisation", places)


def colleges(place: Any, count: int) -> list[Organisation]:
    return [an_organisation(place, name_zh=f"第{number}学习中心") for number in range(count)]


def test_twelve_are_a_list_and_thirteen_a_line_to_type_in(city: Any) -> None:
    colleges(city["天河区"], MOST_LISTED)
    every = Organisation.objects.all()
    assert str(Asking(places=every)["organisation"]).count("<option") == MOST_LISTED
    colleges(city["天河区"], 1)
    form = Asking(places=every)
    assert isinstance(form.fields["organisation"], OrganisationField)
    assert "<option" not in str(form["organisation"])
    assert form.fields["organisation"].label == "哪个机构"


def test_only_what_may_be_chosen_is_found_by_name_or_code(city: Any) -> None:
    colleges(city["天河区"], MOST_LISTED + 1)
    (far,) = colleges(city["从化区"], 1)
    places = Organisation.objects.filter(territory=city["天河区"])
    assert not Asking({"organisation": far.code}, places=places).is_valid()
    chosen = {"organisation": "学习", "organisation_of": "学习", "organisation_key": far.code}
    assert not Asking(chosen, places=places).is_valid()
    near = places.get(name_zh="第7学习中心")
    for typed in (near.code.lower(), near.name_zh):
        form = Asking({"organisation": typed}, places=places)
        assert form.is_valid()
        assert form.cleaned_data["organisation"] == near
    several = Asking({"organisation": "学习中心"}, places=places)
    assert several.errors == {"organisation": ["请选择您指的是哪一个。"]}


def test_the_page_of_a_key_for_programs_finds_by_a_script_what_the_operator_may_choose(client: Any, city: Any) -> None:
    colleges(city["天河区"], MOST_LISTED + 2)
    colleges(city["从化区"], 1)
    operator = a_person("区运维")
    holding(operator, "operator", territory=city["天河区"])
    client.force_login(operator)
    page = client.get("/programs/keys/new/")
    assert page.status_code == 200
    assert b"<option" not in page.content
    found = client.get("/programs/keys/new/", {"pick": "organisation", "organisation": "学习中心"}).content.decode()
    assert found.count('type="radio"') == MOST_FOUND
    assert "从化区" not in found
