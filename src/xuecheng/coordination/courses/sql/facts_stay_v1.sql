-- What learners know a course by was reviewed with its first version: it stays from then on.

create function courses_facts_stay_v1() returns trigger language plpgsql as $$
begin
  if exists (
    select from courses_courseversion where course_id = new.id and state in ('approved', 'retired')
  ) then
    raise exception 'an approved course keeps its title' using errcode = '23514', constraint = 'course_facts_stay';
  end if;
  return new;
end $$;
create trigger courses_facts_stay before update on courses_course
  for each row when (
    (old.title_zh, old.title_en, old.subject, old.audience, old.languages)
    is distinct from (new.title_zh, new.title_en, new.subject, new.audience, new.languages)
  ) execute function courses_facts_stay_v1();
