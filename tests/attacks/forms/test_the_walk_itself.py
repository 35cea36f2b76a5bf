"""The walk finds what it looks for: forms that take more than they ask for, planted here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from attacks.forms.walking import Walk
from city.situations import a_person
from xuecheng.city.people.models import Person
from xuecheng.city.rights import public
from xuecheng.config.urls import handler400, handler403, handler404, handler500
from xuecheng.config.urls import urlpatterns as all_urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
PAGE = '<main><form method="post"><input type="hidden" name="whose" value="{whose}"><input name="name"></form></main>'


def _a_form(takes: Any) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        whose = Person.objects.order_by("pk")[0]
        if request.method == "POST":
            takes(request, whose)
        return HttpResponse(PAGE.format(whose=whose.public_id))

    return public(view)


def _everything(request: HttpRequest, whose: Person) -> None:
    known = {field.attname for field in Person._meta.concrete_fields} - {"id"}
    for name, value in request.POST.items():
        if name in known and name in ("name", "sign_in_name"):
            setattr(whose, name, value)
    whose.save()


def _what_the_address_says(request: HttpRequest, whose: Person) -> None:
    Person.objects.filter(pk=whose.pk).update(
        name=request.POST["name"], is_active=request.POST.get("is_active") != "false"
    )


def _whom_the_hidden_field_names(request: HttpRequest, whose: Person) -> None:
    del whose
    Person.objects.filter(public_id=UUID(request.POST["whose"])).update(name=request.POST["name"])


def _only_its_own(request: HttpRequest, whose: Person) -> None:
    Person.objects.filter(pk=whose.pk).update(name=request.POST["name"])


urlpatterns = [
    path("everything/", _a_form(_everything), name="everything"),
    path("flag/", _a_form(_what_the_address_says), name="flag"),
    path("hidden/", _a_form(_whom_the_hidden_field_names), name="hidden"),
    path("own/", _a_form(_only_its_own), name="own"),
    *all_urls,
]
__all__ = ["handler400", "handler403", "handler404", "handler500"]


@pytest.fixture
def two() -> None:
    a_person("陈嘉敏")
    a_person("改不得")


@pytest.mark.parametrize("name", ["everything", "flag", "hidden"])
def test_a_form_that_takes_more_is_found(two: None, name: str) -> None:
    with pytest.raises(AssertionError, match=r"takes more than its form asks for|touches |follows"):
        Walk().post(name, Client(), {"name": "新名"})


def test_one_that_takes_its_own_only_passes(two: None) -> None:
    Walk().post("own", Client(), {"name": "新名"})
    assert list(Person.objects.order_by("pk").values_list("name", flat=True)) == ["新名", "改不得"]
