-- Posting, reversing, holding, moving (ledger.md §4.2 to §4.4). Run as ledger_owner. Calling rules: ledger_accounts_v1.sql.
--
-- Every transfer is answered with a code:
--   0 posted                                   5 same key twice in this call
--   1 already posted, same content             6 accounts of different units
--   2 no such account                          7 key used before with other content
--   3 malformed (one account twice, amount)    8 not posted because another of an all-or-nothing call was refused
--   4 insufficient                             9 frozen or closed
-- Precedence: 1 and 7, then 5, 3, 2, 9, 6, 4, 8. A refused transfer leaves no row: its key may be sent again in a new
-- call, while the same batch call answers as it first did. Calls that make no sense (nulls, unequal arrays, 0 or more
-- than 8,000 items, an isolation level other than read committed) raise.

-- One transfer.
create function ledger.post(
    p_book int, p_key uuid, p_debit bigint, p_credit bigint, p_amount bigint, p_kind smallint, p_ref bigint,
    p_effective timestamptz, p_actor bigint
) returns smallint language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    head bigint;
    known transfer;
    one balance;
    payer balance;
    payee balance;
begin
    -- A snapshot older than the lock would not see what the lock holders before us committed.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise 'read committed only' using errcode = '25001';
    end if;
    if num_nulls(p_book, p_key, p_debit, p_credit, p_amount, p_kind, p_ref, p_effective, p_actor) > 0 then
        raise 'a null' using errcode = '22004';
    end if;
    select last_seq into strict head from book where book = p_book for no key update;

    -- After the lock: a rival with this key has ended by now.
    select * into known from transfer where key = p_key and book = p_book;
    if found then
        return case
            when (known.debit, known.credit, known.amount, known.kind, known.ref, known.effective_at)
               = (p_debit, p_credit, p_amount, p_kind, p_ref, p_effective) then 1
            else 7
        end;
    end if;
    if p_debit = p_credit or p_amount not between 1 and 1000000000000 then
        return 3;
    end if;
    for one in select * from balance where account_id in (p_debit, p_credit) and book = p_book loop
        if one.account_id = p_debit then
            payer := one;
        else
            payee := one;
        end if;
    end loop;
    if payer.account_id is null or payee.account_id is null then
        return 2;
    elsif payer.state <> 0 or payee.state = 2 then
        return 9;
    elsif payer.unit <> payee.unit then
        return 6;
    elsif payer.balance - p_amount < payer.floor then
        return 4;
    end if;

    insert into transfer (key, seq, recorded_at, effective_at, debit, credit, amount, debit_after, credit_after, ref, actor,
                          book, kind)
        values (p_key, head + 1, clock_timestamp(), p_effective, p_debit, p_credit, p_amount, payer.balance - p_amount,
                payee.balance + p_amount, p_ref, p_actor, p_book, p_kind);
    update balance
        set balance = balance + case when account_id = p_debit then -p_amount else p_amount end, version = version + 1
        where account_id in (p_debit, p_credit) and book = p_book;
    update book set last_seq = head + 1 where book = p_book;
    return 0;
end
$$;

