"""The schema `ledger`: roles, tables, functions, rights (ledger.md §4). Forward only: history is not taken back.

Needs a superuser, or a login with CREATEROLE that owns the database. The ledger's roles belong to the whole server; why
the application's role is a member of three of them stands in `ledger_roles_v1.sql`.
"""

from django.db import migrations

from xuecheng.learning.creditbank import sql

_roles, *_owned = sql.FIRST_RELEASE


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL([sql.text(_roles)]),
        migrations.RunSQL(sql.as_owner(*_owned)),
    ]
