create function foreign_law_stays_v1() returns trigger language plpgsql as $$
declare
  moves text[] := array['state', 'decided_by_id', 'decided_at', 'decision_reason', 'effect_to'];
begin
  if tg_op = 'DELETE' or to_jsonb(new) - moves is distinct from to_jsonb(old) - moves
     or (old.state, new.state) not in (('proposed', 'proposed'), ('proposed', 'in_force'), ('proposed', 'rejected'),
       ('in_force', 'in_force'), ('in_force', 'ended'), ('ended', 'ended'), ('rejected', 'rejected')) then
    raise exception 'what was proposed stays' using errcode = '23514', constraint = 'foreign_law_stays';
  end if;
  return new;
end $$;
create or replace trigger foreign_rule_stays before update or delete on foreign_foreignrule
  for each row execute function foreign_law_stays_v1();
create or replace trigger foreign_issuer_stays before update or delete on foreign_foreignissuer
  for each row execute function foreign_law_stays_v1();
drop function foreign_law_stays_v2();
