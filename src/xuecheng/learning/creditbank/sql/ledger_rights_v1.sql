-- Rights of the ledger (ledger.md §4.1 "Privileges", §4.7). Run as ledger_owner, after the last function, and again after
-- every later "create function", which PUBLIC may execute until then. Everything is named in full: on a Citus cluster an
-- unqualified revoke fails on the workers and leaves PUBLIC its EXECUTE.
revoke all on schema ledger from public;
-- Not "in schema": that form cannot take away the built-in grant.
alter default privileges revoke execute on functions from public;
grant usage on schema ledger to ledger_app, ledger_sealer, ledger_auditor;
-- Reading only: no role but the owner writes to a table.
grant select on all tables in schema ledger to ledger_app, ledger_sealer, ledger_auditor;

do $$
declare
    f record;
begin
    for f in
        select
            p.proname,
            format('%I.%I(%s)', 'ledger', p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) as signature
        from pg_catalog.pg_proc p
        where p.pronamespace = 'ledger'::regnamespace
    loop
        execute format('revoke all on function %s from public', f.signature);
        if f.proname in ('book_of', 'part_key') then
            execute format('grant execute on function %s to ledger_app, ledger_sealer, ledger_auditor', f.signature);
        elsif f.proname in ('lock_book', 'open_account', 'open_accounts', 'set_state', 'set_floor', 'post', 'post_batch',
                            'reverse', 'hold_open', 'hold_close', 'move_begin') then
            execute format('grant execute on function %s to ledger_app', f.signature);
        elsif f.proname in ('seal_one', 'publish_city_head', 'note_anchor') then
            execute format('grant execute on function %s to ledger_sealer', f.signature);
        elsif f.proname in ('row_bytes', 'seal_digests', 'seal_hash', 'city_hash', 'pieces', 'verify_block',
                            'verify_book') then
            execute format('grant execute on function %s to ledger_sealer, ledger_auditor', f.signature);
        end if;
    end loop;
end
$$;
