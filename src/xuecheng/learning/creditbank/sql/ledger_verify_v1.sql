-- Verifying (ledger.md §4.7). Run as ledger_owner. Calling rules: ledger_accounts_v1.sql.

-- The digests of a block taken apart, one row each.
create function ledger.pieces(p_digests bytea) returns table (seq bytea, digest bytea) language sql immutable as $$
    select substr(p_digests, i, 8), substr(p_digests, i + 8, 32) from generate_series(1, length(p_digests), 40) i
$$;

-- What is wrong with block `p_n`, read against the block before it and the rows; no row: all is well.
create function ledger.verify_block(p_book int, p_n bigint)
returns table (block bigint, what text, bad_seq bigint) language plpgsql stable set search_path = ledger, pg_temp as $$
declare
    prev seal;
    this seal;
    actual record;
begin
    select * into prev from seal where book = p_book and n = p_n - 1;
    select * into this from seal where book = p_book and n = p_n;
    if prev.n is null or this.n is null or this.first_seq <> prev.last_seq + 1 or this.closed_at <= prev.closed_at
        or this.hash <> seal_hash(prev.hash, p_book, this.n, this.first_seq, this.last_seq, this.rows, this.closed_at,
                                  this.digests)
    then
        return query select p_n, 'the seal itself was changed', null::bigint;
        return;
    end if;
    select * into actual from seal_digests(p_book, this.first_seq, this.last_seq);
    if actual.digests <> this.digests then
        return query
            select
                p_n,
                case
                    when s.seq is null then 'row added after sealing'
                    when a.seq is null then 'row missing'
                    else 'row changed'
                end,
                ('x' || encode(coalesce(s.seq, a.seq), 'hex'))::bit(64)::bigint
            from pieces(this.digests) s
            full join pieces(actual.digests) a on s.seq = a.seq
            where s.digest is distinct from a.digest
            order by 3
            limit 1;
    end if;
end
$$;

-- Walks the chain of a book from block `p_from` on, whose predecessor's hash must be anchored or the genesis.
-- First answer = first bad block, first bad serial in it; no row: all is well.
create function ledger.verify_book(p_book int, p_from bigint)
returns table (block bigint, what text, bad_seq bigint) language plpgsql stable set search_path = ledger, pg_temp as $$
declare
    this bigint;
begin
    perform from seal where book = p_book and n = p_from - 1;
    if not found then
        raise 'book % has no block %', p_book, p_from - 1 using errcode = 'P0002';
    end if;
    for this in select n from seal where book = p_book and n >= p_from order by n loop
        return query select v.block, v.what, v.bad_seq from verify_block(p_book, this) v;
        if found then
            return;
        end if;
    end loop;
end
$$;
