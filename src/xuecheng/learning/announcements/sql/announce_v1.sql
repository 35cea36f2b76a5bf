-- Events of the learning floor, written into the outbox of webhooks in the statement that makes them.
-- Bulk tables: one look per statement whether anybody listens; nobody listening costs one index probe.

create function announce_records_v1() returns trigger language plpgsql as $$
begin
  if not exists (
    select from webhooks_subscription s where s.ended_at is null
      and s.topics && array['record.entered', 'record.corrected', 'record.withdrawn']::varchar[]
  ) then
    return null;
  end if;
  insert into webhooks_delivery
    (message_id, subscription_id, event, data, made_at, state, attempts, due_at, give_up_at, last_error)
  select gen_random_uuid(), s.id, e.event,
    jsonb_build_object('record', n.id, 'institution', o.code, 'record_key', n.record_key, 'version', n.version),
    clock_timestamp(), 'waiting', 0, clock_timestamp(), clock_timestamp() + interval '3 days', ''
  from new_rows n
  cross join lateral (
    select case when n.status = 'withdrawn' and n.version > 1 then 'record.withdrawn'
                when n.version > 1 then 'record.corrected' else 'record.entered' end as event
  ) e
  join organisations_organisation o on o.id = n.institution_id
  join webhooks_subscription s
    on s.organisation_id = n.institution_id and s.ended_at is null and e.event = any(s.topics);
  return null;
end $$;
create trigger records_announced after insert on records_learningrecord
  referencing new table as new_rows for each statement execute function announce_records_v1();

create function announce_postings_v1() returns trigger language plpgsql as $$
begin
  if not exists (
    select from webhooks_subscription s where s.ended_at is null
      and s.topics && array['posting.made', 'posting.reversed']::varchar[]
  ) then
    return null;
  end if;
  insert into webhooks_delivery
    (message_id, subscription_id, event, data, made_at, state, attempts, due_at, give_up_at, last_error)
  select gen_random_uuid(), s.id, e.event,
    jsonb_build_object('key', n.key, 'record', n.record_id, 'institution', o.code, 'credits', n.credits),
    clock_timestamp(), 'waiting', 0, clock_timestamp(), clock_timestamp() + interval '3 days', ''
  from new_rows n
  cross join lateral (
    select case when n.reverses is null then 'posting.made' else 'posting.reversed' end as event
  ) e
  join organisations_organisation o on o.id = n.institution_id
  join webhooks_subscription s
    on s.organisation_id = n.institution_id and s.ended_at is null and e.event = any(s.topics);
  return null;
end $$;
create trigger postings_announced after insert on recognition_posting
  referencing new table as new_rows for each statement execute function announce_postings_v1();

-- The others are few: one row, one event. Without an organisation it concerns everybody who listens.
create function announce_v1(event text, organisation bigint, data jsonb) returns void language sql as $$
  insert into webhooks_delivery
    (message_id, subscription_id, event, data, made_at, state, attempts, due_at, give_up_at, last_error)
  select gen_random_uuid(), s.id, event, data, clock_timestamp(), 'waiting', 0, clock_timestamp(),
    clock_timestamp() + interval '3 days', ''
  from webhooks_subscription s
  where s.ended_at is null and event = any(s.topics)
    and (organisation is null or s.organisation_id = organisation);
$$;

create function announce_dispute_v1() returns trigger language plpgsql as $$
begin
  perform announce_v1(
    case tg_op when 'INSERT' then 'dispute.opened' else 'dispute.answered' end, new.institution_id,
    jsonb_build_object('dispute', new.id, 'record', new.record_id, 'state', new.state)
  );
  return null;
end $$;
create trigger dispute_opened_announced after insert on records_dispute
  for each row execute function announce_dispute_v1();
create trigger dispute_answered_announced after update of state on records_dispute
  for each row when (old.state = 'open' and new.state in ('upheld', 'corrected'))
  execute function announce_dispute_v1();

create function announce_run_v1() returns trigger language plpgsql as $$
begin
  perform announce_v1(
    'run.finished', new.organisation_id,
    jsonb_build_object('run', new.public_id, 'seen', new.seen_count, 'credited', new.credited_count,
      'carried', new.carried_count, 'refused', new.refused_count)
  );
  return null;
end $$;
-- A run over the whole city is nobody's in particular: its organisations hear of their postings.
create trigger run_announced after update of finished_at on recognition_run
  for each row when (old.finished_at is null and new.finished_at is not null and new.organisation_id is not null)
  execute function announce_run_v1();

create function announce_rule_v1() returns trigger language plpgsql as $$
begin
  perform announce_v1('rule.approved', null, jsonb_build_object('code', new.code, 'version', new.version));
  return null;
end $$;
create trigger rule_announced after update of state on recognition_ruleversion
  for each row when (old.state <> 'approved' and new.state = 'approved') execute function announce_rule_v1();
