from __future__ import annotations

from django.urls import path

from . import views

app_name = "credentials"
urlpatterns = [
    path("transcripts/", views.list_transcripts, name="list_transcripts"),
    path("transcripts/new/", views.issue_transcript, name="issue_transcript"),
    path("transcripts/<str:code>/", views.see_transcript, name="see_transcript"),
    path("transcripts/<str:code>/pdf/", views.download_transcript, name="download_transcript"),
    path("transcripts/<str:code>/revoke/", views.revoke_transcript, name="revoke_transcript"),
    path("cards/<uuid:public_id>.<str:form>", views.print_card, name="print_card"),
    path("vouchers/<uuid:public_id>.pdf", views.print_voucher, name="print_voucher"),
    path("verify/", views.verify, name="verify"),
    path("verify/<str:code>/", views.verify, name="verify_code"),
]
