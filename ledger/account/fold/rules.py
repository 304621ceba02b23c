"""The fold of changes of rules."""

from ledger.account.events import kinds as e
from ledger.account.state import Account, Loan
from ledger.frozen import replace
from ledger.market.rules.carry import Interest
from ledger.times import Time


def fold_rules(account: Account, event: e.RulesChanged) -> Account:
    """The account under its new rules, whose loans bear the new rate from here on."""
    # imported here: it loads the file readers, which few accounts ever need
    from ledger.market.rule_files.overrides import replaced

    before = account.rulebook
    after = replaced(before, event.rules)
    pockets = {
        name: replace(pocket, loan=_under(pocket.loan, before.interest, after.interest, event.at))
        for name, pocket in account.pockets.items()
    }
    return replace(account, rulebook=after, pockets=pockets)


def _under(loan: Loan, before: Interest, after: Interest, at: Time) -> Loan:
    """The loan under the new contract: charged up to here, its remainder in the new units."""
    if not loan.principal:
        return loan
    carried = loan.carried
    if before.denominator != after.denominator:
        carried = carried * after.denominator / before.denominator
    return replace(loan, carried=carried, accrued_to=before.reached(loan.accrued_to, at))
