"""What a template has imported stays hidden in a kernel until somebody imports it there.

A fresh kernel has in `sys.modules` what its cells have imported, and libraries look: scikit-learn
asks for torch there, and ``sklearn.ensemble`` is no attribute of a package of which only
``sklearn`` was imported. So a fork begins without the libraries. An import takes each from here,
with those that it imports itself and with what the import did beside.
"""

import copy
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

from mlops_lab.workbench.kernels.record import Record

__all__ = ["Hidden"]


class Hidden:
    """A finder of modules, for `sys.meta_path`, which has them all already.

    Parameters
    ----------
    names : iterable of str
        Modules of `sys.modules`, which are taken out of it.
    record : Record
        Of their imports.

    Attributes
    ----------
    modules : dict of str to module
        What is still hidden.
    before : callable
        Called with the name of a module before it is found, False where it is not to be taken from
        here.
    after : dict of str to callable
        Called with the module of that name once it is there.
    """

    def __init__(self, names: Iterable[str], record: Record) -> None:
        self.record = record
        self.modules = {name: sys.modules.pop(name) for name in names}
        self.before: Callable[[str], bool] = lambda _: True
        self.after: dict[str, Callable[[ModuleType], None]] = {}
        self._bound = {name for name, module in self.modules.items() if self._unbind(name, module)}

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module that is hidden; as any finder."""
        del path, target
        if name not in self.modules or not self.before(name) or name not in self.modules:
            return None
        own = _attributes(self.modules[name]).get("__spec__")
        spec = copy.copy(own) if isinstance(own, ModuleSpec) else ModuleSpec(name, None)
        spec.loader = self  # type: ignore[assignment]  # it has what the import system calls
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module that is there already; as any loader."""
        module = self.modules[spec.name]
        # The import system is about to replace it.
        spec.loader_state = _attributes(module).get("__spec__")
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Bring what it needs, and what its import did; as any loader."""
        spec = module.__spec__
        assert spec is not None  # the import system has set it
        module.__spec__ = spec.loader_state
        # What is not hidden any more is there, or another thread is about to bring it.
        names = [name for name in self.record.closure(spec.name) if name in self.modules]
        brought = self._bring(names)
        for name, effects in self.record.effects.items():  # in the order that they had
            if name in brought:
                effects.repeat()
        for name in self.after.keys() & brought:
            self.after[name](sys.modules[name])

    def show_all(self) -> None:
        """Bring all modules back, for what they do at the end of the process."""
        self._bring(list(self.modules))

    def forget(self, names: Iterable[str]) -> None:
        """Have modules imported from their files, as if they had never been."""
        for name in names:
            self.modules.pop(name, None)

    def _bring(self, names: Sequence[str]) -> set[str]:
        found = {name: self.modules.pop(name, None) for name in names}
        brought = {name: module for name, module in found.items() if module is not None}
        sys.modules.update(brought)
        for name in self._bound.intersection(brought):  # once the packages are there
            parent, _, child = name.rpartition(".")
            if parent in sys.modules:
                _attributes(sys.modules[parent])[child] = brought[name]
        return set(brought)

    def _unbind(self, name: str, module: ModuleType) -> bool:
        """Take a module out of its package, where the import of the package has not put it."""
        parent, _, child = name.rpartition(".")
        package = self.modules[parent] if parent in self.modules else sys.modules.get(parent)
        if package is None or _attributes(package).get(child) is not module:
            return False
        del _attributes(package)[child]
        return True


def _attributes(module: ModuleType) -> dict[str, object]:
    """Return a module's dictionary without asking the module, which may import when it is asked."""
    try:
        held: dict[str, object] = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return {}  # something else that stands in for a module
    return held
