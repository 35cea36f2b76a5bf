from __future__ import annotations

from django.urls import path

from . import views

app_name = "badges"
urlpatterns = [
    # Addresses that stand in what is signed: they never change (standards §2.4).
    path(".well-known/did.json", views.platform_did, name="platform_did"),
    path("issuers/<str:code>/did.json", views.issuer_did, name="issuer_did"),
    path("issuers/<str:code>/", views.show_issuer, name="show_issuer"),
    path("keys", views.key_set, name="key_set"),
    path("status/<int:number>/<str:purpose>", views.status_list, name="status_list"),
    path("achievements/<uuid:public_id>", views.show_achievement, name="show_achievement"),
    path("credentials/<uuid:public_id>", views.show_credential, name="show_credential"),
    path("share/<str:token>/", views.open_share, name="open_share"),
    path("share/<str:token>/<uuid:public_id>.json", views.shared_file, name="shared_file"),
    path("badges/", views.list_own, name="list_own"),
    path("badges/ask/", views.ask, name="ask"),
    path("badges/record/", views.take_record, name="take_record"),
    path("badges/shares/", views.list_shares, name="list_shares"),
    path("badges/shares/new/", views.share, name="share"),
    path("badges/shares/<uuid:public_id>/", views.show_share, name="show_share"),
    path("badges/shares/<uuid:public_id>/withdraw/", views.withdraw_share, name="withdraw_share"),
    path("badges/desk/", views.desk, name="desk"),
    path("badges/issue/", views.issue, name="issue"),
    path("badges/issue/rules/", views.start_rule, name="start_rule"),
    path("badges/issue/rules/<uuid:public_id>/end/", views.end_rule, name="end_rule"),
    path("badges/issue/<uuid:public_id>/", views.show_batch, name="show_batch"),
    path("badges/keys/", views.show_keys, name="show_keys"),
    path("badges/keys/<uuid:public_id>/<str:verb>/", views.move_key, name="move_key"),
    path("badges/<uuid:public_id>/", views.show_badge, name="show_badge"),
    path("badges/<uuid:public_id>/name/", views.name_badge, name="name_badge"),
    path("badges/<uuid:public_id>/file.<str:form>", views.download, name="download"),
    path("badges/<uuid:public_id>/<str:verb>/", views.move_badge, name="move_badge"),
]
