-- Accounts of kind `collective` (C-91). Run as ledger_owner.
--
-- What a collective earns is of classes of its own, numbered from 1,000,000 on. A transfer never joins two classes, so
-- no posting, hold or move can lead from a collective to a learner: no account of a learner can be of such a class. The
-- guarantee costs the way of every posting nothing.
alter table ledger.account drop constraint account_owner_kind_known;
alter table ledger.account
    -- 5: a collective.
    add constraint account_owner_kind_known check (owner_kind between 1 and 5) not valid,
    -- A collective has its main accounts, all in the one book that follows from its number.
    add constraint account_of_collective_in_own_book
        check (owner_kind <> 5 or (owner_id % 256 = book and role = 1)) not valid,
    add constraint account_of_collective_holds_its_own check (owner_kind <> 5 or unit >= 1000000) not valid,
    -- Beside collectives themselves: who issues to them and takes what lapses, and what clears between their books.
    add constraint account_units_of_collectives_apart check (
        unit < 1000000 or owner_kind = 5 or (owner_kind = 2 and role in (3, 4)) or (owner_kind = 4 and role = 6)
    ) not valid;

-- As ledger_accounts_v1.sql; the floor of a collective never changes either.
create or replace function ledger.set_floor(
    p_book int, p_account bigint, p_floor bigint, p_reason text, p_actor bigint
) returns smallint language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    now_ balance;
    fixed boolean;
begin
    if num_nulls(p_book, p_account, p_floor, p_reason, p_actor) > 0 then
        raise 'a null' using errcode = '22004';
    end if;
    perform from book where book = p_book for no key update;
    select owner_kind in (1, 5) or role in (2, 6) into fixed from account where id = p_account and book = p_book;
    if not found then
        return 2;
    end if;
    if fixed or p_floor not between -4000000000000000000 and 0 or p_reason = '' then
        return 3;
    end if;
    select * into now_ from balance where account_id = p_account and book = p_book;
    if now_.floor = p_floor then
        return 1;
    end if;
    if now_.balance < p_floor then
        return 4;
    end if;
    update balance set floor = p_floor where account_id = p_account and book = p_book;
    insert into account_change (account_id, book, n, state, floor, reason, actor)
        select p_account, p_book, count(*) + 1, now_.state, p_floor, p_reason, p_actor
        from account_change where account_id = p_account and book = p_book;
    return 0;
end
$$;
