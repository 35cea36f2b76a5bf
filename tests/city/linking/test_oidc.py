"""The provider, as a site meets it that was written by nobody here: oauthlib's client and PyJWT check what comes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import time_machine
from allauth.idp.oidc.models import Token
from django.test import Client
from oauthlib.oauth2 import WebApplicationClient

from city.api.programs import Program, Town, a_town, record_body
from city.situations import TODAY, a_person
from learning.records.situations import at_once
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.linking import provider, services
from xuecheng.city.linking.models import Link, LinkedSite

BACK = "https://friends.example/back"
ISSUER = "http://testserver"


class Site:
    """A linked site with its secret, and a browser in which a person is signed in."""

    def __init__(self, town: Town, *, back: str = BACK, **more: Any) -> None:
        wish = {
            "name_zh": "学友网", "name_en": "Friends", "purpose_zh": "在一处看到您学过的东西", "purpose_en": "See",
            "organisation": town.desk.college, "scopes": ["openid", "profile", "records.read"], "redirect_uris": [back],
        } | more  # fmt: skip
        self.row, self.secret = services.register_site(
            actor=standing_of(town.people["O"], today=TODAY), public_id=uuid7(), wish=services.SiteWish(**wish),
            at=clock.now(), reason="接入",
        )  # fmt: skip
        self.back = back
        self.oauth = WebApplicationClient(self.row.client_id)
        self.verifier = self.oauth.create_code_verifier(64)
        self.challenge = self.oauth.create_code_challenge(self.verifier, "S256")

    def ask(self, reader: Client, *, scope: str = "openid profile records.read", **more: str) -> Any:
        address = self.oauth.prepare_request_uri(
            "https://testserver/identity/o/authorize", redirect_uri=more.pop("redirect_uri", self.back), scope=scope.split(),
            state="st4te", **({"code_challenge": self.challenge, "code_challenge_method": "S256", "nonce": "n0nce"} | more),
        )  # fmt: skip
        return reader.get(address.removeprefix("https://testserver"))

    def consent(self, reader: Client, page: Any, *, action: str = "grant", scopes: list[str] | None = None) -> Any:
        text = page.content.decode()
        blob = re.search(r'name="request" value="([^"]+)"', text)
        assert blob is not None, text
        offered = re.findall(r'name="scopes" value="([^"]+)"', text)
        wanted = offered if scopes is None else scopes
        return reader.post(
            "/identity/o/authorize", {"request": blob[1].replace("&quot;", '"'), "scopes": wanted, "action": action}
        )

    def code(self, reader: Client, **more: Any) -> str:
        answer = self.consent(reader, self.ask(reader, **more))
        assert answer.status_code == 302, answer.content
        return self.oauth.parse_request_uri_response(answer["Location"], state="st4te")["code"]

    def token(self, **form: str) -> Any:
        basic = b64encode(f"{self.row.client_id}:{self.secret}".encode()).decode()
        return Client().post("/identity/o/api/token", form, headers={"Authorization": f"Basic {basic}"})

    def redeem(self, code: str, **more: str) -> Any:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.back, "code_verifier": self.verifier,
        } | more  # fmt: skip
        return self.token(**form)


@pytest.fixture
def town(db: None, settings: Any) -> Town:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 10_000
    return a_town()


@pytest.fixture
def reader(town: Town) -> Client:
    client = Client()
    client.force_login(town.learner)
    return client


def _error(answer: Any) -> str:
    return parse_qs(urlsplit(answer["Location"]).query)["error"][0]


def _claims(id_token: str, audience: str) -> dict[str, Any]:
    keys = jwt.PyJWKSet.from_dict(Client().get("/.well-known/jwks.json").json())
    key = keys[jwt.get_unverified_header(id_token)["kid"]]
    claims: dict[str, Any] = jwt.decode(id_token, key.key, algorithms=["RS256"], audience=audience, issuer=ISSUER)
    return claims


def test_a_person_links_a_site_which_then_reads_what_was_granted(town: Town, reader: Client) -> None:
    site = Site(town)
    town.desk.record(town.learner)
    page = site.ask(reader)
    assert "学友网" in page.content.decode()
    assert "在一处看到您学过的东西" in page.content.decode()
    assert "form-action 'self' https://friends.example" in page["Content-Security-Policy"]
    answer = site.redeem(site.code(reader))
    tokens = site.oauth.parse_request_body_response(
        answer.content.decode(), scope=["openid", "profile", "records.read"]
    )
    claims = _claims(tokens["id_token"], site.row.client_id)
    assert (claims["nonce"], claims["name"]) == ("n0nce", "陈丽华")
    assert town.learner.sign_in_name not in json.dumps(claims)
    program = Program(tokens["access_token"])
    assert program.get("/me").json()["name"] == "陈丽华"
    assert len(program.get("/me/records").json()["items"]) == 1
    assert program.get("/me/account").json()["code"] == "scope_missing"
    info = (
        Client().get("/identity/o/api/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()
    )
    assert info["sub"] == claims["sub"]
    assert answer["Cache-Control"] == "no-store"


def test_two_sites_know_the_same_person_by_different_subjects_and_each_for_ever(town: Town, reader: Client) -> None:
    subjects = []
    for site in (Site(town), Site(town)):
        for _time in range(2):
            tokens = site.redeem(site.code(reader)).json()
            subjects.append(_claims(tokens["id_token"], site.row.client_id)["sub"])
    assert subjects[0] == subjects[1] != subjects[2] == subjects[3]
    assert str(town.learner.pk) not in subjects


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_challenge": "", "code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "openid people.write"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_what_the_site_may_not_ask_is_told_to_the_site(
    town: Town, reader: Client, change: dict[str, str], error: str
) -> None:
    site = Site(town)
    if "response_type" in change:
        answer = reader.get(
            f"/identity/o/authorize?client_id={site.row.client_id}&redirect_uri={BACK}&response_type=token&scope=openid"
        )
        # Nothing is ever given in an address: whether by redirect or on a page, it is an error.
        assert "access_token" not in answer.get("Location", "")
        return
    answer = site.ask(reader, **change)
    assert (answer.status_code, _error(answer)) == (302, error)
    assert answer["Location"].startswith(BACK)


@pytest.mark.parametrize(
    "back",
    [
        "https://friends.example/other",
        "https://friends.example/back?x=1",
        "https://evil.example/back",
        "https://friends.example.evil/back",
    ],
)
def test_a_wrong_address_is_never_gone_to(town: Town, reader: Client, back: str) -> None:
    answer = Site(town).ask(reader, redirect_uri=back)
    assert answer.status_code in (200, 400)
    assert "Location" not in answer
    assert "不能连接" in answer.content.decode() or "cannot be linked" in answer.content.decode()


def test_a_wrong_verifier_gets_nothing(town: Town, reader: Client) -> None:
    site = Site(town)
    code = site.code(reader)
    answer = site.redeem(code, code_verifier="x" * 64)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert not Token.objects.filter(client=site.row.client_id).exists()
    assert site.redeem(code, redirect_uri="https://friends.example/other").status_code == 400


def test_a_code_shown_twice_ends_everything_that_came_of_it(town: Town, reader: Client) -> None:
    site = Site(town)
    code = site.code(reader)
    tokens = site.redeem(code).json()
    refreshed = site.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()
    assert Program(refreshed["access_token"]).get("/me").status_code == 200
    again = site.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    for access in (tokens["access_token"], refreshed["access_token"]):
        assert Program(access).get("/me").status_code == 401
    assert site.token(grant_type="refresh_token", refresh_token=refreshed["refresh_token"]).status_code == 400


def test_a_refresh_token_rotates_and_an_old_one_ends_the_family(town: Town, reader: Client) -> None:
    site = Site(town)
    first = site.redeem(site.code(reader)).json()
    second = site.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    stolen = site.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert stolen.json()["error"] == "invalid_grant"
    assert Program(second["access_token"]).get("/me").status_code == 401


def test_refreshing_has_an_absolute_end(town: Town, reader: Client) -> None:
    site = Site(town)
    now = clock.now()
    tokens = site.redeem(site.code(reader)).json()
    for days in (25, 50, 75):
        with time_machine.travel(now + timedelta(days=days), tick=False):
            tokens = site.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()
            assert "access_token" in tokens
    with time_machine.travel(now + provider.REFRESH_ENDS_AFTER + timedelta(seconds=1), tick=False):
        assert site.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_of_two_who_show_one_code_at_once_nobody_keeps_more_than_one_token(settings: Any) -> None:
    settings.API_PER_MINUTE_NAMELESS = 10_000
    town = a_town()
    reader = Client()
    reader.force_login(town.learner)
    site = Site(town)
    code = site.code(reader)
    statuses = sorted(answer.status_code for answer in at_once(*[lambda: site.redeem(code)] * 2))
    assert statuses == [200, 400]
    # The second was a replay, so what the first got is gone too.
    assert not Token.objects.filter(client=site.row.client_id).exists()


class TestPromptNone:
    def test_who_is_not_signed_in_is_told_so(self, town: Town) -> None:
        assert _error(Site(town).ask(Client(), prompt="none")) == "login_required"

    def test_what_was_not_granted_to_this_site_needs_consent_though_another_has_it(
        self, town: Town, reader: Client
    ) -> None:
        other = Site(town)
        other.redeem(other.code(reader))
        assert _error(Site(town).ask(reader, prompt="none")) == "consent_required"

    def test_what_was_granted_is_given_without_a_page(self, town: Town, reader: Client) -> None:
        site = Site(town)
        site.redeem(site.code(reader))
        answer = site.ask(reader, prompt="none")
        code = site.oauth.parse_request_uri_response(answer["Location"], state="st4te")["code"]
        assert site.redeem(code).status_code == 200


class TestConsent:
    def test_who_says_no_gives_nothing(self, town: Town, reader: Client) -> None:
        site = Site(town)
        answer = site.consent(reader, site.ask(reader), action="cancel")
        assert _error(answer) == "access_denied"
        assert not Link.objects.filter(person=town.learner, client=site.row.client_id, given_at__isnull=False).exists()

    def test_what_is_unticked_is_not_granted(self, town: Town, reader: Client) -> None:
        site = Site(town)
        answer = site.consent(reader, site.ask(reader), scopes=["openid", "profile"])
        code = site.oauth.parse_request_uri_response(answer["Location"], state="st4te")["code"]
        program = Program(site.redeem(code).json()["access_token"])
        assert program.get("/me").status_code == 200
        assert program.get("/me/records").json()["code"] == "scope_missing"

    def test_whoever_is_not_signed_in_signs_in_first(self, town: Town) -> None:
        answer = Site(town).ask(Client())
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/")

    def test_a_person_ends_a_link_and_the_site_sees_nothing_from_then_on(self, town: Town, reader: Client) -> None:
        site = Site(town, name_zh="社区课堂")
        tokens = site.redeem(site.code(reader)).json()
        page = reader.get("/links/").content.decode()
        assert "社区课堂" in page
        assert reader.post(f"/links/{site.row.client_id}/end/").status_code == 302
        assert Program(tokens["access_token"]).get("/me").status_code == 401
        assert site.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status_code == 400
        assert "社区课堂" not in reader.get("/links/").content.decode()

    def test_nobody_ends_the_link_of_another(self, town: Town, reader: Client) -> None:
        site = Site(town)
        tokens = site.redeem(site.code(reader)).json()
        other = Client()
        other.force_login(a_person("别人"))
        assert other.post(f"/links/{site.row.client_id}/end/").status_code == 404
        assert Program(tokens["access_token"]).get("/me").status_code == 200


class TestPrograms:
    def test_a_program_gets_a_token_and_posts_for_its_holder(self, town: Town) -> None:
        site = Site(town, redirect_uris=[], scopes=["records.write", "records.read"], holder=town.people["R"])
        assert site.secret.isalnum()
        assert site.row.client_id.isalnum()
        tokens = site.token(grant_type="client_credentials", scope="records.write").json()
        program = Program(tokens["access_token"])
        assert program.post("/records", record_body(town)).status_code == 201
        assert program.get("/records").json()["code"] == "scope_missing"
        assert "refresh_token" not in tokens

    @pytest.mark.parametrize("secret", ["", "x" * 48])
    def test_a_wrong_secret_gets_nothing(self, town: Town, secret: str) -> None:
        site = Site(town, redirect_uris=[], scopes=["records.write"], holder=town.people["R"])
        site.secret = secret
        assert site.token(grant_type="client_credentials").status_code == 401

    def test_a_site_for_people_has_no_program_and_knows_no_passwords(self, town: Town) -> None:
        site = Site(town)
        assert site.token(grant_type="client_credentials").status_code == 400
        for grant in ("password", "implicit", "urn:ietf:params:oauth:grant-type:device_code"):
            assert site.token(grant_type=grant).json()["error"] == "unsupported_grant_type"

    def test_an_ended_site_is_nobody(self, town: Town) -> None:
        site = Site(town, redirect_uris=[], scopes=["records.write"], holder=town.people["R"])
        tokens = site.token(grant_type="client_credentials").json()
        services.end_site(
            actor=standing_of(town.people["O"], today=TODAY), site=LinkedSite.objects.get(pk=site.row.pk),
            at=clock.now(), reason="停",
        )  # fmt: skip
        assert Program(tokens["access_token"]).post("/records", record_body(town)).status_code == 401
        assert site.token(grant_type="client_credentials").status_code in (400, 401)


def test_a_process_that_did_not_make_the_key_publishes_it_too() -> None:
    """As every start but the first: nothing else has loaded what the key needs."""
    script = (
        "import django; django.setup(); from django.test import Client; "
        "answer = Client().get('/.well-known/jwks.json', headers={'host': 'localhost'}); "
        "assert answer.status_code == 200, answer.content; print(answer.json()['keys'][0]['kty'])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.strip() == "RSA", done.stderr[-2000:]


def test_discovery_says_what_there_is_and_no_more(town: Town) -> None:
    said = Client().get("/.well-known/openid-configuration").json()
    assert said["response_types_supported"] == ["code"]
    assert said["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]
    assert said["subject_types_supported"] == ["pairwise"]
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["id_token_signing_alg_values_supported"] == ["RS256"]
    assert "device_authorization_endpoint" not in said
    for name, address in said.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            assert Client().get(address.removeprefix(ISSUER)).status_code != 404, name
