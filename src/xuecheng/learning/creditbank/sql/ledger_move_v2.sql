-- Registers the request of a transfer between books. 0 new, 1 the same request again, 7 another under this key.
-- The two halves are posted by the client in the same transaction (`learning.creditbank.ledger.move`).
create or replace function ledger.move_begin(
    p_key uuid, p_pair bigint, p_source bigint, p_target bigint, p_amount bigint, p_ref bigint, p_effective timestamptz,
    p_actor bigint
) returns smallint language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    known move;
begin
    -- A rival waits here. No target is named: of two that come at the same instant the later may meet the rival in the
    -- index of `pair`, which follows from the key, before it knows that the key is taken; with (key) alone that is an error.
    insert into move (key, pair, source, target, amount, ref, effective_at, actor)
        values (p_key, p_pair, p_source, p_target, p_amount, p_ref, p_effective, p_actor)
        on conflict do nothing;
    if found then
        return 0;
    end if;
    select * into known from move where key = p_key;
    if not found then
        raise 'pair % belongs to another request', p_pair using errcode = '23505', constraint = 'move_pair_once';
    end if;
    return case
        when (known.source, known.target, known.amount, known.ref, known.effective_at)
           = (p_source, p_target, p_amount, p_ref, p_effective) then 1
        else 7
    end;
end
$$;
