-- Orders, stock and the ledger agree at every commit (C-40): nothing is held for nobody, nothing is given twice.

create function redemption_movement_v1() returns trigger language plpgsql as $$
begin
  update redemption_stock set on_hand = on_hand + new.amount where offer_id = new.stock_id;
  return null;
end $$;
create trigger redemption_movement after insert on redemption_stockmovement
  for each row execute function redemption_movement_v1();

-- A stock says what its movements and orders say; whoever else writes it is refused.
create function redemption_stock_adds_up_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    -- A draft that is not counted any more; what ever moved stays.
    if exists (select from redemption_offer o where o.id = old.offer_id and o.state = 'draft')
       and not exists (select from redemption_stockmovement m where m.stock_id = old.offer_id) then
      return old;
    end if;
    raise exception 'a stock stays' using errcode = '23514', constraint = 'redemption_stock_adds_up';
  end if;
  if pg_trigger_depth() < 2 and (new.on_hand <> 0 or new.reserved <> 0 or tg_op = 'UPDATE') then
    raise exception 'a stock is its movements and orders'
      using errcode = '23514', constraint = 'redemption_stock_adds_up';
  end if;
  return new;
end $$;
create trigger redemption_stock_adds_up before insert or update or delete on redemption_stock
  for each row execute function redemption_stock_adds_up_v1();

create function redemption_order_moves_v1() returns trigger language plpgsql as $$
declare
  open_before int := 0;
  open_now int;
begin
  if tg_op = 'INSERT' then
    if new.state <> 'reserved' or new.handed <> 0 or new.returned <> 0 or new.points_back <> 0 then
      raise exception 'an order begins with being reserved'
        using errcode = '23514', constraint = 'redemption_order_begins';
    end if;
  else
    if (new.learner_id, new.offer_id, new.organisation_id, new.items, new.points, new.public_id, new.reserved_at,
        new.until, new.code) is distinct from
       (old.learner_id, old.offer_id, old.organisation_id, old.items, old.points, old.public_id, old.reserved_at,
        old.until, old.code)
       or new.handed < old.handed or new.returned < old.returned or new.points_back < old.points_back then
      raise exception 'what was ordered stays' using errcode = '23514', constraint = 'redemption_order_stays';
    end if;
    if old.state <> 'reserved' and (new.state <> old.state or new.handed <> old.handed or new.hold is distinct from old.hold) then
      raise exception '% does not follow %', new.state, old.state
        using errcode = '23514', constraint = 'redemption_order_moves_in_order';
    end if;
    open_before := case when old.state = 'reserved' then old.items - old.handed else 0 end;
  end if;
  open_now := case when new.state = 'reserved' then new.items - new.handed else 0 end;
  if open_now <> open_before then
    update redemption_stock set reserved = reserved + open_now - open_before where offer_id = new.offer_id;
  end if;
  return new;
end $$;
create trigger redemption_order_moves before insert or update on redemption_redemption
  for each row execute function redemption_order_moves_v1();

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

-- A published offer is what was published: it is closed, never changed.
create function redemption_offer_stays_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'an offer stays' using errcode = '23514', constraint = 'redemption_offer_stays';
  end if;
  if old.state <> 'draft' and (
       to_jsonb(new) - array['state', 'closed_by_id', 'closed_at', 'closed_because']
         is distinct from to_jsonb(old) - array['state', 'closed_by_id', 'closed_at', 'closed_because']
       or old.state = 'closed' or new.state = 'draft') then
    raise exception 'a published offer stays' using errcode = '23514', constraint = 'redemption_offer_stays';
  end if;
  return new;
end $$;
create trigger redemption_offer_stays before update or delete on redemption_offer
  for each row execute function redemption_offer_stays_v1();

-- An order is of an offer on the shelf, by the offer's own price.
create function redemption_order_of_offer_v1() returns trigger language plpgsql as $$
begin
  if not exists (
    select from redemption_offer o where o.id = new.offer_id and o.state = 'published'
      and o.organisation_id = new.organisation_id and o.points = new.points and new.items <= o.most_per_order) then
    raise exception 'no such offer' using errcode = '23514', constraint = 'redemption_order_of_offer';
  end if;
  return new;
end $$;
create trigger redemption_order_of_offer before insert on redemption_redemption
  for each row execute function redemption_order_of_offer_v1();
