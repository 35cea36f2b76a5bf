-- Tables of the ledger (ledger.md §4.1, scale-out.md §4). Run as ledger_owner.
--
-- 256 books for ever; every account lies in one book, no transfer crosses books, and a book has its own lock, serials,
-- batches and seal chain, so that it can move to another server whole. Hence `book` is the last column of every key,
-- nothing here has an identity or a sequence, and no foreign key leads to or from a table outside this schema.

-- Head row of a book: the lock of its book, the only source of its serials and account numbers.
create table ledger.book (
    book int not null,
    last_seq bigint not null default 0,
    last_account bigint not null default 0,

    constraint book_once primary key (book),
    -- The number of books is part of every account number and never changes.
    constraint book_is_one_of_256 check (book between 0 and 255)
)
-- Every posting updates a head row: with room on its page it stays there and no index is touched.
with (fillfactor = 10);

-- What an account is; never changes.
create table ledger.account (
    id bigint not null,             -- (book << 40) + n, below 2^53 and so safe in JavaScript
    book int not null,
    owner_kind smallint not null,   -- 1 learner, 2 institution, 3 partner, 4 platform
    owner_id bigint not null,
    role smallint not null,         -- 1 main, 2 hold, 3 issuing, 4 expiry, 5 suspense, 6 clearing
    unit int not null,              -- class of credit: framework, kind, level; units never mix
    opened_at timestamptz not null default clock_timestamp(),

    constraint account_once primary key (id, book),
    -- One account per owner, role, class of credit and book; institutions have one sub-account in each book.
    constraint account_owner_role_unit_once unique (owner_kind, owner_id, role, unit, book),
    constraint account_book_exists foreign key (book) references ledger.book,
    -- The number names the book, so that a transfer can be checked without looking accounts up.
    constraint account_number_carries_book check (id >> 40 = book),
    constraint account_owner_kind_known check (owner_kind between 1 and 4),
    constraint account_role_known check (role between 1 and 6),
    -- A learner has all accounts in the one book that follows from the learner's number, and only main and hold.
    constraint account_of_learner_in_own_book check (owner_kind <> 1 or (owner_id % 256 = book and role in (1, 2))),
    -- Clearing accounts, one per book and class of credit, are the platform's.
    constraint account_clearing_is_platforms check (role <> 6 or owner_kind = 4)
);

-- What an account holds now: narrow and hot. No further column, and never an index on the balance (ledger.md §3.4).
create table ledger.balance (
    account_id bigint not null,
    book int not null,
    unit int not null,                    -- as the account's, here to be read with the balance
    state smallint not null default 0,    -- 0 open, 1 frozen (receives only), 2 closed
    floor bigint not null default 0,      -- the balance never falls below; issuing and clearing: the lowest there is
    balance bigint not null default 0,    -- hundredths of a credit
    version bigint not null default 0,    -- how many transfers touched it

    constraint balance_once primary key (account_id, book),
    constraint balance_of_account foreign key (account_id, book) references ledger.account,
    constraint balance_state_known check (state in (0, 1, 2)),
    constraint balance_floor_at_most_zero check (floor between -4000000000000000000 and 0),
    -- Nobody spends what they do not have, whatever the application believes.
    constraint balance_above_floor check (balance >= floor)
)
with (fillfactor = 70);

-- Every change of an account's state or floor, with who and why; the newest row says what `balance` says.
create table ledger.account_change (
    account_id bigint not null,
    book int not null,
    n int not null,
    state smallint not null,
    floor bigint not null,
    reason text not null,
    actor bigint not null,
    at timestamptz not null default clock_timestamp(),

    constraint account_change_once primary key (account_id, book, n),
    constraint account_change_of_account foreign key (account_id, book) references ledger.account,
    constraint account_change_has_reason check (reason <> '')
);

-- One row per batch call: makes the whole call idempotent.
create table ledger.batch (
    key uuid not null,
    book int not null,
    digest bytea not null,                -- SHA-256 of what the client sent
    actor bigint not null,
    all_or_nothing boolean not null,
    codes smallint[] not null,            -- the answer; the same call gets it again
    at timestamptz not null default clock_timestamp(),

    constraint batch_key_once primary key (key, book),
    constraint batch_book_exists foreign key (book) references ledger.book,
    constraint batch_digest_is_sha256 check (length(digest) = 32)
);

-- The books themselves: from `debit` to `credit`, one amount, both balances after it. Sums to zero by shape.
-- No foreign keys on debit and credit (44 % CPU, ledger.md §3.4): the functions lock the book, accounts never go away.
create table ledger.transfer (
    key uuid not null,                    -- the client's idempotency key; its first 48 bits are the time of the event
    seq bigint not null,                  -- serial within the book, gapless, in commit order
    recorded_at timestamptz not null,     -- when we wrote it
    effective_at timestamptz not null,    -- when it counts
    debit bigint not null,                -- from
    credit bigint not null,               -- to
    amount bigint not null,               -- hundredths of a credit
    debit_after bigint not null,
    credit_after bigint not null,
    ref bigint not null,                  -- document behind it; in which table depends on kind
    actor bigint not null,                -- who
    book int not null,                    -- side by side with kind, so that the book costs no byte of the row
    kind smallint not null,               -- 6 hold, 7 capture or release, 8 half of a move, 9 reversal, from 10 the product's

    -- A key is unique in its book only: see the reconciliation for keys in two books.
    constraint transfer_key_once primary key (key, book),
    constraint transfer_serial_once unique (book, seq),
    constraint transfer_between_two_accounts check (debit <> credit),
    constraint transfer_amount_bounded check (amount between 1 and 1000000000000),
    -- No transfer crosses books; `move` makes two.
    constraint transfer_inside_one_book check (debit >> 40 = book and credit >> 40 = book)
);
create index transfer_debit on ledger.transfer (debit, seq);
create index transfer_credit on ledger.transfer (credit, seq);

