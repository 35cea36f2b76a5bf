create function foreign_record_moves_v1() returns trigger language plpgsql as $$
declare
  allowed text[];
  of_book int := new.learner_id % 256;
  moves text[] := array['state', 'wait', 'waits_since', 'round', 'contested_at', 'revoked_at', 'asked_words', 'words', 'issuer_id',
    'rule_id', 'unit_id', 'credits_given', 'record_id', 'posting', 'decided_by_id', 'decided_at', 'first_decided_by_id',
    'proof', 'findings', 'checked_at'];
begin
  if tg_op = 'DELETE' then
    raise exception 'records from outside stay' using errcode = '23514', constraint = 'foreign_record_stays';
  end if;
  if tg_op = 'INSERT' then
    if new.state <> 'waiting' or new.posting is not null then
      raise exception 'a record begins waiting' using errcode = '23514', constraint = 'foreign_record_begins';
    end if;
    return new;
  end if;
  -- The erasure of a person may blank what identifies them.
  if to_jsonb(new) - moves - array['identifier', 'place', 'signed_by'] is distinct from
     to_jsonb(old) - moves - array['identifier', 'place', 'signed_by']
     or (old.posting is not null and old.state <> 'reversed'
         and (new.posting, new.record_id, new.unit_id, new.credits_given) is distinct from
             (old.posting, old.record_id, old.unit_id, old.credits_given)) then
    raise exception 'what came in stays' using errcode = '23514', constraint = 'foreign_record_content_stays';
  end if;
  if new.state = 'credited' and old.state <> 'credited' and not exists (
       select from recognition_posting p
       where p.key = new.posting and p.book = of_book and p.learner_id = new.learner_id and p.unit_id = new.unit_id
         and p.credits = new.credits_given and p.record_id = new.record_id and p.reverses is null) then
    raise exception 'no credit stands behind it' using errcode = '23514', constraint = 'foreign_record_has_credit';
  end if;
  if new.state = old.state then
    return new;
  end if;
  allowed := case old.state
    when 'waiting' then array['credited', 'refused', 'dropped']
    when 'refused' then array['waiting']
    when 'credited' then array['reversed']
    when 'reversed' then array['credited']
    else array[]::text[]
  end;
  if new.state <> all (allowed) or (old.state = 'refused' and new.round <> 2) then
    raise exception '% does not follow %', new.state, old.state
      using errcode = '23514', constraint = 'foreign_record_moves_in_order';
  end if;
  if new.state = 'reversed' and not exists (
       select from recognition_posting b where b.book = of_book and b.reverses = new.posting) then
    raise exception 'the credit still stands' using errcode = '23514', constraint = 'foreign_record_was_reversed';
  end if;
  return new;
end $$;
create or replace trigger foreign_record_moves before insert or update or delete on foreign_foreignrecord
  for each row execute function foreign_record_moves_v1();
drop function foreign_record_moves_v2();
