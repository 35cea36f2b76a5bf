-- Whoever waits because the room is lent to their unit waits within that loan, for their unit (P-03).
create function facilities_room_wait_v2() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'waiting' then
      raise exception 'one begins by waiting' using errcode = '23514', constraint = 'room_wait_in_order';
    end if;
    if not exists (select from facilities_space where id = new.space_id and venue_id = new.venue_id) then
      raise exception 'the room lies in another venue' using errcode = '23514', constraint = 'room_wait_room_of_venue';
    end if;
    if new.loan_id is not null and not exists (
      select from facilities_roomloan loan join facilities_space room on room.id = new.space_id
      where loan.id = new.loan_id and loan.venue_id = new.venue_id and loan.borrower_id = new.group_organisation_id
        and (loan.space_id is null or room.path like '%/' || loan.space_id || '/%')
    ) then
      raise exception 'waits by another loan' using errcode = '23514', constraint = 'room_wait_within_loan';
    end if;
    return new;
  end if;
  if (new.space_id, new.venue_id, new.booked_by_id, new.during, new.is_whole, new.loan_id)
     is distinct from (old.space_id, old.venue_id, old.booked_by_id, old.during, old.is_whole, old.loan_id) then
    raise exception 'what is waited for stays' using errcode = '23514', constraint = 'room_wait_stays';
  end if;
  if new.state <> old.state and (old.state, new.state) not in (
    ('waiting', 'offered'), ('waiting', 'left'), ('waiting', 'lapsed'),
    ('offered', 'taken'), ('offered', 'left'), ('offered', 'lapsed')
  ) then
    raise exception 'a wait does not go from % to %', old.state, new.state
      using errcode = '23514', constraint = 'room_wait_in_order';
  end if;
  if new.state = 'taken' and not exists (
    select from facilities_booking
    where id = new.booking_id and space_id = new.space_id and during = new.during
  ) then
    raise exception 'another room or time was booked' using errcode = '23514', constraint = 'room_wait_books_the_same';
  end if;
  return new;
end $$;
create or replace trigger facilities_room_wait before insert or update on facilities_roomwait
  for each row execute function facilities_room_wait_v2();
drop function facilities_room_wait_v1();
