"""The provider's addresses: allauth's, with what its traps ask for (`docs/api.md`, `standards.md` §5).

- Every code needs PKCE with S256; only the scopes that are for people may be asked of people.
- A code or refresh token shown twice ends everything that came of it; refresh tokens rotate and have an absolute end.
- `prompt=none` looks at what was granted to this site, not to any.
- Discovery says what there is: no implicit flow, no devices, no sign-out.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from allauth.core.internal.httpkit import add_query_params
from allauth.idp.oidc import views
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.internal.oauthlib.server import get_server
from allauth.idp.oidc.internal.oauthlib.utils import extract_params
from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from xuecheng.city import clock
from xuecheng.city.api import limits
from xuecheng.city.api.callers import Caller
from xuecheng.city.api.problems import Problem
from xuecheng.city.people.models import Person
from xuecheng.city.rights import NOBODY, public
from xuecheng.web.middleware import CONTENT_SECURITY_POLICY

from . import queries, services
from .models import LinkedSite, SpentGrant
from .scopes import FOR_PEOPLE, SCOPES

REFRESH_ENDS_AFTER = timedelta(days=90)
"""However often it was refreshed: then the person is asked again."""
_LOCK = 0x4F49_4401
_SECRET_OF = {"authorization_code": "code", "refresh_token": "refresh_token"}
_GRANTS = ("authorization_code", "refresh_token", "client_credentials")


@public
def configuration(request: HttpRequest) -> HttpResponse:
    """What this provider can do, and no more (OpenID Connect Discovery)."""

    def address(name: str) -> str:
        return request.build_absolute_uri(reverse(f"idp:oidc:{name}"))

    return JsonResponse(
        {
            "issuer": get_adapter().get_issuer(),
            "authorization_endpoint": address("authorization"),
            "token_endpoint": address("token"),
            "revocation_endpoint": address("revoke"),
            "userinfo_endpoint": address("userinfo"),
            "jwks_uri": address("jwks"),
            "scopes_supported": list(SCOPES),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": list(_GRANTS),
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": list(settings.IDP_OIDC_AUTH_METHODS),
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": ["sub", "name", "locale"],
            "ui_locales_supported": ["zh-CN", "en"],
            "service_documentation": request.build_absolute_uri(reverse("linking:show_docs")),
        }
    )


class AuthorizationView(views.AuthorizationView):  # type: ignore[misc]  # allauth ships no types
    """A person is asked whether a site may see or do something for them."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = self._refusal(request)
        response: HttpResponse = refusal or super().get(request, *args, **kwargs)
        return self._may_return(response)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(request, *args, **kwargs)
        return self._may_return(response)

    def form_valid(self, form: Any) -> HttpResponse:
        chosen = sorted(set(form.cleaned_data["scopes"]) & set(FOR_PEOPLE))
        client = Client.objects.get(pk=self._request_info["client_id"])
        # Together: no code without the link that it stands for.
        with transaction.atomic():
            services.give_link(person=self.request.user, client=client, scopes=chosen, at=clock.now())
            response: HttpResponse = super().form_valid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        site = LinkedSite.objects.select_related("organisation").get(client=context["client"].pk)
        english = get_language() == "en"
        context |= {
            "linked_site": site,
            "site_name": site.name_en if english else site.name_zh,
            "site_purpose": site.purpose_en if english else site.purpose_zh,
            "host": urlsplit(self._request_info.get("redirect_uri", "")).hostname,
            "wishes": [(name, SCOPES[name].label) for name in self._scopes if name in SCOPES],
        }
        return context

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        """What allauth would let pass. Wrong clients and addresses are its own to tell, on a page of ours."""
        try:
            scopes, info = get_server().validate_authorization_request(*extract_params(request))
        except (OAuth2Error, ValidationError):
            return None
        asked = info["request"]
        if info["redirect_uri"] not in asked.client.get_redirect_uris():
            # allauth lets a query follow; ours are compared sign by sign (ASVS 10.4.1).
            return render(request, "idp/oidc/error.html", status=400)
        if not getattr(asked, "code_challenge", None) or getattr(asked, "code_challenge_method", None) != "S256":
            return _back(info, "invalid_request", "code_challenge with S256 is required")
        if set(scopes) - set(FOR_PEOPLE):
            return _back(info, "invalid_scope", "")
        person = request.user
        if isinstance(person, Person):
            link = queries.standing_link(person, asked.client.pk)
            covers = link is not None and set(scopes) <= set(link.scopes)
            if "none" in (info.get("prompt") or ()) and not covers:
                return _back(info, "consent_required", "")
        return None

    def _may_return(self, response: HttpResponse) -> HttpResponse:
        """The form's answer leads to the site: its address is the one place beside ours that the form may lead to."""
        info = getattr(self, "_request_info", None) or {}
        parts = urlsplit(info.get("redirect_uri") or "")
        if parts.netloc:
            origin = f"form-action 'self' {parts.scheme}://{parts.netloc}"
            response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("form-action 'self'", origin)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response


