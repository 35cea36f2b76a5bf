-- When sessions meet, by weekday and hour of the city: a search for evenings reads them instead of computing the time of
-- every session there is.
create index class_session_meets on classes_classsession (
  extract(isodow from lower(during) at time zone 'Asia/Shanghai'),
  extract(hour from lower(during) at time zone 'Asia/Shanghai'),
  course_class_id
) where state = 'planned';
