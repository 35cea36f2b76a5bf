-- Back to before hours could be registered afterwards.
create function volunteer_assignment_moves_v1() returns trigger language plpgsql as $$
declare
  seats integer;
  taken integer;
  begins timestamptz;
  is_risky boolean;
  insured timestamptz;
  allowed text[];
begin
  if tg_op = 'INSERT' then
    if new.state <> 'applied' then
      raise exception 'nobody begins as %', new.state using errcode = '23514', constraint = 'volunteer_assignment_begins';
    end if;
    return new;
  end if;
  if (new.shift_id, new.volunteer_id, new.person_id, new.public_id)
     is distinct from (old.shift_id, old.volunteer_id, old.person_id, old.public_id) then
    raise exception 'whose assignment it is stays'
      using errcode = '23514', constraint = 'volunteer_assignment_names_stay';
  end if;
  if new.state = old.state then
    return new;
  end if;
  allowed := case old.state
    when 'applied' then array['assigned', 'refused', 'withdrawn', 'released']
    when 'assigned' then array['serving', 'absent', 'withdrawn', 'released']
    when 'serving' then array['served']
    when 'absent' then array['assigned']
    else array[]::text[]
  end;
  if new.state <> all (allowed) then
    raise exception '% does not follow %', new.state, old.state
      using errcode = '23514', constraint = 'volunteer_assignment_moves_in_order';
  end if;
  if new.state = 'assigned' and old.state = 'applied' then
    select needed into strict seats from volunteers_shift where id = new.shift_id for no key update;
    select count(*) into taken from volunteers_assignment
      where shift_id = new.shift_id and state in ('assigned', 'serving', 'served', 'absent');
    if taken >= seats then
      raise exception 'no place is left' using errcode = '23514', constraint = 'volunteer_assignment_places_left';
    end if;
  end if;
  if new.state = 'serving' then
    select lower(s.during), a.has_bodily_risk, a.insured_at into strict begins, is_risky, insured
      from volunteers_shift s join volunteers_activity a on a.id = s.activity_id where s.id = new.shift_id;
    -- V-05: insured before the shift began, not after something happened.
    if is_risky and (insured is null or insured > begins) then
      raise exception 'not insured' using errcode = '23514', constraint = 'volunteer_assignment_insured_before';
    end if;
  end if;
  return new;
end $$;
create or replace trigger volunteer_assignment_moves before insert or update on volunteers_assignment
  for each row execute function volunteer_assignment_moves_v1();

-- Minutes are those of the period without pauses, and the period lies between checking in and checking out.
create function volunteer_service_holds_v1() returns trigger language plpgsql as $$
declare
  whole integer;
  person bigint;
  came timestamptz;
  went timestamptz;
begin
  whole := floor(extract(epoch from upper(new.during) - lower(new.during)) / 60);
  if new.minutes <> whole - new.pause_minutes then
    raise exception 'these are other minutes' using errcode = '23514', constraint = 'volunteer_service_minutes_exact';
  end if;
  select a.person_id, a.checked_in_at, a.checked_out_at into strict person, came, went
    from volunteers_assignment a where a.id = new.assignment_id;
  if person <> new.person_id or came is null or went is null
     or lower(new.during) < came or upper(new.during) > went then
    raise exception 'hours come from checking in and out'
      using errcode = '23514', constraint = 'volunteer_service_from_check_in';
  end if;
  return new;
end $$;
create or replace trigger volunteer_service_holds before insert or update on volunteers_service
  for each row execute function volunteer_service_holds_v1();
drop function volunteer_service_holds_v2();
drop function volunteer_assignment_moves_v2();
