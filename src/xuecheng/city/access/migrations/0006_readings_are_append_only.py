"""Who looked at whom is never rewritten, by nobody: a log that can be mended proves nothing."""

from django.db import migrations

FORWARD = """
create function access_reading_keeps() returns trigger language plpgsql as $$
begin
  raise exception 'readings are append-only: % refused', tg_op using errcode = '42501';
end $$;
create trigger access_reading_append_only before update or delete on access_reading
  for each row execute function access_reading_keeps();
alter table access_reading enable always trigger access_reading_append_only;
"""

BACKWARD = """
drop trigger access_reading_append_only on access_reading;
drop function access_reading_keeps();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0005_roles_are_data")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
