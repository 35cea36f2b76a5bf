"""Only the erasure of a person (`mydata_erase_history_v1`, run by the owner) may take words out of what a deed says."""

from django.db import migrations

FORWARD = """
create or replace function care_deed_keeps() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('xuecheng.erasing', true) = 'on'
     and current_user = (select pg_get_userbyid(relowner) from pg_class where oid = tg_relid)
     and to_jsonb(new) - array['why'] = to_jsonb(old) - array['why']
  then
    return new;
  end if;
  raise exception 'deeds are append-only: % refused', tg_op using errcode = '42501';
end $$;
"""

BACKWARD = """
create or replace function care_deed_keeps() returns trigger language plpgsql as $$
begin
  raise exception 'deeds are append-only: % refused', tg_op using errcode = '42501';
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0002_deeds_are_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
