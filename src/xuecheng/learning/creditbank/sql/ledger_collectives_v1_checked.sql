-- Looks the accounts through that were there before. Run as ledger_owner, in a transaction of its own.
alter table ledger.account
    validate constraint account_owner_kind_known,
    validate constraint account_of_collective_in_own_book,
    validate constraint account_of_collective_holds_its_own,
    validate constraint account_units_of_collectives_apart;
