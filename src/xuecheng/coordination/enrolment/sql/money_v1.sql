-- A charge is what its movements add up to, at every moment. Movements are only ever added.
create function enrolment_movement_v1() returns trigger language plpgsql as $$
declare
  owed bigint;
  net bigint;
  held bigint;
begin
  perform 1 from enrolment_charge where id = new.charge_id and person_id = new.person_id for no key update;
  if not found then
    raise exception 'a movement is of whose charge it is' using errcode = '23514', constraint = 'movement_of_its_person';
  end if;
  if new.cash_day_id is not null then
    perform 1 from enrolment_cashday where id = new.cash_day_id and closed_at is null for no key update;
    if not found then
      raise exception 'the day is closed' using errcode = '23514', constraint = 'movement_of_an_open_day';
    end if;
  end if;
  select coalesce(sum(amount_fen), 0),
         coalesce(sum(amount_fen) filter (where kind in ('charged', 'waived', 'reduced')), 0),
         coalesce(-sum(amount_fen) filter (where kind in ('paid', 'refunded', 'moved_in', 'moved_out')), 0)
    into owed, net, held
    from enrolment_movement where charge_id = new.charge_id;
  if net < 0 then
    raise exception 'more is taken off than was charged' using errcode = '23514', constraint = 'movement_not_below_nothing';
  end if;
  if held < 0 or (new.kind = 'refunded' and owed > 0) then
    raise exception 'more is given back than is held' using errcode = '23514', constraint = 'movement_not_above_held';
  end if;
  if new.kind = 'paid' and owed < 0 then
    raise exception 'more is paid than is owed' using errcode = '23514', constraint = 'movement_not_above_owed';
  end if;
  update enrolment_charge
    set owed_fen = owed, state = case when owed > 0 then 'due' when owed < 0 then 'refund_due' else 'settled' end
    where id = new.charge_id;
  return null;
end $$;
create trigger enrolment_movement after insert on enrolment_movement
  for each row execute function enrolment_movement_v1();

create function enrolment_charge_v1() returns trigger language plpgsql as $$
declare
  owed bigint;
begin
  select coalesce(sum(amount_fen), 0) into owed from enrolment_movement where charge_id = new.id;
  if new.owed_fen <> owed then
    raise exception 'a charge is the sum of its movements' using errcode = '23514', constraint = 'charge_is_its_movements';
  end if;
  if tg_op = 'UPDATE' and (new.public_id, new.enrolment_id, new.person_id, new.organisation_id)
     is distinct from (old.public_id, old.enrolment_id, old.person_id, old.organisation_id) then
    raise exception 'whose charge it is stays' using errcode = '23514', constraint = 'charge_names_stay';
  end if;
  return new;
end $$;
create trigger enrolment_charge before insert or update on enrolment_charge
  for each row execute function enrolment_charge_v1();
