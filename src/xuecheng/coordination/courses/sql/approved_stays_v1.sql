-- Classes hang on an approved version of a course: it never changes, never goes, and only ever retires.

create function courses_approved_stays_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or not (
    old.state = 'approved' and new.state = 'retired' and to_jsonb(new) - 'state' = to_jsonb(old) - 'state'
  ) then
    raise exception 'an approved version never changes' using errcode = '23514', constraint = 'course_version_stays';
  end if;
  return new;
end $$;
create trigger courses_approved_stays before update or delete on courses_courseversion
  for each row when (old.state in ('approved', 'retired')) execute function courses_approved_stays_v1();
