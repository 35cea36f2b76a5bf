"""Postings are never changed: what was credited by mistake is taken back by a posting of its own (C-30, C-71)."""

from django.db import migrations

FORWARD = """
create function credit_posting_keeps() returns trigger language plpgsql as $$
begin
  raise exception 'credit postings are append-only: % refused', tg_op using errcode = '42501';
end $$;

create trigger credit_posting_append_only before update or delete on recognition_posting
  for each row execute function credit_posting_keeps();
alter table recognition_posting enable always trigger credit_posting_append_only;

-- What was approved stays as it was approved; only its end may come.
create function rule_version_keeps() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.state <> 'draft' then
    raise exception 'a rule that left the drafting table is never deleted' using errcode = '42501';
  end if;
  if tg_op = 'UPDATE' and old.state in ('approved', 'ended') and (
       (to_jsonb(new) - array['state', 'effect_to']) is distinct from (to_jsonb(old) - array['state', 'effect_to'])
       or new.state not in ('approved', 'ended') or (old.state = 'ended' and new is distinct from old)) then
    raise exception 'an approved rule is never edited: draft a new version' using errcode = '42501';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;

create trigger rule_version_fixed before update or delete on recognition_ruleversion
  for each row execute function rule_version_keeps();
"""

BACKWARD = """
drop trigger rule_version_fixed on recognition_ruleversion;
drop function rule_version_keeps();
drop trigger credit_posting_append_only on recognition_posting;
drop function credit_posting_keeps();
"""


class Migration(migrations.Migration):
    dependencies = [("recognition", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
