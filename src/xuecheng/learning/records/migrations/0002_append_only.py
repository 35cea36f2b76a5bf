"""Records are never overwritten: a correction is a new version, and only `is_latest` of the old one is cleared."""

from django.db import migrations

FORWARD = """
create function learning_record_keeps() returns trigger language plpgsql as $$
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

create trigger learning_record_append_only before update or delete on records_learningrecord
  for each row execute function learning_record_keeps();
alter table records_learningrecord enable always trigger learning_record_append_only;

-- As the table's owner, so that the application needs no right to update.
create function learning_record_supersede() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  update records_learningrecord set is_latest = false
    where institution_id = new.institution_id and record_key = new.record_key and book = new.book
      and version < new.version and is_latest;
  return null;
end $$;
revoke all on function learning_record_supersede() from public;

create trigger learning_record_supersedes after insert on records_learningrecord
  for each row when (new.version > 1) execute function learning_record_supersede();
"""

BACKWARD = """
drop trigger learning_record_supersedes on records_learningrecord;
drop function learning_record_supersede();
drop trigger learning_record_append_only on records_learningrecord;
drop function learning_record_keeps();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
