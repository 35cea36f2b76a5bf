drop trigger redemption_part_is_held on redemption_part;
drop function redemption_part_is_held_v1();
drop trigger redemption_order_is_held on redemption_redemption;
drop function redemption_order_is_held_v2();
drop function redemption_check_order_v2(bigint);
drop function redemption_held_v1(uuid, bigint);
drop trigger redemption_part_of_order on redemption_part;
drop function redemption_part_of_order_v1();
-- At commit: an open order has exactly what it costs held, one that ended has nothing held any more.
create function redemption_order_is_held_v1() returns trigger language plpgsql as $$
declare
  it redemption_redemption;
  of_book int := new.learner_id % 256;
  wanted bigint;
  given bigint;
  came_back bigint;
  points_back bigint;
begin
  select * into it from redemption_redemption where id = new.id;
  if it.hold is not null then
    wanted := case when it.state = 'reserved' then (it.items - it.handed) * it.points else 0 end;
    if wanted is distinct from coalesce((
         select h.amount from ledger.hold h
         where h.key = it.hold and h.book = of_book
           and not exists (select from ledger.hold_end e where e.hold = h.key and e.book = of_book)), 0) then
      raise exception 'order % and its hold differ', it.id
        using errcode = '23514', constraint = 'redemption_order_is_held';
    end if;
  elsif it.points > 0 then
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
         coalesce(sum(h.points) filter (where h.way = 'back'), 0)
    into given, came_back, points_back from redemption_handing h where h.redemption_id = it.id;
  if it.handed <> given or it.returned <> came_back or it.points_back <> points_back then
    raise exception 'order % is not what was handed out', it.id
      using errcode = '23514', constraint = 'redemption_order_is_its_handings';
  end if;
  return null;
end $$;
create constraint trigger redemption_order_is_held after insert or update on redemption_redemption
  deferrable initially deferred for each row execute function redemption_order_is_held_v1();
