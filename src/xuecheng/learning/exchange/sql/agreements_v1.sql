-- Agreements are signed by all, approved by another, and never edited once they left the draft (C-32), whoever writes.

create function exchange_agreement_moves_v1() returns trigger language plpgsql as $$
declare
  allowed text[];
begin
  if tg_op = 'INSERT' then
    if new.state <> 'draft' then
      raise exception 'an agreement begins as a draft' using errcode = '23514', constraint = 'exchange_agreement_begins';
    end if;
    return new;
  end if;
  if new.state <> old.state then
    allowed := case old.state
      when 'draft' then array['offered']
      when 'offered' then array['signed', 'rejected']
      when 'signed' then array['approved', 'rejected']
      when 'approved' then array['ended']
      else array[]::text[]
    end;
    if new.state <> all (allowed) then
      raise exception '% does not follow %', new.state, old.state
        using errcode = '23514', constraint = 'exchange_agreement_moves_in_order';
    end if;
  end if;
  -- What it says changes only in the draft; the day from which nothing new is asked may be set, and come nearer.
  if old.state <> 'draft' and (
       (new.code, new.version, new.public_id, new.drafted_for_id, new.effect_from, new.is_automatic, new.answer_days,
        new.escalation_days, new.silence, new.appeal_days, new.notice_days, new.most_per_learner, new.most_per_period,
        new.period, new.evidence, new.price_fen, new.drafted_by_id)
       is distinct from
       (old.code, old.version, old.public_id, old.drafted_for_id, old.effect_from, old.is_automatic, old.answer_days,
        old.escalation_days, old.silence, old.appeal_days, old.notice_days, old.most_per_learner, old.most_per_period,
        old.period, old.evidence, old.price_fen, old.drafted_by_id)
       or (old.effect_to is not null and (new.effect_to is null or new.effect_to > old.effect_to))) then
    raise exception 'what was offered is never edited'
      using errcode = '23514', constraint = 'exchange_agreement_stays';
  end if;
  if new.state in ('signed', 'approved') and new.state <> old.state and exists (
       select from exchange_party where agreement_id = new.id and signed_by_id is null) then
    raise exception 'a party has not signed' using errcode = '23514', constraint = 'exchange_agreement_all_signed';
  end if;
  if new.state = 'approved' and old.state <> 'approved' and exists (
       select from exchange_party where agreement_id = new.id and signed_by_id = new.decided_by_id) then
    raise exception 'who signed does not approve'
      using errcode = '23514', constraint = 'exchange_agreement_decided_by_another';
  end if;
  return new;
end $$;
create trigger exchange_agreement_moves before insert or update on exchange_agreement
  for each row execute function exchange_agreement_moves_v1();

-- Terms come and go in the draft only; parties come and go in it, and sign while it is offered.
create function exchange_part_stays_v1() returns trigger language plpgsql as $$
declare
  stands text;
begin
  select state into stands from exchange_agreement
    where id = case when tg_op = 'DELETE' then old.agreement_id else new.agreement_id end;
  if stands = 'draft' or (stands = 'offered' and tg_table_name = 'exchange_party' and tg_op = 'UPDATE'
       and (to_jsonb(new) - 'signed_by_id' - 'signed_at') = (to_jsonb(old) - 'signed_by_id' - 'signed_at')
       and (to_jsonb(old) -> 'signed_by_id') = 'null'::jsonb) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  raise exception 'what was offered is never edited' using errcode = '23514', constraint = 'exchange_agreement_stays';
end $$;
create trigger exchange_term_stays before insert or update or delete on exchange_term
  for each row execute function exchange_part_stays_v1();
create trigger exchange_party_stays before insert or update or delete on exchange_party
  for each row execute function exchange_part_stays_v1();
