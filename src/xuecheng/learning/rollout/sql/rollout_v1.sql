-- Accreditations and phases move in order and are never edited once decided (C-13, C-67), whoever writes.

create function rollout_accreditation_moves_v1() returns trigger language plpgsql as $$
declare
  allowed text[];
begin
  if tg_op = 'DELETE' then
    raise exception 'accreditations stay' using errcode = '23514', constraint = 'accreditation_stays';
  end if;
  if tg_op = 'INSERT' then
    if new.state <> 'proposed' then
      raise exception 'an accreditation is proposed first'
        using errcode = '23514', constraint = 'accreditation_begins';
    end if;
    return new;
  end if;
  if new.state <> old.state then
    allowed := case old.state
      when 'proposed' then array['granted', 'refused']
      when 'granted' then array['suspended', 'ended']
      when 'suspended' then array['granted', 'ended']
      else array[]::text[]
    end;
    if new.state <> all (allowed) then
      raise exception '% does not follow %', new.state, old.state
        using errcode = '23514', constraint = 'accreditation_moves_in_order';
    end if;
  end if;
  if (new.public_id, new.code, new.organisation_id, new.kinds, new.fields, new.lowest_id, new.highest_id, new.during,
      new.renews_id, new.is_carried_over, new.proposed_at, new.why)
     is distinct from
     (old.public_id, old.code, old.organisation_id, old.kinds, old.fields, old.lowest_id, old.highest_id, old.during,
      old.renews_id, old.is_carried_over, old.proposed_at, old.why) then
    raise exception 'what was proposed is never edited' using errcode = '23514', constraint = 'accreditation_stays';
  end if;
  return new;
end $$;
create trigger rollout_accreditation_moves before insert or update or delete on rollout_accreditation
  for each row execute function rollout_accreditation_moves_v1();

-- A line stands for something granted, and only its end comes nearer. (A day that is taken away leaves an empty range.)
create function rollout_line_stays_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if not exists (select from rollout_accreditation
                    where id = new.accreditation_id and organisation_id = new.organisation_id and state = 'granted') then
      raise exception 'only what is granted has lines' using errcode = '23514', constraint = 'accreditation_line_granted';
    end if;
    return new;
  end if;
  if tg_op = 'UPDATE' then
    if (to_jsonb(new) - 'during') = (to_jsonb(old) - 'during') and new.during <@ old.during
       and (isempty(new.during) or lower(new.during) is not distinct from lower(old.during)) then
      return new;
    end if;
  end if;
  raise exception 'what was granted is never edited' using errcode = '23514', constraint = 'accreditation_stays';
end $$;
create trigger rollout_line_stays before insert or update or delete on rollout_line
  for each row execute function rollout_line_stays_v1();

-- A suspension is lifted once, and otherwise never changes.
create function rollout_suspension_stays_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if old.lifted_at is null and (isempty(new.during) or lower(new.during) = lower(old.during))
       and (new.accreditation_id, new.reason, new.suspended_at)
         is not distinct from (old.accreditation_id, old.reason, old.suspended_at) then
      return new;
    end if;
    -- Merged accounts keep their history under one key; nothing else of a lifted one changes.
    if (to_jsonb(new) - 'suspended_by_id' - 'lifted_by_id') = (to_jsonb(old) - 'suspended_by_id' - 'lifted_by_id') then
      return new;
    end if;
  end if;
  raise exception 'suspensions stay' using errcode = '23514', constraint = 'accreditation_suspension_stays';
end $$;
create trigger rollout_suspension_stays before update or delete on rollout_suspension
  for each row execute function rollout_suspension_stays_v1();

create function rollout_phase_moves_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'phases stay' using errcode = '23514', constraint = 'rollout_phase_stays';
  end if;
  if tg_op = 'INSERT' then
    if new.state <> 'planned' then
      raise exception 'a phase is planned first' using errcode = '23514', constraint = 'rollout_phase_begins';
    end if;
    return new;
  end if;
  if new.state <> old.state and (old.state, new.state) not in (('planned', 'open'), ('open', 'closed')) then
    raise exception '% does not follow %', new.state, old.state
      using errcode = '23514', constraint = 'rollout_phase_moves_in_order';
  end if;
  if old.state <> 'planned'
     and (to_jsonb(new) - 'state' - 'planned_by_id' - 'opened_by_id' - 'closed_by_id' - 'closed_at' - 'closed_because')
       <> (to_jsonb(old) - 'state' - 'planned_by_id' - 'opened_by_id' - 'closed_by_id' - 'closed_at' - 'closed_because')
  then
    raise exception 'what was opened is never edited' using errcode = '23514', constraint = 'rollout_phase_stays';
  end if;
  return new;
end $$;
create trigger rollout_phase_moves before insert or update or delete on rollout_phase
  for each row execute function rollout_phase_moves_v1();

-- Institutions and divisions of a phase come and go while it is planned only.
create function rollout_phase_part_stays_v1() returns trigger language plpgsql as $$
begin
  if exists (select from rollout_phase where state = 'planned'
              and id = case when tg_op = 'DELETE' then old.phase_id else new.phase_id end) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  raise exception 'what was opened is never edited' using errcode = '23514', constraint = 'rollout_phase_stays';
end $$;
create trigger rollout_phase_part_stays before insert or update or delete on rollout_phase_organisations
  for each row execute function rollout_phase_part_stays_v1();
create trigger rollout_phase_part_stays before insert or update or delete on rollout_phase_territories
  for each row execute function rollout_phase_part_stays_v1();