class TokenView(views.TokenView):  # type: ignore[misc]  # allauth's classes carry no types
    """Codes and refresh tokens become access tokens, each once."""

    def post(self, request: HttpRequest) -> HttpResponse:
        nameless = Caller(key=f"token:{request.META.get('REMOTE_ADDR', '')}"[:80], standing=NOBODY, is_known=False)
        now = clock.now()
        try:
            limits.take(nameless, at=now)
        except Problem as problem:
            return _error(429, "slow_down", problem.headers)
        grant = request.POST.get("grant_type", "")
        if grant not in _GRANTS:
            return _error(400, "unsupported_grant_type")
        with transaction.atomic():
            secret = request.POST.get(_SECRET_OF.get(grant, ""), "")
            response = self._redeem(request, secret, now) if secret else super().post(request)
            if response.status_code >= 400 and not getattr(response, "keeps", False):
                transaction.set_rollback(True)
        response["Cache-Control"] = "no-store"
        return response

    def _redeem(self, request: HttpRequest, secret: str, now: datetime) -> HttpResponse:
        digest = services.digest_of(secret)
        _wait_for(digest)
        spent = SpentGrant.objects.filter(pk=digest).first()
        if spent is not None:
            # Somebody has a copy: whoever it is, nobody goes on with it.
            Token.objects.filter(client=spent.client_id, data__family=str(spent.family)).delete()
            refusal = _error(400, "invalid_grant")
            refusal.keeps = True  # type: ignore[attr-defined]  # the deletion is kept
            return refusal
        before = Token.objects.by_value(secret).filter(type=Token.Type.REFRESH_TOKEN).first()
        response: HttpResponse = super().post(request)
        if response.status_code == 200:
            self._keep_family(json.loads(response.content), digest, before, now)
        return response

    def _keep_family(self, made: dict[str, str], digest: str, before: Token | None, now: datetime) -> None:
        kept = (before.data if before is not None and isinstance(before.data, dict) else None) or {}
        family = UUID(kept["family"]) if "family" in kept else uuid4()
        began = datetime.fromisoformat(kept["began"]) if "began" in kept else now
        client_id = ""
        for name in ("access_token", "refresh_token"):
            token = Token.objects.by_value(made[name]).first() if name in made else None
            if token is None:
                continue
            client_id = token.client_id or ""
            token.data = (token.data or {}) | {"family": str(family), "began": began.isoformat()}
            if name == "refresh_token":
                ends_at = began + REFRESH_ENDS_AFTER
                token.expires_at = min(token.expires_at or ends_at, ends_at)
            token.save(update_fields=["data", "expires_at"])
        SpentGrant.objects.create(digest=digest, client_id=client_id, family=family, began_at=began, spent_at=now)


authorization = public(AuthorizationView.as_view())
token = public(TokenView.as_view())
jwks = public(views.jwks)
revoke = public(views.revoke)
userinfo = public(views.user_info)


def _back(info: dict[str, Any], error: str, description: str) -> HttpResponse:
    """Back to the site, whose address was found right, with the reason."""
    said = {"error": error, "error_description": description, "state": info.get("state") or ""}
    address = add_query_params(info["redirect_uri"], {name: value for name, value in said.items() if value})
    response = HttpResponse(status=302)
    response["Location"] = address
    return response


def _error(status: int, error: str, headers: dict[str, str] | None = None) -> HttpResponse:
    return JsonResponse({"error": error}, status=status, headers=headers)


def _wait_for(digest: str) -> None:
    """Two who show the same secret queue here; the second finds it spent."""
    number = int.from_bytes(hashlib.sha256(digest.encode()).digest()[:4], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCK, number])