-- Request of a transfer between books, unique in the city (a plain local table on a cluster).
create table ledger.move (
    key uuid not null,
    pair bigint not null,                 -- `ref` of both halves
    source bigint not null,
    target bigint not null,
    amount bigint not null,
    ref bigint not null,
    effective_at timestamptz not null,
    actor bigint not null,
    at timestamptz not null default clock_timestamp(),

    constraint move_key_once primary key (key),
    constraint move_pair_once unique (pair),
    -- Inside one book a plain transfer does.
    constraint move_between_two_books check (source >> 40 <> target >> 40)
);

-- At most one reversal per transfer, by primary key.
create table ledger.reversal (
    reversed uuid not null,
    by uuid not null,
    book int not null,
    reason text not null,
    at timestamptz not null default clock_timestamp(),

    constraint reversal_once primary key (reversed, book),
    constraint reversal_by_one_transfer unique (by, book),
    constraint reversal_of_transfer foreign key (reversed, book) references ledger.transfer,
    constraint reversal_is_transfer foreign key (by, book) references ledger.transfer,
    constraint reversal_of_another check (reversed <> by),
    constraint reversal_has_reason check (reason <> '')
);

-- Credits set aside while somebody else answers; the key is that of the transfer source → hold account.
create table ledger.hold (
    key uuid not null,
    book int not null,
    source bigint not null,
    hold_account bigint not null,
    amount bigint not null,
    expires_at timestamptz not null,

    constraint hold_once primary key (key, book),
    constraint hold_is_transfer foreign key (key, book) references ledger.transfer
);

-- How a hold ended: captured, released or partly both, once.
create table ledger.hold_end (
    hold uuid not null,
    book int not null,
    captured bigint not null,
    at timestamptz not null default clock_timestamp(),

    constraint hold_end_once primary key (hold, book),
    constraint hold_end_of_hold foreign key (hold, book) references ledger.hold,
    constraint hold_end_captures_no_less_than_nothing check (captured >= 0)
);

-- Sealed blocks: one chain per book, first_seq..last_seq without a gap between blocks (ledger.md §4.6).
create table ledger.seal (
    book int not null,
    n bigint not null,
    first_seq bigint not null,
    last_seq bigint not null,
    rows int not null,
    closed_at timestamptz not null,       -- taken under the head row's lock and never backwards: a true cut
    digests bytea not null,               -- per row 8 bytes of serial and 32 of SHA-256
    hash bytea not null,

    constraint seal_once primary key (book, n),
    -- A cut is asked for by its time.
    constraint seal_cut_once unique (book, closed_at),
    constraint seal_book_exists foreign key (book) references ledger.book,
    constraint seal_digests_one_per_row check (length(digests) = rows * 40),
    constraint seal_hash_is_sha256 check (length(hash) = 32),
    constraint seal_rows_without_gap check (rows = last_seq - first_seq + 1)
);
-- Hashes do not compress; trying costs time.
alter table ledger.seal alter column digests set storage external;

-- The newest (book, n, hash) of every book at one time, chained (plain local on a cluster).
create table ledger.city_head (
    n bigint not null,
    at timestamptz not null,
    heads bytea not null,                 -- per book 4 bytes of number, 8 of block, 32 of hash
    hash bytea not null,

    constraint city_head_once primary key (n),
    constraint city_head_whole_books check (length(heads) % 44 = 0),
    constraint city_head_hash_is_sha256 check (length(hash) = 32)
);

-- Where a city head was made known outside the reach of the database's owner.
create table ledger.anchor (
    n bigint not null,
    hash bytea not null,
    place text not null,
    at timestamptz not null default clock_timestamp(),

    -- Noting the same place twice says nothing new.
    constraint anchor_once_per_place primary key (n, place),
    constraint anchor_of_city_head foreign key (n) references ledger.city_head
);

insert into ledger.book select generate_series(0, 255);
insert into ledger.seal
    select book, 0, 1, 0, 0, clock_timestamp(), '', sha256('ledger genesis v2'::bytea || int4send(book)) from ledger.book;
insert into ledger.city_head values (0, clock_timestamp(), '', sha256('ledger city genesis v2'::bytea));

-- Append-only also for the owner and the superuser, who are no thieves but may err. Whoever disables the triggers is
-- what seals and anchors are for.
create function ledger.refuse() returns trigger language plpgsql as $$
begin
    raise exception 'ledger.% is append-only: % refused', tg_table_name, tg_op using errcode = '42501';
end
$$;

-- UPDATE and DELETE by row: a statement trigger is silently dead on a distributed or partitioned table. ENABLE ALWAYS:
-- in replica mode too. `balance` and `book` are caches of the transfers and change; their rows never go.
do $$
declare
    kept text;
begin
    foreach kept in array array['account', 'account_change', 'batch', 'transfer', 'move', 'reversal', 'hold', 'hold_end',
                                'seal', 'city_head', 'anchor', 'balance', 'book'] loop
        execute format(
            'create trigger append_only before %s on ledger.%I for each row execute function ledger.refuse()',
            case when kept in ('balance', 'book') then 'delete' else 'update or delete' end, kept
        );
        execute format(
            'create trigger no_truncate before truncate on ledger.%I for each statement execute function ledger.refuse()',
            kept
        );
        execute format(
            'alter table ledger.%1$I enable always trigger append_only, enable always trigger no_truncate', kept
        );
    end loop;
end
$$;
