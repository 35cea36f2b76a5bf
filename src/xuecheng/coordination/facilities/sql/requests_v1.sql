-- What a unit asked for stays; it is answered once. Asked is the owner of the place, and never a unit of itself (P-03).
create function facilities_loan_request_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.unit_id = new.owner_id
       or not exists (select from facilities_venue where id = new.venue_id and owner_id = new.owner_id) then
      raise exception 'the owner is asked by another unit'
        using errcode = '23514', constraint = 'loan_request_to_owner';
    end if;
    if new.space_id is not null
       and not exists (select from facilities_space where id = new.space_id and venue_id = new.venue_id) then
      raise exception 'the room lies in another venue'
        using errcode = '23514', constraint = 'loan_request_room_of_venue';
    end if;
    if new.state <> 'asked' then
      raise exception 'first it is asked' using errcode = '23514', constraint = 'loan_request_begins_asked';
    end if;
    return new;
  end if;
  if old.state <> 'asked'
     or (to_jsonb(new) - '{state,answer,answered_by_id,answered_at,loan_id}'::text[])
        is distinct from (to_jsonb(old) - '{state,answer,answered_by_id,answered_at,loan_id}'::text[]) then
    raise exception 'what was asked and answered stays'
      using errcode = '23514', constraint = 'loan_request_stays';
  end if;
  if new.loan_id is not null and not exists (
    select from facilities_roomloan loan
    where loan.id = new.loan_id and loan.venue_id = new.venue_id and loan.borrower_id = new.unit_id
      and loan.space_id is not distinct from new.space_id
  ) then
    raise exception 'another loan' using errcode = '23514', constraint = 'loan_request_lent_as_asked';
  end if;
  return new;
end $$;
create trigger facilities_loan_request before insert or update on facilities_loanrequest
  for each row execute function facilities_loan_request_v1();