-- 1 to 8,000 transfers of one kind in one book, judged in their order: an item may spend what an earlier one brought.
-- `p_all`: all or nothing. `p_digest`: SHA-256 of what the client sent; the same `p_batch` with another digest raises.
create function ledger.post_batch(
    p_book int, p_batch uuid, p_digest bytea, p_actor bigint, p_all boolean, p_kind smallint,
    p_key uuid[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_ref bigint[], p_effective timestamptz[]
) returns smallint[] language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    items int := coalesce(cardinality(p_key), 0);
    posted int := 0;
    head bigint;
    at_ timestamptz;
    old batch;
    -- The accounts touched, side by side; `touched` counts the transfers on each.
    acc bigint[]; bal bigint[]; flo bigint[]; uni int[]; sta smallint[]; touched int[];
    -- The transfers that bear one of our keys already.
    k_key uuid[]; k_debit bigint[]; k_credit bigint[]; k_amount bigint[]; k_kind smallint[]; k_ref bigint[];
    k_effective timestamptz[];
    -- Per item: its code, where its two accounts stand in `acc`, both balances after it, its serial.
    codes_ smallint[]; payer int[]; payee int[]; payer_after bigint[]; payee_after bigint[]; serial bigint[];
    d int;
    c int;
    after bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise 'read committed only' using errcode = '25001';
    end if;
    if items not between 1 and 8000 or num_nulls(p_book, p_batch, p_digest, p_actor, p_all, p_kind) > 0 or exists (
        -- unnest pads the shorter array with null
        select from unnest(p_key, p_debit, p_credit, p_amount, p_ref, p_effective) u(k, d, c, m, r, e)
        where num_nulls(u.k, u.d, u.c, u.m, u.r, u.e) > 0
    ) then
        raise 'a null, an unequal array, no item or more than 8000' using errcode = '22023';
    end if;

    -- 1. The head row is the only lock: all writers of this book queue here, also the same call sent twice.
    select last_seq into strict head from book where book = p_book for no key update;

    -- 2. Look up. Each statement from here on sees all that the lock holders before us committed.
    select * into old from batch where key = p_batch and book = p_book;
    if found then
        if old.digest <> p_digest then
            raise 'batch key used before with other content' using errcode = 'LG007';
        end if;
        return old.codes;
    end if;
    -- Into arrays: a join here would hide the book from the router of a cluster.
    select array_agg(account_id), array_agg(balance), array_agg(floor), array_agg(unit), array_agg(state)
        into acc, bal, flo, uni, sta
        from balance
        where book = p_book and account_id = any (array(select unnest(p_debit) union select unnest(p_credit)));
    select array_agg(key), array_agg(debit), array_agg(credit), array_agg(amount), array_agg(kind), array_agg(ref),
           array_agg(effective_at)
        into k_key, k_debit, k_credit, k_amount, k_kind, k_ref, k_effective
        from transfer
        where book = p_book and key = any (p_key);
    at_ := clock_timestamp();

    -- 3. Decide: what does not depend on balances in one statement, what does in order and in memory.
    select array_agg(r order by o), array_agg(xi order by o), array_agg(yi order by o)
        into codes_, payer, payee
        from (
            select u.o, x.i xi, y.i yi, (
                case
                    when t.key is not null then
                        case
                            when (t.debit, t.credit, t.amount, t.kind, t.ref, t.effective_at)
                               = (u.d, u.c, u.m, p_kind, u.r, u.e) then 1
                            else 7
                        end
                    when row_number() over (partition by u.k order by u.o) > 1 then 5
                    when u.d = u.c or u.m not between 1 and 1000000000000 then 3
                    when x.i is null or y.i is null then 2
                    when sta[x.i] <> 0 or sta[y.i] = 2 then 9
                    when uni[x.i] <> uni[y.i] then 6
                    else 0
                end
            )::smallint r
            from unnest(p_key, p_debit, p_credit, p_amount, p_ref, p_effective) with ordinality u(k, d, c, m, r, e, o)
            left join unnest(acc) with ordinality x(a, i) on x.a = u.d
            left join unnest(acc) with ordinality y(a, i) on y.a = u.c
            left join unnest(k_key, k_debit, k_credit, k_amount, k_kind, k_ref, k_effective)
                t(key, debit, credit, amount, kind, ref, effective_at) on t.key = u.k
        ) judged;
    touched := array_fill(0, array[coalesce(cardinality(acc), 0)]);
    payer_after := array_fill(0::bigint, array[items]);
    payee_after := payer_after;
    serial := payer_after;
    for i in 1..items loop
        if codes_[i] = 0 then
            d := payer[i];
            after := bal[d] - p_amount[i];
            if after < flo[d] then
                codes_[i] := 4;
            else
                bal[d] := after;
                payer_after[i] := after;
                touched[d] := touched[d] + 1;
                c := payee[i];
                after := bal[c] + p_amount[i];
                bal[c] := after;
                payee_after[i] := after;
                touched[c] := touched[c] + 1;
                posted := posted + 1;
                serial[i] := head + posted;
            end if;
        end if;
    end loop;
    if p_all and exists (select from unnest(codes_) r where r not in (0, 1)) then
        codes_ := array(
            select case when r = 0 then 8 else r end from unnest(codes_) with ordinality u(r, o) order by o
        );
        posted := 0;
    end if;

    -- 4. Write: one statement each for transfers, balances, the head, the call; serials follow the order of the call.
    if posted > 0 then
        insert into transfer (key, seq, recorded_at, effective_at, debit, credit, amount, debit_after, credit_after, ref,
                              actor, book, kind)
            select u.k, u.s, at_, u.e, u.d, u.c, u.m, u.da, u.ca, u.r, p_actor, p_book, p_kind
            from unnest(p_key, serial, p_effective, p_debit, p_credit, p_amount, payer_after, payee_after, p_ref, codes_)
                u(k, s, e, d, c, m, da, ca, r, z)
            where u.z = 0;
        update balance b
            set balance = q.nb, version = b.version + q.nn
            from unnest(acc, bal, touched) q(a, nb, nn)
            where b.book = p_book and b.account_id = q.a and q.nn > 0;
        update book set last_seq = head + posted where book = p_book;
    end if;
    insert into batch (key, book, digest, actor, all_or_nothing, codes)
        values (p_batch, p_book, p_digest, p_actor, p_all, codes_);
    return codes_;
end
$$;

-- Key of a part of a larger request: version 8, keeps the 48 bits of time. `ledger.part_key` in Python is the same.
create function ledger.part_key(p_key uuid, p_part int) returns uuid language sql immutable as $$
    select encode(
        substr(uuid_send(p_key), 1, 6)
            || set_byte(set_byte(h, 0, 128 | (get_byte(h, 0) & 15)), 2, 128 | (get_byte(h, 2) & 63)),
        'hex'
    )::uuid
    from substr(sha256(uuid_send(p_key) || int4send(p_part)), 1, 10) h
$$;

-- Posts `p_of` back under `p_key`, with the same time of effect; `ref` is the serial of what is reversed.
-- 3: the end of a hold is hold_close, a move is undone by a move back, a reversal is not reversed. 7: reversed before under
-- another key. 4: the credits were spent already, which is a case for an officer and never a negative learner.
create function ledger.reverse(p_book int, p_key uuid, p_of uuid, p_reason text, p_actor bigint)
returns smallint language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    undone transfer;
    code smallint;
begin
    perform from book where book = p_book for no key update;
    select * into strict undone from transfer where key = p_of and book = p_book;
    if undone.kind between 6 and 9 then
        return 3;
    end if;
    if exists (select from reversal where reversed = p_of and book = p_book and by <> p_key) then
        return 7;
    end if;
    code := post(p_book, p_key, undone.credit, undone.debit, undone.amount, 9::smallint, undone.seq, undone.effective_at,
                 p_actor);
    if code = 0 then
        insert into reversal (reversed, by, book, reason) values (p_of, p_key, p_book, p_reason);
    end if;
    return code;
end
$$;

-- Sets `p_amount` of `p_source` aside on `p_hold`, a hold account of the same book, until `p_expires`.
create function ledger.hold_open(
    p_book int, p_key uuid, p_source bigint, p_hold bigint, p_amount bigint, p_ref bigint, p_effective timestamptz,
    p_expires timestamptz, p_actor bigint
) returns smallint language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    code smallint;
begin
    code := post(p_book, p_key, p_source, p_hold, p_amount, 6::smallint, p_ref, p_effective, p_actor);
    if code = 0 then
        insert into hold (key, book, source, hold_account, amount, expires_at)
            values (p_key, p_book, p_source, p_hold, p_amount, p_expires);
    end if;
    return code;
end
$$;

-- Ends a hold, once: `p_capture` of it goes to `p_target`, the rest back to where it came from. Capture 0 releases all.
-- 1: ended before in the same way. 7: ended before in another way. A part that cannot be posted raises LG00<code> and
-- undoes the other.
create function ledger.hold_close(
    p_book int, p_hold uuid, p_target bigint, p_capture bigint, p_ref bigint, p_effective timestamptz, p_actor bigint
) returns smallint language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    held hold;
    ended hold_end;
    captured_code smallint := 0;
    released_code smallint := 0;
begin
    -- A rival waits here until the first ends.
    perform from book where book = p_book for no key update;
    select * into strict held from hold where key = p_hold and book = p_book;
    if p_capture is null or p_capture not between 0 and held.amount then
        return 3;
    end if;
    select * into ended from hold_end where hold = p_hold and book = p_book;
    if ended.captured <> p_capture then
        return 7;
    end if;
    if p_capture > 0 then
        captured_code := post(p_book, part_key(p_hold, 1), held.hold_account, p_target, p_capture, 7::smallint, p_ref,
                              p_effective, p_actor);
    end if;
    if p_capture < held.amount then
        released_code := post(p_book, part_key(p_hold, 2), held.hold_account, held.source, held.amount - p_capture,
                              7::smallint, p_ref, p_effective, p_actor);
    end if;
    if ended.hold is not null then
        return greatest(captured_code, released_code);
    end if;
    if greatest(captured_code, released_code) > 0 then
        raise 'hold % not closed', p_hold using errcode = 'LG00' || greatest(captured_code, released_code);
    end if;
    insert into hold_end (hold, book, captured) values (p_hold, p_book, p_capture);
    return 0;
end
$$;

-- Registers the request of a transfer between books. 0 new, 1 the same request again, 7 another under this key.
-- The two halves are posted by the client in the same transaction (`learning.creditbank.ledger.move`).
create function ledger.move_begin(
    p_key uuid, p_pair bigint, p_source bigint, p_target bigint, p_amount bigint, p_ref bigint, p_effective timestamptz,
    p_actor bigint
) returns smallint language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    known move;
begin
    -- A rival waits here.
    insert into move (key, pair, source, target, amount, ref, effective_at, actor)
        values (p_key, p_pair, p_source, p_target, p_amount, p_ref, p_effective, p_actor)
        on conflict (key) do nothing;
    if found then
        return 0;
    end if;
    select * into known from move where key = p_key;
    return case
        when (known.source, known.target, known.amount, known.ref, known.effective_at)
           = (p_source, p_target, p_amount, p_ref, p_effective) then 1
        else 7
    end;
end
$$;
