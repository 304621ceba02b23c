"""Old Python paths that scripts outside still import: they work, with a warning.

A script that checks Tightrope from outside names modules. Each old name here loads the module that
took its place; nothing in the house uses one.
"""

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

MOVED = {
    "ledger.market.rulebook": "ledger.market.rules.rulebook",
    "ledger.practice.catalog": "ledger.practice.library.catalog",
    "ledger.practice.opening": "ledger.practice.sessions.open_session",
    "ledger.practice.rehearsal": "ledger.practice.rehearsals.rehearsal",
    "ledger.practice.view": "ledger.practice.views.desk_view",
}


class _Signpost(MetaPathFinder, Loader):
    """Finds and loads a moved module by its old name."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name in MOVED else None

    def create_module(self, spec: ModuleSpec) -> None:
        return None  # an ordinary, empty one

    def exec_module(self, module: ModuleType) -> None:
        now = MOVED[module.__name__]
        warnings.warn(f"{module.__name__} is now {now}", DeprecationWarning, stacklevel=2)
        names = vars(import_module(now)).items()
        vars(module).update((name, value) for name, value in names if not name.startswith("__"))


def put_up() -> None:
    """From now on the old names are found."""
    sys.meta_path.append(_Signpost())
