-- Sealing (ledger.md §4.6). Run as ledger_owner. Calling rules: ledger_accounts_v1.sql.
--
-- Chain per book. A serial is taken under the head row's lock and the rows commit with it, so what `last_seq` says is
-- complete: lock the head row, seal up to it. Nothing here changes a row; it appends what the rows say.

-- The bytes of a transfer that are hashed: all columns, each at fixed width.
create function ledger.row_bytes(
    p_book int, p_key uuid, p_seq bigint, p_recorded timestamptz, p_effective timestamptz, p_debit bigint, p_credit bigint,
    p_amount bigint, p_debit_after bigint, p_credit_after bigint, p_ref bigint, p_actor bigint, p_kind smallint
) returns bytea language sql immutable as $$
    select int4send(p_book) || uuid_send(p_key) || int8send(p_seq) || timestamptz_send(p_recorded)
        || timestamptz_send(p_effective) || int8send(p_debit) || int8send(p_credit) || int8send(p_amount)
        || int8send(p_debit_after) || int8send(p_credit_after) || int8send(p_ref) || int8send(p_actor) || int2send(p_kind)
$$;

-- Per row of p_first..p_last its serial (8 bytes) and SHA-256 (32 bytes), in order; and how many rows there are.
create function ledger.seal_digests(p_book int, p_first bigint, p_last bigint)
returns table (digests bytea, rows int) language sql stable as $$
    select
        coalesce(string_agg(
            int8send(t.seq) || sha256(ledger.row_bytes(
                t.book, t.key, t.seq, t.recorded_at, t.effective_at, t.debit, t.credit, t.amount, t.debit_after,
                t.credit_after, t.ref, t.actor, t.kind
            )),
            ''::bytea order by t.seq
        ), ''),
        count(*)::int
    from ledger.transfer t
    where t.book = p_book and t.seq between p_first and p_last
$$;

-- Hash of a block: over the block before, its place in the chain, the time of the cut and the digests.
create function ledger.seal_hash(
    p_prev bytea, p_book int, p_n bigint, p_first bigint, p_last bigint, p_rows int, p_closed timestamptz, p_digests bytea
) returns bytea language sql immutable as $$
    select sha256(
        p_prev || int4send(p_book) || int8send(p_n) || int8send(p_first) || int8send(p_last) || int4send(p_rows)
            || timestamptz_send(p_closed) || p_digests
    )
$$;

-- Seals the next block of at most `p_rows` rows; with `p_empty` also when there is nothing, which marks a time.
-- True: more is left, call again.
create function ledger.seal_one(p_book int, p_rows int, p_empty boolean)
returns boolean language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    head bigint;
    prev seal;
    last bigint;
    found_ record;
    at_ timestamptz;
begin
    if p_rows is null or p_rows not between 1 and 100000 then
        raise 'a block has 1 to 100000 rows' using errcode = '22023';
    end if;
    -- One sealer, and no poster, in this book.
    select last_seq into strict head from book where book = p_book for no key update;
    select * into strict prev from seal where book = p_book order by n desc limit 1;
    if head = prev.last_seq and not p_empty then
        return false;
    end if;
    last := least(head, prev.last_seq + p_rows);
    select * into found_ from seal_digests(p_book, prev.last_seq + 1, last);
    if found_.rows <> last - prev.last_seq then
        raise 'book %: a serial is missing in % .. %', p_book, prev.last_seq + 1, last using errcode = 'LG100';
    end if;
    -- The clock may step back, the chain never does.
    at_ := greatest(clock_timestamp(), prev.closed_at + interval '1 microsecond');
    insert into seal (book, n, first_seq, last_seq, rows, closed_at, digests, hash)
        values (
            p_book, prev.n + 1, prev.last_seq + 1, last, found_.rows, at_, found_.digests,
            seal_hash(prev.hash, p_book, prev.n + 1, prev.last_seq + 1, last, found_.rows, at_, found_.digests)
        );
    return last < head;
end
$$;

-- Hash of a city head: over the one before, its number and time, and the newest (book, n, hash) of every book.
create function ledger.city_hash(p_prev bytea, p_n bigint, p_at timestamptz, p_heads bytea)
returns bytea language sql immutable as $$
    select sha256(p_prev || int8send(p_n) || timestamptz_send(p_at) || p_heads)
$$;

-- Writes the next city head and answers its number. Reads all books, so on a cluster it runs on the coordinator.
create function ledger.publish_city_head()
returns bigint language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    prev city_head;
    heads_ bytea;
    at_ timestamptz;
begin
    -- The first row is the lock of the chain: it never goes, and publishers queue on it.
    perform from city_head where n = 0 for no key update;
    select * into strict prev from city_head order by n desc limit 1;
    select string_agg(int4send(book) || int8send(n) || hash, ''::bytea order by book) into heads_
        from (select distinct on (book) book, n, hash from seal order by book, n desc) newest;
    at_ := greatest(clock_timestamp(), prev.at + interval '1 microsecond');
    insert into city_head (n, at, heads, hash)
        values (prev.n + 1, at_, heads_, city_hash(prev.hash, prev.n + 1, at_, heads_));
    return prev.n + 1;
end
$$;

-- Notes where city head `p_n` was made known. Answers its hash, which is what stands there.
create function ledger.note_anchor(p_n bigint, p_place text)
returns bytea language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
    known bytea;
begin
    select hash into strict known from city_head where n = p_n;
    insert into anchor (n, hash, place) values (p_n, known, p_place) on conflict (n, place) do nothing;
    return known;
end
$$;
