"""Versions of documents are never overwritten or deleted, nor are documents, by trigger (`sql/document_version_keeps_v1.sql`)."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
BACKWARD = """
drop trigger document_version_keeps on documents_documentversion;
drop function document_version_keeps_v1();
drop trigger document_stays on documents_document;
drop function document_stays_v1();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [migrations.RunSQL((SQL / "document_version_keeps_v1.sql").read_text(encoding="utf-8"), BACKWARD)]
