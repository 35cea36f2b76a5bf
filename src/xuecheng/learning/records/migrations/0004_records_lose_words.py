"""Only the erasure of a person (`mydata_erase_history_v1`, run by the owner) may take words out of the notes of a record."""

from django.db import migrations

FORWARD = """
create or replace function learning_record_keeps() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.is_latest and not new.is_latest then
    new.is_latest := true;
    if new is not distinct from old then          -- nothing else was touched
      new.is_latest := false;
      return new;
    end if;
  end if;
  if tg_op = 'UPDATE' and current_setting('xuecheng.erasing', true) = 'on'
     and current_user = (select pg_get_userbyid(relowner) from pg_class where oid = tg_relid)
     and to_jsonb(new) - array['note', 'evidence', 'reason'] = to_jsonb(old) - array['note', 'evidence', 'reason']
  then
    return new;
  end if;
  raise exception 'learning records are append-only: % refused', tg_op using errcode = '42501';
end $$;
"""

BACKWARD = """
create or replace function learning_record_keeps() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.is_latest and not new.is_latest then
    new.is_latest := true;
    if new is not distinct from old then          -- nothing else was touched
      new.is_latest := false;
      return new;
    end if;
  end if;
  raise exception 'learning records are append-only: % refused', tg_op using errcode = '42501';
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0003_records_are_found_by_file")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
