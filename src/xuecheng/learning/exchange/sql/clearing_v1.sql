-- A closed period is final, and a drawn one says what was settled in it, whoever writes (C-35).

create function exchange_period_closes_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.state = 'closed' then
    raise exception 'a closed period is final' using errcode = '23514', constraint = 'exchange_period_final';
  end if;
  if (new.public_id, new.begins_on, new.ends_on, new.during, new.drawn_by_id, new.drawn_at)
     is distinct from (old.public_id, old.begins_on, old.ends_on, old.during, old.drawn_by_id, old.drawn_at) then
    raise exception 'a period stays' using errcode = '23514', constraint = 'exchange_period_final';
  end if;
  if new.state = 'closed' and (
       exists (select from exchange_statement where period_id = new.id
               and (one_seen_at is null or other_seen_at is null))
       or exists (select from exchange_doubt d join exchange_statementline l on l.id = d.line_id
                  join exchange_statement s on s.id = l.statement_id where s.period_id = new.id and d.answer = '')) then
    raise exception 'not acknowledged by all' using errcode = '23514', constraint = 'exchange_period_acknowledged';
  end if;
  if new.state = 'closed' and exists (
       select from exchange_statement s
       left join lateral (
         select coalesce(sum(l.credits) filter (where c.source_id = s.one_id), 0) as there,
                coalesce(sum(l.credits) filter (where c.source_id = s.other_id), 0) as back
         from exchange_statementline l join exchange_case c on c.id = l.case_id where l.statement_id = s.id
       ) sums on true
       where s.period_id = new.id and (s.to_other, s.to_one) is distinct from (sums.there, sums.back)) then
    raise exception 'a statement is not the sum of its lines'
      using errcode = '23514', constraint = 'exchange_statement_is_sum';
  end if;
  return new;
end $$;
create trigger exchange_period_closes before update or delete on exchange_clearingperiod
  for each row execute function exchange_period_closes_v1();

create function exchange_cleared_stays_v1() returns trigger language plpgsql as $$
declare
  of_row jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
  stands text;
begin
  if tg_table_name = 'exchange_statement' then
    select state into stands from exchange_clearingperiod where id = (of_row ->> 'period_id')::bigint;
  elsif tg_table_name = 'exchange_statementline' then
    select p.state into stands from exchange_clearingperiod p join exchange_statement s on s.period_id = p.id
      where s.id = (of_row ->> 'statement_id')::bigint;
  else
    select p.state into stands from exchange_clearingperiod p join exchange_statement s on s.period_id = p.id
      join exchange_statementline l on l.statement_id = s.id where l.id = (of_row ->> 'line_id')::bigint;
  end if;
  if stands = 'closed' then
    raise exception 'a closed period is final' using errcode = '23514', constraint = 'exchange_period_final';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger exchange_cleared_stays before insert or update or delete on exchange_statement
  for each row execute function exchange_cleared_stays_v1();
create trigger exchange_cleared_stays before insert or update or delete on exchange_statementline
  for each row execute function exchange_cleared_stays_v1();
create trigger exchange_cleared_stays before insert or update or delete on exchange_doubt
  for each row execute function exchange_cleared_stays_v1();

-- Nothing is settled into a period that was drawn already.
create function exchange_case_in_open_time_v1() returns trigger language plpgsql as $$
begin
  if exists (select from exchange_clearingperiod where during @> new.settled_at) then
    raise exception 'this time was cleared' using errcode = '23514', constraint = 'exchange_case_time_cleared';
  end if;
  return new;
end $$;
create trigger exchange_case_in_open_time before update on exchange_case
  for each row when (new.state = 'settled' and old.state <> 'settled') execute function exchange_case_in_open_time_v1();
