"""No form is left out: whoever adds one has a walk pass it, or says here why none can."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import attacks.forms.test_forms_of_badges
import attacks.forms.test_forms_of_cards
import attacks.forms.test_forms_of_classes
import attacks.forms.test_forms_of_collectives
import attacks.forms.test_forms_of_colleges
import attacks.forms.test_forms_of_coordination
import attacks.forms.test_forms_of_courses
import attacks.forms.test_forms_of_employers
import attacks.forms.test_forms_of_enrolment
import attacks.forms.test_forms_of_exchange  # they say what they pass
import attacks.forms.test_forms_of_learning
import attacks.forms.test_forms_of_places
import attacks.forms.test_forms_of_redemption
import attacks.forms.test_forms_of_supervision
import attacks.forms.test_forms_of_teaching
import attacks.forms.test_forms_of_the_city
import attacks.forms.test_forms_of_the_door
import attacks.forms.test_forms_of_transfers
import attacks.forms.test_forms_of_volunteers  # noqa: F401  # they say what they pass
from attacks.forms.walks import WALKED
from city.situations import a_person, holding, small_city
from test_routes import ALL, _made_up
from test_who_sees import _names

NOT_WALKED = {
    "cards:enrol_device": "answers a secret to a script, in no page: tests/learning/cards/test_pages.py",
    "teaching:sync": "marks as JSON, no form: tests/coordination/teaching/test_pages.py",
    "mfa_login_webauthn": "a device signs; nothing but its answer is read. tests/browser/test_identity_story.py",
    "search:search": "looks for one text and writes nothing; a field more is not read. tests/city/search",
    "proofs:verify_credential": "answers a question and writes nothing. tests/learning/proofs/test_pages.py",
    "mfa_add_webauthn": "the same, and a name. tests/browser/test_identity_story.py",
}
"""Addresses that take a POST and are not walked, each with why."""


def _own(view: Any) -> Any:
    """The view behind its decorators; of one that is a class, the class."""
    while not hasattr(view, "view_class") and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return getattr(view, "view_class", view)


def _reads_a_post(view: Any, depth: int = 4) -> bool:
    """Whether the view, or what it calls in its own module, looks at what was posted."""
    view = _own(view)
    if inspect.isclass(view):
        return any(hasattr(view, one) for one in ("post", "form_valid"))
    if not hasattr(view, "__code__"):
        return False
    names = _names(view.__code__)
    if {"POST", "FILES"} & names or ("method" in names and "POST" in view.__code__.co_consts):
        return True
    beside = [view.__globals__[name] for name in names if inspect.isfunction(view.__globals__.get(name))]
    return depth > 0 and any(_reads_a_post(one, depth - 1) for one in beside if one.__module__.startswith("xuecheng"))


@pytest.mark.django_db
def test_every_address_that_takes_a_post_is_walked() -> None:
    city = small_city()
    person = a_person("一人多职", territory=city["五山街道"])
    for role in ("certification_officer", "operator", "counter_clerk", "data_protection_officer"):
        holding(person, role, territory=city["广州市"])
    takes = set()
    for name, pattern in ALL.items():
        client = Client(raise_request_exception=False)
        client.force_login(person)
        address = reverse(name, kwargs=_made_up(pattern))
        if client.post(address).status_code == 405:
            continue
        client.force_login(person)
        if client.get(address).status_code == 405 or _reads_a_post(pattern.callback):
            takes.add(name)
    assert takes - set(WALKED) - set(NOT_WALKED) == set(), "have a walk pass these forms"
    assert (set(WALKED) | set(NOT_WALKED)) - takes == set(), "these take no form"
    assert set(WALKED) & set(NOT_WALKED) == set()
