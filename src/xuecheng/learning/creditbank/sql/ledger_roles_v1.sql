-- Roles of the ledger (ledger.md §4.1 "Privileges"). Roles belong to the whole server, so other databases of the same
-- server, and other migrations running at this moment, may be making them too: whoever comes second finds them made.
--
--   ledger_owner    owns everything; nobody logs in as it (on a Citus cluster it must, from the nodes only)
--   ledger_app      posts, opens, reverses, holds, moves; reads
--   ledger_sealer   seals, publishes city heads, notes anchors, verifies; reads
--   ledger_auditor  verifies; reads
--   xuecheng_app    the application's login; member of the three above
--
-- The application is a member of ledger_sealer and ledger_auditor as well, so that web server and worker need one login
-- only. That gives it no power over history: no role above holds INSERT, UPDATE, DELETE or TRUNCATE on any table, and
-- the functions for sealing only append what the rows already say (tests/learning/creditbank/ledger/test_rights.py).
do $$
declare
    wanted text;
    granted record;
begin
    foreach wanted in array array['ledger_owner', 'ledger_app', 'ledger_sealer', 'ledger_auditor', 'xuecheng_app'] loop
        begin
            if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
                execute format('create role %I nologin', wanted);
            end if;
        exception
            -- A rival that committed before our check of the name is the first, one that commits while we wait the second.
            when duplicate_object or unique_violation then null;
        end;
    end loop;

    -- The last row lets a migrating user who is no superuser (CREATEROLE and owner of the database) act as the owner:
    -- from PostgreSQL 16 on, having made a role does not mean being able to set it.
    for granted in
        select g.role, g.member
        from (values ('ledger_app', 'xuecheng_app'), ('ledger_sealer', 'xuecheng_app'), ('ledger_auditor', 'xuecheng_app'),
                     ('ledger_owner', current_user::text)) g(role, member)
        where g.member <> 'ledger_owner'
          and not (g.role = 'ledger_owner' and (select rolsuper from pg_catalog.pg_roles where rolname = current_user))
    loop
        for attempt in 1..5 loop
            begin
                execute format('grant %I to %I', granted.role, granted.member);
                exit;
            exception
                -- PostgreSQL 15 updates the row of a membership without a lock ("tuple concurrently updated").
                when unique_violation or duplicate_object or internal_error then
                    if attempt = 5 then
                        raise;
                    end if;
                    perform pg_catalog.pg_sleep(0.05 * attempt);
                -- A membership given by an administrator beforehand is as good; what is missing shows at once below.
                when insufficient_privilege then
                    if not pg_catalog.pg_has_role(granted.member, granted.role, 'MEMBER') then
                        raise;
                    end if;
                    exit;
            end;
        end loop;
    end loop;
end
$$;

-- A superuser needs no grant: whoever owns the database lets the owner of the ledger make its schema there.
create schema if not exists ledger authorization ledger_owner;
