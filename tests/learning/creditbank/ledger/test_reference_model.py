"""The ledger against a few dictionaries, in every order that hypothesis can think of (ledger.md §5 test 14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from learning.creditbank.ledger.bank import (
    ACTOR,
    KIND,
    MAY,
    OTHER_UNIT,
    UNIT,
    fresh_key,
    issuing_account,
    learner_account,
    sql,
    transfer,
)
from learning.creditbank.ledger.reference import HOLD, Reference
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Code, OwnerKind, Role, State, Transfer

BOOKS = (95, 96)
places = st.integers(0, 7)
amounts = st.integers(-1, 60) | st.sampled_from([10**12, 10**12 + 1])
days = st.integers(-2, 2).map(lambda day: MAY + timedelta(days=day))
picks = st.integers(0, 1000)


def code_of(call: Callable[[], Code]) -> Code:
    try:
        return call()
    except ledger.NotPosted as refusal:
        return refusal.result


class Books(RuleBasedStateMachine):
    @initialize()
    def open_accounts(self) -> None:
        self.reference = Reference()
        self.accounts: list[int] = []
        self.holds: list[UUID] = []
        self.wishes: list[Transfer] = []
        self.move_wishes: list[Transfer] = []
        #: Time of a cut → what every account held then.
        self.cuts: dict[datetime, dict[int, int]] = {}
        self.clearing = {}
        for book in BOOKS:
            self.add(issuing_account(book=book), UNIT, ledger.LOWEST_FLOOR)
            self.add(learner_account(book=book), UNIT, 0)
            self.add(learner_account(book=book, role=Role.HOLD), UNIT, 0)
            self.add(learner_account(book=book, unit=OTHER_UNIT), OTHER_UNIT, 0)
            self.clearing[book] = ledger.open_account(
                book=book, owner_kind=OwnerKind.PLATFORM, owner_id=ledger.PLATFORM_ID, role=Role.CLEARING, unit=UNIT
            )
            # The clearing accounts are shared with other tests: the model knows what passed through since we began.
            self.reference.open(self.clearing[book], unit=UNIT, floor=ledger.LOWEST_FLOOR)

    def add(self, account: int, unit: int, floor: int) -> None:
        self.accounts.append(account)
        self.reference.open(account, unit=unit, floor=floor)

    def wish(self, debit: int, credit: int, amount: int, at: datetime) -> Transfer:
        wish = transfer(self.accounts[debit], self.accounts[credit], amount, effective_at=at)
        self.wishes.append(wish)
        return wish

    @rule(debit=places, credit=places, amount=amounts, at=days)
    def post(self, debit: int, credit: int, amount: int, at: datetime) -> None:
        wish = self.wish(debit, credit, amount, at)
        answered = code_of(lambda: ledger.post(transfer=wish, kind=KIND, actor=ACTOR))
        assert answered is self.reference.post(wish, KIND)

    @rule(book=st.sampled_from([0, 4]), amount=st.integers(1, 60), at=days)
    def give(self, book: int, amount: int, at: datetime) -> None:
        self.post(book, book + 1, amount, at)

    @precondition(lambda self: self.wishes)
    @rule(pick=picks, amount=amounts, changed=st.booleans())
    def post_again(self, pick: int, amount: int, changed: bool) -> None:
        wish = self.wishes[pick % len(self.wishes)]
        wish = wish._replace(amount=amount) if changed else wish
        answered = code_of(lambda: ledger.post(transfer=wish, kind=KIND, actor=ACTOR))
        assert answered is self.reference.post(wish, KIND)

    @rule(
        book=st.sampled_from([0, 4]),
        items=st.lists(
            st.tuples(st.integers(0, 3), st.integers(0, 3), amounts, days, st.booleans()), min_size=1, max_size=6
        ),
        whole=st.booleans(),
    )
    def batch(self, book: int, items: list[tuple[int, int, int, datetime, bool]], whole: bool) -> None:
        rows = [self.wish(book + debit, book + credit, amount, at) for debit, credit, amount, at, _ in items]
        # Some bear the key of the first.
        rows = [row._replace(key=rows[0].key) if twice else row for row, (*_, twice) in zip(rows, items, strict=True)]
        codes = ledger.post_batch(
            book=BOOKS[book // 4], transfers=rows, kind=KIND, actor=ACTOR, all_or_nothing=whole, key=fresh_key()
        )
        assert codes == self.reference.batch(rows, KIND, whole=whole)

    @rule(here=st.integers(0, 3), there=st.integers(4, 7), back=st.booleans(), amount=amounts, at=days)
    def move(self, here: int, there: int, back: bool, amount: int, at: datetime) -> None:
        pair = (there, here) if back else (here, there)
        debit, credit = (self.accounts[place] for place in pair)
        if self.reference.unit[debit] != UNIT:
            return
        wish = transfer(debit, credit, amount, effective_at=at)
        self.move_wishes.append(wish)
        self.moved(wish)

    @precondition(lambda self: self.move_wishes)
    @rule(pick=picks, amount=amounts, changed=st.booleans())
    def move_again(self, pick: int, amount: int, changed: bool) -> None:
        wish = self.move_wishes[pick % len(self.move_wishes)]
        self.moved(wish._replace(amount=amount) if changed else wish)

    def moved(self, wish: Transfer) -> None:
        pair = int.from_bytes(sha256(wish.key.bytes).digest()[:8], "big") >> 1
        answered = code_of(lambda: ledger.move(transfer=wish, actor=ACTOR))
        assert answered is self.reference.move(wish, self.clearing, pair)

    @precondition(lambda self: self.reference.posted)
    @rule(pick=picks, again=st.booleans())
    def reverse(self, pick: int, again: bool) -> None:
        keys = list(self.reference.posted)
        of = keys[pick % len(keys)]
        key = self.reference.reversed.get(of) if again else None
        key = key or fresh_key()
        [(book, seq)] = sql("select book, seq from ledger.transfer where key = %s", of)
        answered = code_of(lambda: ledger.reverse(book=book, key=key, reversed_key=of, reason="undone", actor=ACTOR))
        assert answered is self.reference.reverse(key, of, seq)

    @rule(book=st.sampled_from([0, 4]), amount=amounts, at=days)
    def hold(self, book: int, amount: int, at: datetime) -> None:
        wish = transfer(self.accounts[book + 1], self.accounts[book + 2], amount, effective_at=at)
        answered = code_of(lambda: ledger.hold_open(transfer=wish, expires_at=at, actor=ACTOR))
        assert answered is self.reference.post(wish, HOLD)
        if answered is Code.POSTED:
            self.holds.append(wish.key)

    @precondition(lambda self: self.holds)
    @rule(pick=picks, payee=st.integers(0, 3), captured=st.integers(-1, 60), all_of_it=st.booleans())
    def close_hold(self, pick: int, payee: int, captured: int, all_of_it: bool) -> None:
        hold = self.holds[pick % len(self.holds)]
        held, _ = self.reference.posted[hold]
        to = self.accounts[(held.debit >> 40 == BOOKS[1]) * 4 + payee]
        amount = held.amount if all_of_it else captured
        call = {"hold": hold, "target": to, "captured": amount, "ref": 5, "effective_at": MAY}
        answered = code_of(lambda: ledger.hold_close(book=held.debit >> 40, actor=ACTOR, **call))
        assert answered is self.reference.close(hold, to, amount, 5, MAY)

    @rule(place=places, state=st.sampled_from(State))
    def rule_over(self, place: int, state: State) -> None:
        account = self.accounts[place]
        answered = ledger.set_state(account=account, state=state, reason="decided", actor=ACTOR)
        assert (answered is Code.POSTED) == (self.reference.state[account] is not state)
        self.reference.state[account] = state

    @rule()
    def seal(self) -> None:
        for book in BOOKS:
            ledger.seal_book(book=book, empty=True)
        [(at,)] = sql("select max(closed_at) from ledger.seal where book = any(%s)", list(BOOKS))
        self.cuts[at] = {account: self.reference.balance(account) for account in self.accounts}

    @precondition(lambda self: self.cuts)
    @rule(pick=picks)
    def look_back(self, pick: int) -> None:
        at, held = list(self.cuts.items())[pick % len(self.cuts)]
        for account in self.accounts:
            assert ledger.balance_at_record(account=account, at=at).balance == held[account]

    @rule(at=days)
    def look_at_effect(self, at: datetime) -> None:
        for account in self.accounts:
            assert ledger.balance_at_effect(account=account, effective_at=at) == self.reference.balance(
                account, until=at
            )

    @invariant()
    def balances_agree(self) -> None:
        if not hasattr(self, "accounts"):
            return
        held = dict(sql("select account_id, balance from ledger.balance where account_id = any(%s)", self.accounts))
        assert held == {account: self.reference.balance(account) for account in self.accounts}

    def teardown(self) -> None:
        if not hasattr(self, "accounts"):
            return
        mine = [self.accounts, self.accounts]
        rows = sql("select key from ledger.transfer where debit = any(%s) or credit = any(%s)", *mine)
        assert {key for (key,) in rows} == set(self.reference.posted)


def test_the_ledger_answers_as_the_reference_does() -> None:
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
