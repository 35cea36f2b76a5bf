from __future__ import annotations

from django.urls import include, path

from . import provider, views

app_name = "linking"
urlpatterns = [
    path("api/", views.show_docs, name="show_docs"),
    path("api/operations/<slug:name>/", views.show_operation, name="show_operation"),
    path("programs/keys/", views.list_keys, name="list_keys"),
    path("programs/keys/new/", views.make_key, name="make_key"),
    path("programs/keys/<uuid:public_id>/rotate/", views.rotate_key, name="rotate_key"),
    path("programs/keys/<uuid:public_id>/revoke/", views.revoke_key, name="revoke_key"),
    path("programs/sites/", views.list_sites, name="list_sites"),
    path("programs/sites/new/", views.register_site, name="register_site"),
    path("programs/sites/<uuid:public_id>/secret/", views.change_site_secret, name="change_site_secret"),
    path("programs/sites/<uuid:public_id>/end/", views.end_site, name="end_site"),
    path("links/", views.list_links, name="list_links"),
    path("links/<str:client_id>/end/", views.end_link, name="end_link"),
]

_oidc = [
    path(".well-known/openid-configuration", provider.configuration, name="configuration"),
    path(".well-known/jwks.json", provider.jwks, name="jwks"),
    path("identity/o/authorize", provider.authorization, name="authorization"),
    path("identity/o/api/token", provider.token, name="token"),
    path("identity/o/api/revoke", provider.revoke, name="revoke"),
    path("identity/o/api/userinfo", provider.userinfo, name="userinfo"),
]
# Of allauth's provider these addresses and no other; it reverses them by the names of its own two namespaces.
provider_patterns = ([path("", include((_oidc, "oidc")))], "idp")
