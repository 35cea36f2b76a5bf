-- Holds follow bookings, whoever writes them (B-01, B-02, B-03).
--
-- An exclusion constraint alone deadlocks under rivals, so each function first locks the venue: whoever books in one
-- house queues there, and nobody has to give up. Services have locked it before; then this costs nothing.

-- How many people are in a shared room at one time at most, within a period.
create function facilities_most_heads_v1(room bigint, within tstzrange) returns bigint language sql stable as $$
  select coalesce(max(there.total), 0)
  from (
    select greatest(lower(hold.period), lower(within)) as instant
    from facilities_hold hold
    where int8range(hold.space_id, hold.space_id, '[]') && int8range(room, room, '[]')
      and hold.period && within and hold.heads is not null
  ) point
  cross join lateral (
    select sum(hold.heads) as total
    from facilities_hold hold
    where int8range(hold.space_id, hold.space_id, '[]') && int8range(room, room, '[]')
      and hold.period @> point.instant and hold.heads is not null
  ) there
$$;

-- The holds of a booking are those of its state, room and period: made anew whenever one of them changes.
create function facilities_hold_v1() returns trigger language plpgsql as $$
declare
  room facilities_space%rowtype;
begin
  perform 1 from facilities_venue where id = new.venue_id for no key update;
  select * into strict room from facilities_space where id = new.space_id;
  if room.venue_id <> new.venue_id then
    raise exception 'the room lies in another venue' using errcode = '23514', constraint = 'booking_room_of_venue';
  end if;
  if tg_op = 'UPDATE' then
    delete from facilities_hold where booking_id = new.id;
  end if;
  if new.state = 'confirmed' then
    if new.heads > room.capacity then
      raise exception 'more people than places' using errcode = '23514', constraint = 'booking_fits_the_room';
    end if;
    insert into facilities_hold (booking_id, space_id, period, heads)
    select new.id, part.id,
           tstzrange(lower(new.during) - make_interval(mins => room.buffer_before),
                     upper(new.during) + make_interval(mins => room.buffer_after)),
           case when room.sharing = 'shared' then new.heads end
    from facilities_space part
    where part.venue_id = room.venue_id and part.path like room.path || '%'
    order by part.id;
  end if;
  return null;
end $$;
create trigger facilities_booking_holds after insert or update of state, space_id, venue_id, during, heads
  on facilities_booking for each row execute function facilities_hold_v1();

-- Whole and shared holds exclude one another, and shared ones stay within the places.
create function facilities_hold_fits_v1() returns trigger language plpgsql as $$
declare
  places bigint;
begin
  perform 1 from facilities_venue venue join facilities_space room on room.venue_id = venue.id
    where room.id = new.space_id for no key update of venue;
  if new.heads is null then
    if exists (
      select from facilities_hold other
      where int8range(other.space_id, other.space_id, '[]') && int8range(new.space_id, new.space_id, '[]')
        and other.period && new.period and other.heads is not null
    ) then
      raise exception 'places of this room are taken' using errcode = '23P01', constraint = 'hold_one_at_a_time';
    end if;
    return null;
  end if;
  if exists (
    select from facilities_hold other
    where int8range(other.space_id, other.space_id, '[]') && int8range(new.space_id, new.space_id, '[]')
      and other.period && new.period and other.heads is null
  ) then
    raise exception 'all of this room is taken' using errcode = '23P01', constraint = 'hold_one_at_a_time';
  end if;
  select capacity into strict places from facilities_space where id = new.space_id;
  if facilities_most_heads_v1(new.space_id, new.period) > places then
    raise exception 'more people than places' using errcode = '23514', constraint = 'hold_within_places';
  end if;
  return null;
end $$;
create trigger facilities_hold_fits after insert or update on facilities_hold
  for each row execute function facilities_hold_fits_v1();

-- The tree: a path made of the room around it, whole rooms only may have parts, nothing moves, and a new part is taken
-- whenever the room around it is.
create function facilities_space_path_v1() returns trigger language plpgsql as $$
declare
  around facilities_space%rowtype;
begin
  perform 1 from facilities_venue where id = new.venue_id for no key update;
  if new.parent_id is null then
    new.path := '/' || new.id || '/';
    return new;
  end if;
  select * into strict around from facilities_space where id = new.parent_id;
  if around.venue_id <> new.venue_id then
    raise exception 'the room around it lies in another venue' using errcode = '23514', constraint = 'space_within_venue';
  end if;
  if around.sharing = 'shared' then
    raise exception 'a shared room has no parts' using errcode = '23514', constraint = 'space_shared_has_no_parts';
  end if;
  new.path := around.path || new.id || '/';
  if length(new.path) > 80 then
    raise exception 'too many rooms within rooms' using errcode = '23514', constraint = 'space_not_too_deep';
  end if;
  return new;
end $$;
create trigger facilities_space_path before insert on facilities_space
  for each row execute function facilities_space_path_v1();

create function facilities_space_taken_v1() returns trigger language plpgsql as $$
begin
  insert into facilities_hold (booking_id, space_id, period, heads)
  select booking_id, new.id, period, null from facilities_hold
  where space_id = new.parent_id and upper(period) > now();
  return null;
end $$;
create trigger facilities_space_taken after insert on facilities_space
  for each row when (new.parent_id is not null) execute function facilities_space_taken_v1();

create function facilities_space_stays_v1() returns trigger language plpgsql as $$
begin
  perform 1 from facilities_venue where id = old.venue_id for no key update;
  if (new.venue_id, new.path) is distinct from (old.venue_id, old.path) or new.parent_id is distinct from old.parent_id then
    raise exception 'a room does not move' using errcode = '23514', constraint = 'space_stays';
  end if;
  if new.sharing <> old.sharing then
    if new.sharing = 'shared' and exists (select from facilities_space where parent_id = new.id) then
      raise exception 'a shared room has no parts' using errcode = '23514', constraint = 'space_shared_has_no_parts';
    end if;
    if exists (select from facilities_hold where space_id = new.id and upper(period) > now()) then
      raise exception 'bookings to come' using errcode = '23514', constraint = 'space_booked_ahead';
    end if;
  end if;
  if new.capacity < old.capacity and exists (
    select from facilities_booking
    where int8range(space_id, space_id, '[]') && int8range(new.id, new.id, '[]') and during && tstzrange(now(), null)
      and state = 'confirmed' and heads > new.capacity
    union all
    select where new.sharing = 'shared' and facilities_most_heads_v1(new.id, tstzrange(now(), null)) > new.capacity
  ) then
    raise exception 'more people are coming' using errcode = '23514', constraint = 'space_booked_ahead';
  end if;
  return new;
end $$;
create trigger facilities_space_stays before update on facilities_space
  for each row execute function facilities_space_stays_v1();
