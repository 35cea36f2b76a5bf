-- After closing, a deposit is taken back by neither who entered it nor who closed the account.
create function collective_taken_back_by_another_v1() returns trigger language plpgsql as $$
begin
  if new.taken_back_at is not null and old.taken_back_at is null and exists (
       select from collectives_collective c
       join people_person p on p.id = new.taken_back_by_id
       join people_person q on q.id in (new.deposited_by_id, c.closed_by_id)
       where c.id = new.collective_id and c.state = 'closed'
         and coalesce(p.merged_into_id, p.id) = coalesce(q.merged_into_id, q.id)) then
    raise exception 'a second person takes back' using errcode = '23514', constraint = 'collective_taken_back_by_another';
  end if;
  return new;
end $$;
create trigger collective_taken_back_by_another before update on collectives_deposit
  for each row execute function collective_taken_back_by_another_v1();
