"""Nobody links a site in somebody's name: the consent is a form with a token of this browser, and allauth looks at it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from attacks.forms.walking import FormsOfAPage
from city.api.programs import a_town
from city.linking.test_oidc import Site
from xuecheng.city.linking.models import Link

pytestmark = pytest.mark.django_db
ADDRESS = "/identity/o/authorize"


@pytest.mark.parametrize("action", ["grant", "deny"])
def test_a_consent_without_its_token_does_nothing(settings: Any, action: str) -> None:
    settings.API_PER_MINUTE_NAMELESS = 1_000
    town = a_town()
    site = Site(town)
    Link.objects.all().delete()
    reader = Client(enforce_csrf_checks=True)
    reader.force_login(town.learner)
    (form,) = [one for one in FormsOfAPage(site.ask(reader).content.decode()).forms if "request" in one.fields]
    sent = {"request": form.fields["request"].values[0], "scopes": ["openid", "profile"], "action": action}
    token = form.fields["csrfmiddlewaretoken"].values[0]
    for wrong in ({}, {"csrfmiddlewaretoken": ""}, {"csrfmiddlewaretoken": "x" * 64}):
        answer = reader.post(ADDRESS, sent | wrong)
        assert (answer.status_code, answer.headers.get("Location")) == (403, None)
    assert not Link.objects.exists()
    answer = reader.post(ADDRESS, sent | {"csrfmiddlewaretoken": token})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(site.back)
    assert Link.objects.exists() == (action == "grant")


def test_a_post_without_a_signed_request_only_leads_to_the_question() -> None:
    """A site may post its wish; what is answered is the page that asks, with the same values in its address."""
    reader = Client(enforce_csrf_checks=True)
    answer = reader.post(ADDRESS, {"client_id": "x", "action": "grant", "scopes": "openid"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{ADDRESS}?")
    assert not Link.objects.exists()
