-- What was agreed of a room that is lent stays; it is ended once. What is booked by it lies within it (P-03).
create function facilities_room_loan_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if not exists (select from facilities_venue where id = new.venue_id and owner_id = new.lender_id) then
      raise exception 'only the owner lends' using errcode = '23514', constraint = 'room_loan_of_owner';
    end if;
    if new.space_id is not null
       and not exists (select from facilities_space where id = new.space_id and venue_id = new.venue_id) then
      raise exception 'the room lies in another venue' using errcode = '23514', constraint = 'room_loan_room_of_venue';
    end if;
    return new;
  end if;
  if old.ended_on is not null or (to_jsonb(new) - '{ended_on,ended_because}'::text[])
     is distinct from (to_jsonb(old) - '{ended_on,ended_because}'::text[]) then
    raise exception 'what was agreed stays' using errcode = '23514', constraint = 'room_loan_stays';
  end if;
  return new;
end $$;
create trigger facilities_room_loan before insert or update on facilities_roomloan
  for each row execute function facilities_room_loan_v1();

create function facilities_loan_use_v1() returns trigger language plpgsql as $$
begin
  if not exists (
    select from facilities_roomloan loan
    join facilities_booking booking on booking.id = new.booking_id
    join facilities_space room on room.id = booking.space_id
    where loan.id = new.loan_id and booking.venue_id = loan.venue_id
      and (loan.space_id is null or room.path like '%/' || loan.space_id || '/%')
      and booking.group_organisation_id = loan.borrower_id
  ) then
    raise exception 'booked by another loan' using errcode = '23514', constraint = 'loan_use_within';
  end if;
  return new;
end $$;
create trigger facilities_loan_use before insert or update on facilities_loanuse
  for each row execute function facilities_loan_use_v1();
