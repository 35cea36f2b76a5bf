drop trigger courses_facts_stay on courses_course;
drop function courses_facts_stay_v1();
