"""What the pages of an account show, asked for by somebody: their own, or a learner's whom they may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from xuecheng.city.access.queries import Scope, Standing, scope_of
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.queries import DEFAULT_FRAMEWORK
from xuecheng.learning.creditbank.queries.cards import card_of
from xuecheng.learning.redemption.queries import Grant, Points, grants_of

from .entries import Mine, years_of
from .holdings import FrameworkTable, Quarter, accounts_of, growth_of, points_among, tables_of
from .line import LineInFull, line_in_full
from .next_steps import Step, next_steps
from .statement import EVERYTHING, Statement, Wish, statement_of

SEE = "account.see_account"


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A learner's account. `main` is the table of the default framework, or of the only one there is."""

    learner: Person
    account: LearningAccount | None
    mine: Mine
    tables: list[FrameworkTable]
    quarters: list[Quarter]
    steps: list[Step]
    points: Points
    grants: list[Grant]
    years: list[int]
    statement: Statement

    @property
    def main(self) -> FrameworkTable | None:
        return self.tables[0] if self.tables else None

    @property
    def others(self) -> list[FrameworkTable]:
        return self.tables[1:]


def account_page(
    viewer: Standing, *, learner: Person, wish: Wish = EVERYTHING, before: int | None = None, today: date
) -> AccountPage:
    """The whole page. Eight queries, whatever the size of the city; one more for somebody else's.

    Right: account.see_account on the learner. Raises `Denied`.
    """
    require(viewer, SEE, on=_scope(viewer, learner))
    keys = _keys(viewer, learner)
    mine = accounts_of(learner_id=learner.pk, keys=keys)
    tables = tables_of(mine)
    return AccountPage(
        learner=learner,
        account=card_of(keys),
        mine=mine,
        tables=tables,
        quarters=growth_of(mine, framework=tables[0].code if tables else DEFAULT_FRAMEWORK, today=today),
        steps=next_steps(learner_id=learner.pk, book=ledger.book_of(learner.pk), keys=keys, today=today),
        points=points_among(mine),
        grants=grants_of(keys),
        years=years_of(mine),
        statement=statement_of(mine, wish=wish, before=before),
    )


def line_page(viewer: Standing, *, learner: Person, key: UUID) -> LineInFull | None:
    """One line in full, or None if it is not this learner's. Right: account.see_account. Raises `Denied`."""
    require(viewer, SEE, on=_scope(viewer, learner))
    return line_in_full(accounts_of(learner_id=learner.pk, keys=_keys(viewer, learner)), key=key)


def own_accounts(viewer: Standing) -> Mine:
    """The viewer's own accounts, for files. Two queries."""
    return accounts_of(learner_id=viewer.person.pk, keys=viewer.person_keys)


def _keys(viewer: Standing, learner: Person) -> tuple[int, ...]:
    """Every key of the learner; one's own are known without a query."""
    return viewer.person_keys if learner.pk in viewer.person_keys else keys_of(learner)


def _scope(viewer: Standing, learner: Person) -> Scope:
    """What is one's own needs no look at where one lives."""
    return Scope(person_id=learner.pk) if learner.pk in viewer.person_keys else scope_of(learner)
