-- A case that was heard says what was said (C-71).
create function supervision_withdrawal_heard_v1() returns trigger language plpgsql as $$
begin
  if not exists (select from supervision_hearing h where h.withdrawal_id = new.id) then
    raise exception 'no hearing was written down' using errcode = '23514', constraint = 'withdrawal_heard_says_what';
  end if;
  return new;
end $$;
create trigger supervision_withdrawal_heard before update on supervision_withdrawal
  for each row when (new.state = 'heard') execute function supervision_withdrawal_heard_v1();

-- What was written of a hearing stays; only names that an erasure masks change in its words.
create function supervision_hearing_stays_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.withdrawal_id, new.held_at, new.by_id, new.at)
     is distinct from (old.withdrawal_id, old.held_at, old.by_id, old.at) then
    raise exception 'a hearing stays' using errcode = '23514', constraint = 'withdrawal_hearing_stays';
  end if;
  return new;
end $$;
create trigger supervision_hearing_stays before update or delete on supervision_hearing
  for each row execute function supervision_hearing_stays_v1();
