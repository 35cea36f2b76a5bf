-- As v1, and: credit that was given again after a correction stands behind the unit as before (C-49, C-73).

create function priorlearning_claim_moves_v2() returns trigger language plpgsql as $$
declare
  allowed text[];
  of_book int := new.learner_id % 256;
begin
  if tg_op = 'INSERT' then
    if new.state <> 'claimed' or not exists (
         select from priorlearning_application a where a.id = new.application_id and a.learner_id = new.learner_id
           and a.state in ('draft', 'returned')) then
      raise exception 'units are chosen before it is handed in'
        using errcode = '23514', constraint = 'priorlearning_claim_begins';
    end if;
    return new;
  end if;
  if (new.application_id, new.learner_id, new.unit_id, new.identity, new.public_id)
     is distinct from (old.application_id, old.learner_id, old.unit_id, old.identity, old.public_id) then
    raise exception 'what was claimed stays' using errcode = '23514', constraint = 'priorlearning_claim_stays';
  end if;
  -- Another posting stands behind it only where the one before was taken back, and for the same record.
  if old.posting is not null and (new.posting, new.record_id) is distinct from (old.posting, old.record_id)
     and (new.posting is null or new.record_id is distinct from old.record_id or new.state <> 'granted'
          or not exists (select from recognition_posting b where b.book = of_book and b.reverses = old.posting)) then
    raise exception 'what was claimed stays' using errcode = '23514', constraint = 'priorlearning_claim_stays';
  end if;
  if new.posting is distinct from old.posting and not exists (
       select from recognition_posting p
       where p.key = new.posting and p.book = of_book and p.learner_id = new.learner_id and p.unit_id = new.unit_id
         and p.identity = new.identity and p.record_id = new.record_id and p.reverses is null) then
    raise exception 'no credit stands behind it' using errcode = '23514', constraint = 'priorlearning_claim_has_credit';
  end if;
  if new.state = old.state then
    return new;
  end if;
  -- What was recognised is never taken by an appeal (C-48): only a correction reverses it.
  allowed := case old.state
    when 'claimed' then array['granted', 'task', 'not_yet', 'held', 'dropped']
    when 'task' then array['granted', 'not_yet', 'held']
    when 'not_yet' then array['claimed', 'granted', 'held']
    when 'granted' then array['reversed']
    when 'reversed' then array['granted']
    else array[]::text[]
  end;
  if new.state <> all (allowed) then
    raise exception '% does not follow %', new.state, old.state
      using errcode = '23514', constraint = 'priorlearning_claim_moves_in_order';
  end if;
  if new.state in ('granted', 'task') and not exists (select from priorlearning_opinion o where o.claim_id = new.id) then
    raise exception 'nobody assessed it' using errcode = '23514', constraint = 'priorlearning_claim_was_assessed';
  end if;
  if new.state = 'reversed' and not exists (
       select from recognition_posting b where b.book = of_book and b.reverses = new.posting) then
    raise exception 'the credit still stands' using errcode = '23514', constraint = 'priorlearning_claim_was_reversed';
  end if;
  if old.state = 'reversed' and exists (
       select from recognition_posting b where b.book = of_book and b.reverses = new.posting) then
    raise exception 'no credit stands behind it' using errcode = '23514', constraint = 'priorlearning_claim_has_credit';
  end if;
  return new;
end $$;
drop trigger priorlearning_claim_moves on priorlearning_claim;
create trigger priorlearning_claim_moves before insert or update on priorlearning_claim
  for each row execute function priorlearning_claim_moves_v2();
