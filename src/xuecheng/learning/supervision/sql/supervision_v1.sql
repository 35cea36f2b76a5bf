-- A case of withdrawal and what stands in recognition agree at every commit: nothing frozen without an open case, nothing
-- withdrawn without its reversal (C-71, C-73). What people said stays.

create function supervision_withdrawal_moves_v1() returns trigger language plpgsql as $$
declare
  allowed text[];
begin
  if tg_op = 'INSERT' then
    if new.state <> 'opened' then
      raise exception 'a case begins by opening' using errcode = '23514', constraint = 'withdrawal_begins';
    end if;
    return new;
  end if;
  if (new.public_id, new.learner_id, new.institution_id, new.record_id, new.book, new.suspicion_id, new.ground,
      new.opened_by_id, new.opened_at)
     is distinct from
     (old.public_id, old.learner_id, old.institution_id, old.record_id, old.book, old.suspicion_id, old.ground,
      old.opened_by_id, old.opened_at) then
    raise exception 'what a case is about stays' using errcode = '23514', constraint = 'withdrawal_stays';
  end if;
  if new.state = old.state then
    return new;
  end if;
  allowed := case old.state
    when 'opened' then array['noticed']
    when 'noticed' then array['heard', 'withdrawn', 'closed']
    when 'heard' then array['withdrawn', 'closed']
    when 'withdrawn' then array['restored']
    else array[]::text[]
  end;
  if new.state <> all (allowed) then
    raise exception '% does not follow %', new.state, old.state
      using errcode = '23514', constraint = 'withdrawal_moves_in_order';
  end if;
  if new.state in ('withdrawn', 'closed') and exists (
       select from recognition_withholding w
       where w.case_id = new.public_id and w.purpose = 'frozen' and w.ended_at is null) then
    raise exception 'something is frozen yet' using errcode = '23514', constraint = 'withdrawal_frees';
  end if;
  if new.state = 'withdrawn' and exists (
       select from supervision_item i
       where i.withdrawal_id = new.id and (
         i.recovered is null
         or not exists (
           select from recognition_posting b
           where b.learner_id = new.learner_id and b.book = new.book and b.reverses = i.posting)
         or i.credits - i.recovered is distinct from coalesce(
           (select s.credits from supervision_shortfall s where s.item_id = i.id), 0))) then
    raise exception 'a posting was not taken back' using errcode = '23514', constraint = 'withdrawal_reverses';
  end if;
  return new;
end $$;
create trigger supervision_withdrawal_moves before insert or update on supervision_withdrawal
  for each row execute function supervision_withdrawal_moves_v1();

-- A shortfall's fills come to what it says is filled.
create function supervision_shortfall_agrees_v1() returns trigger language plpgsql as $$
declare
  one supervision_shortfall;
  poured bigint;
begin
  if tg_table_name = 'supervision_fill' then
    select * into one from supervision_shortfall where id = new.shortfall_id;
  else
    select * into one from supervision_shortfall where id = new.id;
  end if;
  select coalesce(sum(credits), 0) into poured from supervision_fill where shortfall_id = one.id;
  if one.filled <> poured then
    raise exception 'filled % by %', one.filled, poured using errcode = '23514', constraint = 'shortfall_agrees';
  end if;
  return null;
end $$;
create constraint trigger supervision_shortfall_agrees after insert or update on supervision_shortfall
  deferrable initially deferred for each row execute function supervision_shortfall_agrees_v1();
create constraint trigger supervision_fill_agrees after insert on supervision_fill
  deferrable initially deferred for each row execute function supervision_shortfall_agrees_v1();

-- What was planned, listed and drawn stays; an audit's seed is set once.
create function supervision_audit_stays_v1() returns trigger language plpgsql as $$
begin
  if (new.public_id, new.code, new.keeper_id, new.aim, new.confidence, new.expected, new.error, new.institution_id,
      new.origin, new.rule_id, new.posted_from, new.posted_to, new.planned_at, new.population, new.population_digest,
      new.seed_day)
     is distinct from
     (old.public_id, old.code, old.keeper_id, old.aim, old.confidence, old.expected, old.error, old.institution_id,
      old.origin, old.rule_id, old.posted_from, old.posted_to, old.planned_at, old.population, old.population_digest,
      old.seed_day)
     or (old.seed <> '' and (new.seed, new.seed_head) is distinct from (old.seed, old.seed_head))
     or old.state = 'published' then
    raise exception 'what was planned and drawn stays' using errcode = '23514', constraint = 'audit_stays';
  end if;
  return new;
end $$;
create trigger supervision_audit_stays before update on supervision_audit
  for each row execute function supervision_audit_stays_v1();

create function supervision_item_found_once_v1() returns trigger language plpgsql as $$
begin
  if (new.audit_id, new.number, new.stratum, new.posting, new.record_id, new.credits)
     is distinct from (old.audit_id, old.number, old.stratum, old.posting, old.record_id, old.credits)
     or (old.finding <> '' and (new.finding, new.own_credits, new.auditor_id, new.found_at)
         is distinct from (old.finding, old.own_credits, old.auditor_id, old.found_at)) then
    raise exception 'a finding stays' using errcode = '23514', constraint = 'audit_item_stays';
  end if;
  return new;
end $$;
create trigger supervision_item_found_once before update on supervision_audititem
  for each row execute function supervision_item_found_once_v1();

create function supervision_keeps_v1() returns trigger language plpgsql as $$
begin
  raise exception 'what was written stays' using errcode = '23514', constraint = 'supervision_keeps';
end $$;
create trigger supervision_fill_keeps before update or delete on supervision_fill
  for each row execute function supervision_keeps_v1();
create trigger supervision_auditlist_keeps before update or delete on supervision_auditlist
  for each row execute function supervision_keeps_v1();
