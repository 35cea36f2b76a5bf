-- Which rooms can be booked for a wish, and on how many of its dates (`queries.free_spaces`): the most dates first, then
-- the smallest that fit.
--
-- Dates are numbered from 0, and sets of them are multiranges. Opening hours are asked once for dates that ask the same
-- of them, not per room and date. What is booked is asked in one of two ways: of rooms one after the other, the smallest
-- that fit first, until as many are free on all dates as are shown; where these are too few, of all rooms at once, by
-- time. A function, so that it is planned once a connection: planning took as long as all the rest. Planned without
-- knowing what is asked, every set looks small to the planner, so it is told to join by hash where it can.
create function facilities_free_spaces_v1(
  wish_begins timestamptz[], wish_ends timestamptz[],
  -- The days that the wishes touch: of which wish, which day, from which minute to which.
  day_wishes int[], day_dates date[], day_froms int[], day_tos int[],
  wish_heads int, wish_equipment varchar[], wish_accessibility varchar[], wish_path text, wish_venue bigint,
  most_buffer int, least_dates int, shown_most int, near_most int
) returns table (id bigint, free_dates bigint)
language plpgsql stable rows 40
set plan_cache_mode = force_generic_plan set enable_nestloop = off
as $$
#variable_conflict use_column
begin
  return query
  with wish as (
    select nth::int - 1 as n, period, tstzrange(b - most_buffer * interval '1 minute', e + most_buffer * interval '1 minute') as wide
    from unnest(wish_begins, wish_ends) with ordinality as given(b, e, nth)
    cross join lateral (select tstzrange(b, e) as period) p
  ),
  day as (  -- the days a date touches, with their minutes and what the calendar says of them
    select n, "on", minutes, special.kind as special, extract(isodow from "on")::int - 1 as weekday
    from unnest(day_wishes, day_dates, day_froms, day_tos) as given(n, "on", f, t)
    cross join lateral (select int4range(f, t) as minutes) m
    left join workdays_specialday special using ("on")
  ),
  alike as (  -- dates that ask the same of a week's hours: the first speaks for all of them
    select n, whole, min(n) over (partition by asked) as speaker
    from (
      select n, sum(upper(minutes) - lower(minutes)) as whole,
             array_agg((weekday, special, minutes)::text order by "on") as asked
      from day group by n
    ) each
  ),
  turn as (  -- for which dates a date is asked: of a house whose hours change meanwhile each for itself alone
    select true as is_steady, speaker as n, whole, range_agg(int4range(n, n + 1)) as dates
    from alike group by speaker, whole
    union all
    select false, n, whole, int4multirange(int4range(n, n + 1)) from alike
  ),
  room as materialized (
    select space.id, space.venue_id, space.path, space.sharing, space.capacity, space.buffer_before, space.buffer_after
    from facilities_space space
    join facilities_venue venue on venue.id = space.venue_id
    join territories_territory territory on territory.id = venue.territory_id
    where space.capacity >= wish_heads and space.closed_because = '' and venue.state = 'open'
      and (venue.kind <> 'school' or venue.has_consent)
      and (wish_equipment = '{}' or space.equipment @> wish_equipment)
      and (wish_accessibility = '{}' or not exists (
        select unnest(wish_accessibility) except select unnest(venue.accessibility || space.accessibility)
      ))
      and (wish_path = '' or territory.path like wish_path || '%')
      and (wish_venue is null or venue.id = wish_venue)
  ),
  unsteady as materialized (  -- houses whose hours change between the first day and the last
    select hours.venue_id
    from facilities_weeklyhours hours cross join (select min("on") as first, max("on") as last from day) asked
    where lower(hours.during) > first and lower(hours.during) <= last
       or upper(hours.during) > first and upper(hours.during) <= last
  ),
  house as (
    select venue.id, venue.kind = 'school' as is_school, venue.opens_on_holidays, venue.makeup_weekday,
           venue.id not in (select venue_id from unsteady) as is_steady
    from facilities_venue venue where venue.id in (select venue_id from room)
  ),
  profile as materialized (  -- whose weekday's hours hold at a place on a day (B-05)
    select house.id, house.is_school, turn.n, turn.whole, turn.dates, day."on", day.minutes,
           case when day.special = 'off' and not house.opens_on_holidays then null
                when day.special = 'work' then coalesce(house.makeup_weekday, day.weekday)
                else day.weekday end as opens_as,
           case when day.special = 'off' then null
                when day.special = 'work' then coalesce(house.makeup_weekday, day.weekday)
                else day.weekday end as teaches_as
    from house join turn using (is_steady) join day on day.n = turn.n
  ),
  opening as (  -- hours of a weekday never overlap (`weekly_hours_open_once`), but a day's parts may touch
    select profile.id, profile.n, profile.dates
    from profile
    join facilities_weeklyhours hours on hours.venue_id = profile.id and hours.use = 'open'
      and hours.weekday = profile.opens_as and hours.during @> profile."on" and hours.minutes && profile.minutes
    group by profile.id, profile.n, profile.dates, profile.whole
    having sum(upper(hours.minutes * profile.minutes) - lower(hours.minutes * profile.minutes)) = profile.whole
  ),
  teaching as (  -- schools (B-06)
    select profile.id, profile.n
    from profile
    join facilities_weeklyhours hours on hours.venue_id = profile.id and hours.use = 'teaching'
      and hours.weekday = profile.teaches_as and hours.during @> profile."on" and hours.minutes && profile.minutes
    where profile.is_school
  ),
  closed as (
    select closure.venue_id as id, range_agg(int4range(wish.n, wish.n + 1)) as dates
    from wish
    join facilities_closure closure on closure.space_id is null and closure.during && wish.period
    group by closure.venue_id
  ),
  open_house as materialized (
    select opening.id, range_agg(opening.dates) - coalesce(closed.dates, '{}') as dates
    from opening
    left join closed on closed.id = opening.id
    where (opening.id, opening.n) not in (select teaching.id, teaching.n from teaching)
    group by opening.id, closed.dates
  ),
  shut as materialized (  -- rooms closed for a time: what lies within and around a closed one too
    select room.id, wish.n from wish
    join facilities_closure closure on closure.space_id is not null and closure.during && wish.period
    join facilities_space closed on closed.id = closure.space_id
    join room on room.venue_id = closure.venue_id
      and (room.path like closed.path || '%' or closed.path like room.path || '%')
    union all
    select room.id, wish.n from wish  -- kept for whoever waited for it (B-07)
    join facilities_roomwait offer on offer.state = 'offered' and offer.is_whole and offer.offered_until > now()
      and offer.during && wish.wide
    join facilities_space kept on kept.id = offer.space_id
    join room on room.venue_id = offer.venue_id
      and (room.path like kept.path || '%' or kept.path like room.path || '%')
    where tstzrange(lower(offer.during) - kept.buffer_before * interval '1 minute',
                    upper(offer.during) + kept.buffer_after * interval '1 minute')
       && tstzrange(lower(wish.period) - room.buffer_before * interval '1 minute',
                    upper(wish.period) + room.buffer_after * interval '1 minute')
  ),
  asked as materialized (select range_agg(wide) as wide from wish),
  first as materialized (  -- those that are free on all dates, of the smallest that fit, one after the other until enough
    select near.id, near.capacity
    from (
      select room.* from room join open_house on open_house.id = room.venue_id
      where open_house.dates @> int4range(0, cardinality(wish_begins)) and room.id not in (select shut.id from shut)
      order by room.capacity, room.id limit near_most
    ) near
    where not (  -- a value, not a condition: as one it would be asked of all rooms before the first is told
      select exists (
        select from facilities_space part
        join lateral (
          select whole.period, whole.heads from facilities_hold whole
          where int8range(whole.space_id, whole.space_id, '[]') && int8range(part.id, part.id, '[]')
            and whole.heads is null and whole.period && (select wide from asked)
          union all
          select shared.period, shared.heads from facilities_hold shared
          where int8range(shared.space_id, shared.space_id, '[]') && int8range(part.id, part.id, '[]')
            and shared.heads is not null and shared.period && (select wide from asked)
        ) hold on true
        join wish on hold.period && wish.wide
        cross join lateral (
          select tstzrange(lower(wish.period) - near.buffer_before * interval '1 minute',
                           upper(wish.period) + near.buffer_after * interval '1 minute') as period
        ) needed
        where part.venue_id = near.venue_id and part.path like near.path || '%' and hold.period && needed.period
          and (hold.heads is null or near.sharing = 'whole'
               or facilities_most_heads_v1(near.id, needed.period) + wish_heads > near.capacity)
      )
    )
    order by near.capacity, near.id
    limit shown_most
  ),
  enough as materialized (select count(*) = shown_most as is_so from first),
  line as (  -- each room with the rooms around it: what holds it stands in the way of all of them (B-02)
    select space.id as part, around.id
    from facilities_space space
    cross join lateral unnest(string_to_array(btrim(space.path, '/'), '/')::bigint[]) as around(id)
  ),
  taken as (  -- whole rooms: anything on them or on a part; shared ones: all of them is taken, or too few places are left
    select room.id, wish.n from wish
    join facilities_hold hold on hold.period && wish.wide
    join line on line.part = hold.space_id
    join room on room.id = line.id
    cross join lateral (
      select tstzrange(lower(wish.period) - room.buffer_before * interval '1 minute',
                       upper(wish.period) + room.buffer_after * interval '1 minute') as period
    ) needed
    where hold.period && needed.period
      and (hold.heads is null or room.sharing = 'whole'
           or facilities_most_heads_v1(room.id, needed.period) + wish_heads > room.capacity)
  ),
  busy as (
    select found.id, range_agg(int4range(n, n + 1)) as dates
    from (select taken.id, n from taken union all select shut.id, n from shut) found group by found.id
  ),
  free as (
    select first.id, first.capacity, cardinality(wish_begins)::bigint as dates from first where (select is_so from enough)
    union all
    select room.id, room.capacity, left_over.dates
    from room
    join open_house on open_house.id = room.venue_id
    left join busy on busy.id = room.id
    cross join lateral (
      select sum(upper(part) - lower(part)) as dates
      from unnest(open_house.dates - coalesce(busy.dates, '{}')) as several(part)
    ) left_over
    where not (select is_so from enough)
  )
  select free.id, free.dates from free
  where free.dates >= least_dates
  order by free.dates desc, free.capacity, free.id
  limit shown_most;
end $$;
