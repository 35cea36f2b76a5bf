-- Opening accounts and ruling over them (ledger.md §4.1 "Kinds of account", §4.4). Run as ledger_owner.
--
-- Calling rules of all functions here (ledger.md §4.3): from the client, as `select ledger.f(…)` alone with plain values;
-- `p_book` first and in every WHERE; no whole row as an argument; no `case x when param`. All of it is free on one server
-- and needed on a Citus cluster. The head row of the book is the only lock, and every writer takes it first.

-- The book of a learner, for ever. `learning.creditbank.ledger.book_of` says the same.
create function ledger.book_of(p_learner bigint) returns int language sql immutable strict parallel safe as $$
    select (p_learner % 256)::int
$$;

-- Takes the lock of a book and answers its newest serial: for whoever must read, decide and post as one step, such as
-- recognition, whose caps depend on what was posted before. Released when the transaction ends.
create function ledger.lock_book(p_book int)
returns bigint language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    head bigint;
begin
    select last_seq into strict head from book where book = p_book for no key update;
    return head;
end
$$;

-- Answers the account of this owner, role and class of credit in this book; opens it if there is none.
create function ledger.open_account(p_book int, p_owner_kind smallint, p_owner bigint, p_role smallint, p_unit int)
returns bigint language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    opened bigint;
begin
    perform from book where book = p_book for no key update;
    select id into opened from account
        where (owner_kind, owner_id, role, unit, book) = (p_owner_kind, p_owner, p_role, p_unit, p_book);
    if found then
        return opened;
    end if;
    update book set last_account = last_account + 1 where book = p_book
        returning (p_book::bigint << 40) + last_account into strict opened;
    insert into account (id, book, owner_kind, owner_id, role, unit)
        values (opened, p_book, p_owner_kind, p_owner, p_role, p_unit);
    -- What issues and what clears may fall without limit: their balance is minus what they gave.
    insert into balance (account_id, book, unit, floor)
        values (opened, p_book, p_unit, case when p_role in (3, 6) then -4000000000000000000 else 0 end);
    return opened;
end
$$;

-- As open_account, for 1 to 8,000 at once: the numbers in the order asked, the same twice if asked twice.
create function ledger.open_accounts(
    p_book int, p_owner_kind smallint[], p_owner bigint[], p_role smallint[], p_unit int[]
) returns bigint[] language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    last bigint;
    old_id bigint[]; old_kind smallint[]; old_owner bigint[]; old_role smallint[]; old_unit int[];
    new_id bigint[]; new_kind smallint[]; new_owner bigint[]; new_role smallint[]; new_unit int[];
begin
    if coalesce(cardinality(p_owner), 0) not between 1 and 8000 or p_book is null or exists (
        -- unnest pads the shorter array with null
        select from unnest(p_owner_kind, p_owner, p_role, p_unit) u(k, o, r, c) where num_nulls(u.k, u.o, u.r, u.c) > 0
    ) then
        raise 'a null, an unequal array, no item or more than 8000' using errcode = '22023';
    end if;
    select last_account into strict last from book where book = p_book for no key update;
    -- Into arrays: a join here would hide the book from the router of a cluster.
    select array_agg(id), array_agg(owner_kind), array_agg(owner_id), array_agg(role), array_agg(unit)
        into old_id, old_kind, old_owner, old_role, old_unit
        from account
        where book = p_book and owner_kind = any (array(select distinct unnest(p_owner_kind)))
            and owner_id = any (array(select distinct unnest(p_owner)));
    select array_agg((p_book::bigint << 40) + last + n), array_agg(k), array_agg(o), array_agg(r), array_agg(c)
        into new_id, new_kind, new_owner, new_role, new_unit
        from (
            select u.k, u.o, u.r, u.c, row_number() over (order by min(u.i)) n
            from unnest(p_owner_kind, p_owner, p_role, p_unit) with ordinality u(k, o, r, c, i)
            left join unnest(old_id, old_kind, old_owner, old_role, old_unit) a(id, k, o, r, c)
                on (a.k, a.o, a.r, a.c) = (u.k, u.o, u.r, u.c)
            where a.id is null
            group by u.k, u.o, u.r, u.c
        ) missing;
    if new_id is not null then
        insert into account (id, book, owner_kind, owner_id, role, unit)
            select u.id, p_book, u.k, u.o, u.r, u.c
            from unnest(new_id, new_kind, new_owner, new_role, new_unit) u(id, k, o, r, c);
        insert into balance (account_id, book, unit, floor)
            select u.id, p_book, u.c, case when u.r in (3, 6) then -4000000000000000000 else 0 end
            from unnest(new_id, new_role, new_unit) u(id, r, c);
        update book set last_account = last + cardinality(new_id) where book = p_book;
    end if;
    return array(
        select a.id
        from unnest(p_owner_kind, p_owner, p_role, p_unit) with ordinality u(k, o, r, c, i)
        join unnest(old_id || new_id, old_kind || new_kind, old_owner || new_owner, old_role || new_role,
                    old_unit || new_unit) a(id, k, o, r, c) on (a.k, a.o, a.r, a.c) = (u.k, u.o, u.r, u.c)
        order by u.i
    );
end
$$;

-- Opens (0), freezes (1) or closes (2) an account, with who and why.
-- Answers 0 done, 1 it is so already, 2 no such account, 3 no such state or no reason.
create function ledger.set_state(p_book int, p_account bigint, p_state smallint, p_reason text, p_actor bigint)
returns smallint language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    now_ balance;
begin
    if num_nulls(p_book, p_account, p_state, p_reason, p_actor) > 0 then
        raise 'a null' using errcode = '22004';
    end if;
    perform from book where book = p_book for no key update;
    select * into now_ from balance where account_id = p_account and book = p_book;
    if not found then
        return 2;
    end if;
    if p_state not between 0 and 2 or p_reason = '' then
        return 3;
    end if;
    if now_.state = p_state then
        return 1;
    end if;
    update balance set state = p_state where account_id = p_account and book = p_book;
    insert into account_change (account_id, book, n, state, floor, reason, actor)
        select p_account, p_book, count(*) + 1, p_state, now_.floor, p_reason, p_actor
        from account_change where account_id = p_account and book = p_book;
    return 0;
end
$$;

-- Moves the floor of an account, which is minus the budget of an institution in this book, with who and why.
-- Answers 0 done, 1 it is so already, 2 no such account, 3 malformed, 4 the balance lies below that floor already.
-- A learner never owes, a hold never gives more than it holds, and what clears must never refuse: those floors stay.
create function ledger.set_floor(p_book int, p_account bigint, p_floor bigint, p_reason text, p_actor bigint)
returns smallint language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    now_ balance;
    fixed boolean;
begin
    if num_nulls(p_book, p_account, p_floor, p_reason, p_actor) > 0 then
        raise 'a null' using errcode = '22004';
    end if;
    perform from book where book = p_book for no key update;
    select owner_kind = 1 or role in (2, 6) into fixed from account where id = p_account and book = p_book;
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
