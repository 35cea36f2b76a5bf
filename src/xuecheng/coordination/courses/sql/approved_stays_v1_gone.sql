drop trigger courses_approved_stays on courses_courseversion;
drop function courses_approved_stays_v1();
