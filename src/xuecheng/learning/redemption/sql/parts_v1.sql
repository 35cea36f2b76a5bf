-- The points of an order may lie on several accounts of one person (C-40): together they are exactly what it costs, and
-- each bears and gets back its own.

create function redemption_part_of_order_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'a part stays' using errcode = '23514', constraint = 'redemption_part_stays';
  end if;
  if tg_op = 'UPDATE' then
    if (new.redemption_id, new.learner_id, new.points) is distinct from (old.redemption_id, old.learner_id, old.points)
       or new.taken < old.taken or new.back < old.back then
      raise exception 'a part stays' using errcode = '23514', constraint = 'redemption_part_stays';
    end if;
    return new;
  end if;
  -- A part is made with its order, of another account of the same person.
  if new.taken <> 0 or new.back <> 0 or not exists (
       select from redemption_redemption r
       join people_person p on p.id = r.learner_id
       join people_person q on q.id = new.learner_id
       where r.id = new.redemption_id and r.state = 'reserved' and r.handed = 0 and r.learner_id <> new.learner_id
         and coalesce(p.merged_into_id, p.id) = coalesce(q.merged_into_id, q.id)) then
    raise exception 'no such part' using errcode = '23514', constraint = 'redemption_part_of_order';
  end if;
  return new;
end $$;
create trigger redemption_part_of_order before insert or update or delete on redemption_part
  for each row execute function redemption_part_of_order_v1();

-- What a hold still sets aside; nothing once it ended.
create function redemption_held_v1(of_hold uuid, of_learner bigint) returns bigint language sql stable as $$
  select coalesce((
    select h.amount from ledger.hold h
    where h.key = of_hold and h.book = of_learner % 256
      and not exists (select from ledger.hold_end e where e.hold = h.key and e.book = h.book)), 0);
$$;

-- As the first version, where the order's own hold and those of its parts together are what it costs.
create function redemption_check_order_v2(order_id bigint) returns void language plpgsql as $$
declare
  it redemption_redemption;
  wanted bigint;
  of_parts bigint;
  parts_taken bigint;
  parts_back bigint;
  parts_left bigint;
  given bigint;
  came_back bigint;
  points_out bigint;
  points_back bigint;
begin
  select * into it from redemption_redemption where id = order_id;
  select coalesce(sum(p.points), 0), coalesce(sum(p.taken), 0), coalesce(sum(p.back), 0)
    into of_parts, parts_taken, parts_back from redemption_part p where p.redemption_id = it.id;
  if it.hold is not null then
    wanted := case when it.state = 'reserved' then (it.items - it.handed) * it.points else 0 end;
    parts_left := case when it.state = 'reserved' then of_parts - parts_taken else 0 end;
    if redemption_held_v1(it.hold, it.learner_id) <> wanted - parts_left or exists (
         select from redemption_part p where p.redemption_id = it.id
           and redemption_held_v1(p.hold, p.learner_id)
               <> case when it.state = 'reserved' then p.points - p.taken else 0 end) then
      raise exception 'order % and its hold differ', it.id
        using errcode = '23514', constraint = 'redemption_order_is_held';
    end if;
  elsif it.points > 0 or of_parts > 0 then
    raise exception 'order % holds nothing', it.id using errcode = '23514', constraint = 'redemption_order_is_held';
  end if;
  if exists (
    select from redemption_allocation a join ledger.hold h on h.key = a.hold and h.book = a.learner_id % 256
    left join ledger.hold_end e on e.hold = h.key and e.book = h.book
    where a.redemption_id = it.id
      and ((it.state = 'reserved') <> (e.hold is null) or h.amount <> a.credits
           or (it.state = 'fulfilled' and e.captured <> a.credits) or (it.state = 'released' and e.captured <> 0))) then
    raise exception 'order % and the holds of its units differ', it.id
      using errcode = '23514', constraint = 'redemption_order_is_held';
  end if;
  select coalesce(sum(h.items) filter (where h.way = 'out'), 0),
         coalesce(sum(h.items) filter (where h.way = 'back'), 0),
         coalesce(sum(h.points) filter (where h.way = 'out'), 0),
         coalesce(sum(h.points) filter (where h.way = 'back'), 0)
    into given, came_back, points_out, points_back from redemption_handing h where h.redemption_id = it.id;
  -- Of what was taken and given back each account has its own share, and none more than its share.
  if it.handed <> given or it.returned <> came_back or it.points_back <> points_back
     or points_out - parts_taken not between 0 and it.items * it.points - of_parts
     or points_back - parts_back not between 0 and points_out - parts_taken then
    raise exception 'order % is not what was handed out', it.id
      using errcode = '23514', constraint = 'redemption_order_is_its_handings';
  end if;
end $$;

create function redemption_order_is_held_v2() returns trigger language plpgsql as $$
begin
  perform redemption_check_order_v2(new.id);
  return null;
end $$;
drop trigger redemption_order_is_held on redemption_redemption;
drop function redemption_order_is_held_v1();
create constraint trigger redemption_order_is_held after insert or update on redemption_redemption
  deferrable initially deferred for each row execute function redemption_order_is_held_v2();

create function redemption_part_is_held_v1() returns trigger language plpgsql as $$
begin
  perform redemption_check_order_v2(new.redemption_id);
  return null;
end $$;
create constraint trigger redemption_part_is_held after insert or update on redemption_part
  deferrable initially deferred for each row execute function redemption_part_is_held_v1();
