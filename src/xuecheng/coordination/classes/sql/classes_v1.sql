-- A class moves in its order, from an approved course, and is opened only with everything it needs.

create function classes_class_v1() returns trigger language plpgsql as $$
declare
  course text;
begin
  if tg_op = 'INSERT' then
    if new.state <> 'draft' then
      raise exception 'a class begins as a draft' using errcode = '23514', constraint = 'course_class_in_order';
    end if;
  elsif new.state <> old.state and (old.state, new.state) not in (
    ('draft', 'open'), ('open', 'running'), ('running', 'finished'), ('finished', 'settled'),
    ('draft', 'cancelled'), ('open', 'cancelled'), ('running', 'cancelled')
  ) then
    raise exception 'a class does not go from % to %', old.state, new.state
      using errcode = '23514', constraint = 'course_class_in_order';
  end if;
  if tg_op = 'INSERT' or new.version_id <> old.version_id then
    select state into strict course from courses_courseversion where id = new.version_id for share;
    if course <> 'approved' then
      raise exception 'the course is not approved' using errcode = '23514', constraint = 'course_class_of_approved';
    end if;
    if tg_op = 'UPDATE' and old.state <> 'draft' then
      raise exception 'the course of an open class stays' using errcode = '23514', constraint = 'course_class_stays';
    end if;
  end if;
  if new.eligibility - '{least_age,most_age,locals_only,first_timers_only}'::text[] <> '{}'::jsonb then
    raise exception 'unknown condition' using errcode = '23514', constraint = 'course_class_eligibility_known';
  end if;
  if tg_op = 'UPDATE' and (old.state, new.state) = ('draft', 'open') and (
    not exists (select from classes_classsession where course_class_id = new.id and state = 'planned')
    or exists (
      select from classes_classsession
      where course_class_id = new.id and state = 'planned' and (booking_id is null or teaching_id is null)
    )
  ) then
    raise exception 'sessions, rooms or teachers are missing'
      using errcode = '23514', constraint = 'course_class_open_is_whole';
  end if;
  return new;
end $$;
create trigger classes_class before insert or update on classes_courseclass
  for each row execute function classes_class_v1();

-- A session is held or cancelled for good; one of a class that is over stays as it is.
create function classes_session_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.state <> 'planned' and new.state <> old.state then
    raise exception 'held or cancelled for good' using errcode = '23514', constraint = 'class_session_in_order';
  end if;
  if tg_op = 'UPDATE' and old.state <> 'planned' and new.during <> old.during then
    raise exception 'what is over does not move' using errcode = '23514', constraint = 'class_session_in_order';
  end if;
  return new;
end $$;
create trigger classes_session before update on classes_classsession
  for each row execute function classes_session_v1();
