"""Only the erasure of a person (`mydata_erase_history_v1`, run by the owner) may take words out of why a posting was made."""

from django.db import migrations

FORWARD = """
create or replace function credit_posting_keeps() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('xuecheng.erasing', true) = 'on'
     and current_user = (select pg_get_userbyid(relowner) from pg_class where oid = tg_relid)
     and to_jsonb(new) - array['why'] = to_jsonb(old) - array['why']
  then
    return new;
  end if;
  raise exception 'credit postings are append-only: % refused', tg_op using errcode = '42501';
end $$;
"""

BACKWARD = """
create or replace function credit_posting_keeps() returns trigger language plpgsql as $$
begin
  raise exception 'credit postings are append-only: % refused', tg_op using errcode = '42501';
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("recognition", "0003_run_reasons_and_refused")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
