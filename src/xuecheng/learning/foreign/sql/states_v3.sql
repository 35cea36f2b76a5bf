-- Since the second version: whoever puts a rule in force writes down which dry run that rests on (C-31).

create function foreign_law_stays_v2() returns trigger language plpgsql as $$
declare
  moves text[] := array['state', 'decided_by_id', 'decided_at', 'decision_reason', 'effect_to', 'trial_digest'];
begin
  if tg_op = 'DELETE' or to_jsonb(new) - moves is distinct from to_jsonb(old) - moves
     or (old.state, new.state) not in (('proposed', 'proposed'), ('proposed', 'in_force'), ('proposed', 'rejected'),
       ('in_force', 'in_force'), ('in_force', 'ended'), ('ended', 'ended'), ('rejected', 'rejected')) then
    raise exception 'what was proposed stays' using errcode = '23514', constraint = 'foreign_law_stays';
  end if;
  -- Only the step into force names a dry run, and names one of this rule.
  if tg_table_name = 'foreign_foreignrule' and to_jsonb(new) -> 'trial_digest' is distinct from to_jsonb(old) -> 'trial_digest'
     and (old.state <> 'proposed' or new.state <> 'in_force' or not exists (
       select from foreign_foreigntrial t
       where t.rule_id = new.id and t.finished_at is not null and t.digest = to_jsonb(new) ->> 'trial_digest')) then
    raise exception 'no dry run stands behind it' using errcode = '23514', constraint = 'foreign_rule_was_tried';
  end if;
  if tg_table_name = 'foreign_foreignrule' and old.state = 'proposed' and new.state = 'in_force'
     and to_jsonb(new) ->> 'trial_digest' = '' then
    raise exception 'no dry run stands behind it' using errcode = '23514', constraint = 'foreign_rule_was_tried';
  end if;
  return new;
end $$;
create or replace trigger foreign_rule_stays before update or delete on foreign_foreignrule
  for each row execute function foreign_law_stays_v2();
create or replace trigger foreign_issuer_stays before update or delete on foreign_foreignissuer
  for each row execute function foreign_law_stays_v2();
drop function foreign_law_stays_v1();
