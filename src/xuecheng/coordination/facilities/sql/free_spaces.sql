-- Rooms that can be booked for a wish, with on how many of its dates (`queries.free_spaces`).
with wish as (
  select n, period, tstzrange(b - %(most)s * interval '1 minute', e + %(most)s * interval '1 minute') as wide
  from unnest(%(numbers)s::int[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) as given(n, b, e)
  cross join lateral (select tstzrange(b, e) as period) p
),
day as (  -- the days a date touches, with their minutes and what the calendar says of them
  select n, "on", minutes, special.kind as special, extract(isodow from "on")::int - 1 as weekday
  from unnest(%(day_numbers)s::int[], %(days)s::date[], %(froms)s::int[], %(tos)s::int[]) as given(n, "on", f, t)
  cross join lateral (select int4range(f, t) as minutes) m
  left join workdays_specialday special using ("on")
),
room as (
  select space.id, space.venue_id, space.path, space.sharing, space.capacity, space.buffer_before, space.buffer_after
  from facilities_space space
  join facilities_venue venue on venue.id = space.venue_id
  join territories_territory territory on territory.id = venue.territory_id
  where space.capacity >= %(heads)s and space.closed_because = '' and venue.state = 'open'
    and (venue.kind <> 'school' or venue.has_consent)
    -- What is not asked for is no condition: a wrong guess of its yield would spoil the plan of all that follows.
    and (%(no_equipment)s or space.equipment @> %(equipment)s::varchar[])
    and (%(no_accessibility)s or not exists (
      select unnest(%(accessibility)s::varchar[]) except select unnest(venue.accessibility || space.accessibility)
    ))
    and (%(anywhere)s or territory.path like %(path)s)
    and (%(venue)s::bigint is null or venue.id = %(venue)s)
),
house as (select distinct venue_id as id from room),
profile as (  -- whose weekday's hours hold at a place on a day (B-05)
  select house.id, day.n, day."on", day.minutes,
         case when day.special = 'off' and not venue.opens_on_holidays then null
              when day.special = 'work' then coalesce(venue.makeup_weekday, day.weekday)
              else day.weekday end as opens_as,
         case when day.special = 'off' then null
              when day.special = 'work' then coalesce(venue.makeup_weekday, day.weekday)
              else day.weekday end as teaches_as,
         venue.kind = 'school' as is_school
  from house join facilities_venue venue on venue.id = house.id cross join day
),
opening as (  -- merged in time, as a day's parts may touch
  select profile.id, profile.n, profile."on"
  from profile
  join facilities_weeklyhours hours on hours.venue_id = profile.id and hours.use = 'open'
    and hours.weekday = profile.opens_as and lower(hours.during) <= profile."on"
    and (upper_inf(hours.during) or profile."on" < upper(hours.during))
  group by profile.id, profile.n, profile."on", profile.minutes
  having range_agg(hours.minutes) @> profile.minutes
),
open_house as materialized (
  select opening.id, opening.n from opening
  join (select n, count(*) as days from day group by n) whole on whole.n = opening.n
  group by opening.id, opening.n, whole.days
  having count(*) = whole.days
  except
  select profile.id, profile.n from profile
  join facilities_weeklyhours hours on hours.venue_id = profile.id and hours.use = 'teaching'
    and hours.weekday = profile.teaches_as and hours.during @> profile."on" and hours.minutes && profile.minutes
  where profile.is_school
  except
  select closure.venue_id, wish.n from wish
  join facilities_closure closure on closure.space_id is null and closure.during && wish.period
),
shut as (  -- rooms closed for a time: what lies within and around a closed one too
  select room.id, wish.n from wish
  join facilities_closure closure on closure.space_id is not null and closure.during && wish.period
  join facilities_space closed on closed.id = closure.space_id
  join room on room.venue_id = closure.venue_id
    and (room.path like closed.path || '%%' or closed.path like room.path || '%%')
),
taken as (  -- whole rooms: anything on them or on a part; shared ones: all of them is taken, or too few places are left
  select room.id, wish.n from wish
  join facilities_hold hold on hold.period && wish.wide
  join facilities_space held on held.id = hold.space_id
  cross join lateral unnest(string_to_array(btrim(held.path, '/'), '/')::bigint[]) as line(id)
  join room on room.id = line.id
  where hold.period && tstzrange(lower(wish.period) - room.buffer_before * interval '1 minute',
                                 upper(wish.period) + room.buffer_after * interval '1 minute')
    and (hold.heads is null or room.sharing = 'whole'
         or facilities_most_heads_v1(room.id, tstzrange(lower(wish.period) - room.buffer_before * interval '1 minute',
              upper(wish.period) + room.buffer_after * interval '1 minute')) + %(heads)s > room.capacity)
  union all
  select room.id, wish.n from wish  -- kept for whoever waited for it (B-07)
  join facilities_roomwait offer on offer.state = 'offered' and offer.is_whole and offer.offered_until > now()
    and offer.during && wish.wide
  join facilities_space kept on kept.id = offer.space_id
  join room on room.venue_id = offer.venue_id
    and (room.path like kept.path || '%%' or kept.path like room.path || '%%')
  where tstzrange(lower(offer.during) - kept.buffer_before * interval '1 minute',
                  upper(offer.during) + kept.buffer_after * interval '1 minute')
     && tstzrange(lower(wish.period) - room.buffer_before * interval '1 minute',
                  upper(wish.period) + room.buffer_after * interval '1 minute')
),
free as (
  select id, count(*) as free
  from (
    select room.id, open_house.n from room join open_house on open_house.id = room.venue_id
    except select id, n from shut
    except select id, n from taken
  ) left_over
  group by id
)
select space.id, space.public_id, space.name_zh, space.name_en, space.capacity, space.sharing = 'shared',
       venue.public_id, venue.name_zh, venue.name_en, venue.address, territory.name_zh, territory.name_en, free.free,
       space.equipment, venue.accessibility || space.accessibility
from free
join facilities_space space on space.id = free.id
join facilities_venue venue on venue.id = space.venue_id
join territories_territory territory on territory.id = venue.territory_id
where free.free >= %(least)s
order by free.free desc, space.capacity, space.id
limit %(limit)s
