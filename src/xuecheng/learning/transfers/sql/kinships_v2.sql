-- A counter ends a relation, too, and says why: whoever is none of the two has a reason (C-42).
create function kinship_moves_v2() returns trigger language plpgsql as $$
declare
  moving constant text[] := array['one_agreed_at', 'other_agreed_at', 'ended_at', 'ended_by_id', 'ended_because'];
begin
  if tg_op = 'DELETE' then
    raise exception 'a relation stays' using errcode = '23514', constraint = 'kinship_stays';
  end if;
  if tg_op = 'INSERT' then
    if new.one_agreed_at is not null or new.other_agreed_at is not null or new.ended_at is not null then
      raise exception 'a relation begins unagreed' using errcode = '23514', constraint = 'kinship_stays';
    end if;
    return new;
  end if;
  if to_jsonb(new) - moving is distinct from to_jsonb(old) - moving
     or old.ended_at is not null and new is distinct from old
     or old.one_agreed_at is not null and new.one_agreed_at is distinct from old.one_agreed_at
     or old.other_agreed_at is not null and new.other_agreed_at is distinct from old.other_agreed_at then
    raise exception 'a relation stays' using errcode = '23514', constraint = 'kinship_stays';
  end if;
  if old.ended_at is null and new.ended_at is not null and new.ended_because = ''
     and not exists (
       -- An account that was merged stands for the one that is kept.
       select from people_person e
       join people_person p on coalesce(p.merged_into_id, p.id) = coalesce(e.merged_into_id, e.id)
       where e.id = new.ended_by_id and p.id in (new.one_id, new.other_id)) then
    raise exception 'a counter says why' using errcode = '23514', constraint = 'kinship_ended_with_reason';
  end if;
  return new;
end $$;
drop trigger kinship_moves on transfers_kinship;
create trigger kinship_moves before insert or update or delete on transfers_kinship
  for each row execute function kinship_moves_v2();
