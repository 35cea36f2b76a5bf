-- Places are never given beyond the seats of a class, whoever writes (I4).
--
-- What is scarce is the class. Each function first locks its row, so that whoever enrols, leaves, cancels the class or
-- changes its seats queues there; services have locked it before, then this costs nothing. The counters of the roll are
-- kept in the same transaction, so that "places left" is right at every moment that anybody can see.

-- A new enrolment gets the next number of its class, in the order in which the database let them in.
create function enrolment_enters_v1() returns trigger language plpgsql as $$
declare
  seats integer;
  now_taken integer;
begin
  select seats_most into strict seats from classes_courseclass where id = new.course_class_id for no key update;
  if new.state not in ('applied', 'waiting', 'enrolled') then
    raise exception 'nobody enters as %', new.state using errcode = '23514', constraint = 'enrolment_begins';
  end if;
  update enrolment_roll
    set last_number = last_number + 1,
        taken = taken + (new.state = 'enrolled')::integer,
        waiting = waiting + (new.state = 'waiting')::integer
    where course_class_id = new.course_class_id
    returning last_number, taken into strict new.number, now_taken;
  if new.state = 'enrolled' and now_taken > seats then
    raise exception 'no place is left' using errcode = '23514', constraint = 'enrolment_places_left';
  end if;
  if new.queue_no = 0 then
    new.queue_no := new.number;
  end if;
  return new;
end $$;
create trigger enrolment_enters before insert on enrolment_enrolment
  for each row execute function enrolment_enters_v1();

-- States follow one another as `rules.MOVES` says; who and what an enrolment is of never changes.
create function enrolment_moves_v1() returns trigger language plpgsql as $$
declare
  seats integer;
  now_taken integer;
  more integer;
  allowed text[];
begin
  if (new.course_class_id, new.person_id, new.number, new.applied_at, new.public_id)
     is distinct from (old.course_class_id, old.person_id, old.number, old.applied_at, old.public_id) then
    raise exception 'whose enrolment it is stays' using errcode = '23514', constraint = 'enrolment_names_stay';
  end if;
  if new.state = old.state then
    return new;
  end if;
  allowed := case old.state
    when 'applied' then array['enrolled', 'waiting', 'refused', 'withdrawn', 'cancelled']
    when 'waiting' then array['offered', 'refused', 'withdrawn', 'cancelled']
    when 'offered' then array['enrolled', 'lapsed', 'refused', 'withdrawn', 'cancelled']
    when 'enrolled' then array['paused', 'completed', 'refused', 'withdrawn', 'lapsed', 'transferred', 'cancelled']
    when 'paused' then array['enrolled', 'completed', 'refused', 'withdrawn', 'cancelled']
    else array[]::text[]
  end;
  if new.state <> all (allowed) then
    raise exception '% does not follow %', new.state, old.state
      using errcode = '23514', constraint = 'enrolment_moves_in_order';
  end if;
  select seats_most into strict seats from classes_courseclass where id = new.course_class_id for no key update;
  more := (new.state in ('offered', 'enrolled', 'paused', 'completed'))::integer
        - (old.state in ('offered', 'enrolled', 'paused', 'completed'))::integer;
  update enrolment_roll
    set taken = taken + more, waiting = waiting + (new.state = 'waiting')::integer - (old.state = 'waiting')::integer
    where course_class_id = new.course_class_id
    returning taken into strict now_taken;
  if more > 0 and now_taken > seats then
    raise exception 'no place is left' using errcode = '23514', constraint = 'enrolment_places_left';
  end if;
  return new;
end $$;
create trigger enrolment_moves before update on enrolment_enrolment
  for each row execute function enrolment_moves_v1();

-- A class never gets fewer seats than places that somebody has.
create function enrolment_seats_v1() returns trigger language plpgsql as $$
begin
  if exists (select from enrolment_roll where course_class_id = new.id and taken > new.seats_most) then
    raise exception 'more people have a place' using errcode = '23514', constraint = 'class_seats_not_below_taken';
  end if;
  return new;
end $$;
create trigger enrolment_seats before update of seats_most on classes_courseclass
  for each row when (new.seats_most < old.seats_most) execute function enrolment_seats_v1();

-- What a lottery has published stays, and its steps follow one another. The sealed secret may be sealed under a new key.
create function enrolment_lottery_v1() returns trigger language plpgsql as $$
begin
  if (new.course_class_id, new.public_id, new.commitment, new.beacon_source, new.announced_at)
       is distinct from (old.course_class_id, old.public_id, old.commitment, old.beacon_source, old.announced_at)
     or (old.step <> 'announced' and (new.entries, new.list_hash, new.frozen_at)
       is distinct from (old.entries, old.list_hash, old.frozen_at))
     or (old.step in ('drawing', 'drawn') and new.beacon <> old.beacon)
     or (old.step = 'drawn' and (new.secret, new.seed, new.places, new."order", new.drawn_at)
       is distinct from (old.secret, old.seed, old.places, old."order", old.drawn_at)) then
    raise exception 'what was published stays' using errcode = '23514', constraint = 'lottery_published_stays';
  end if;
  if new.step <> old.step and (old.step, new.step)
     not in (('announced', 'frozen'), ('frozen', 'drawing'), ('drawing', 'drawn')) then
    raise exception '% does not follow %', new.step, old.step
      using errcode = '23514', constraint = 'lottery_steps_in_order';
  end if;
  return new;
end $$;
create trigger enrolment_lottery before update on enrolment_lottery
  for each row execute function enrolment_lottery_v1();

create function enrolment_lottery_gone_v1() returns trigger language plpgsql as $$
begin
  raise exception 'what was published stays' using errcode = '23514', constraint = 'lottery_published_stays';
end $$;
create trigger enrolment_lottery_stays before delete on enrolment_lottery
  for each row execute function enrolment_lottery_gone_v1();
