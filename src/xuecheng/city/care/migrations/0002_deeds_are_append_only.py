"""What was done for somebody is never rewritten."""

from django.db import migrations

FORWARD = """
create function care_deed_keeps() returns trigger language plpgsql as $$
begin
  raise exception 'deeds are append-only: % refused', tg_op using errcode = '42501';
end $$;
create trigger care_deed_append_only before update or delete on care_deed
  for each row execute function care_deed_keeps();
alter table care_deed enable always trigger care_deed_append_only;
"""

BACKWARD = """
drop trigger care_deed_append_only on care_deed;
drop function care_deed_keeps();
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
