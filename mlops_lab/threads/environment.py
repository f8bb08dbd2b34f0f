"""The variables that numeric libraries read their number of threads from."""

from collections.abc import Mapping

__all__ = ["own_count", "thread_count", "thread_environment"]

_USUAL = 1  # thread: on two cores, a second one makes hardly a lesson faster, even alone
_OPENMP = "OMP_NUM_THREADS"
# The first that is set counts, and the one for OpenMP where none is.
_OWN = {
    "openblas": ("OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS"),
    "mkl": ("MKL_NUM_THREADS",),
    "blis": ("BLIS_NUM_THREADS",),
    "numexpr": ("NUMEXPR_NUM_THREADS",),
    "intra_op": ("TF_NUM_INTRAOP_THREADS",),
    "inter_op": ("TF_NUM_INTEROP_THREADS",),
}
# The others go by OpenMP's variable where their own is missing.
_NEEDED = (_OPENMP, "VECLIB_MAXIMUM_THREADS", *_OWN["intra_op"], *_OWN["inter_op"])


def thread_environment(environment: Mapping[str, str], number: int | None = None) -> dict[str, str]:
    """Complete an environment, so that libraries loaded under it compute with few threads.

    Parameters
    ----------
    environment : mapping of str to str
        What is set in it, to a number of at least 1, stays.
    number : int, optional
        Threads for every library, whatever is set; by default what ``OMP_NUM_THREADS`` says, or 1.

    Returns
    -------
    dict of str to str
        A new environment.

    Examples
    --------
    >>> thread_environment({"OMP_NUM_THREADS": "2", "TF_NUM_INTEROP_THREADS": "4"})
    ... # doctest: +NORMALIZE_WHITESPACE
    {'OMP_NUM_THREADS': '2', 'TF_NUM_INTEROP_THREADS': '4', 'VECLIB_MAXIMUM_THREADS': '2',
     'TF_NUM_INTRAOP_THREADS': '2'}
    """
    if number is not None:
        own = {name for names in _OWN.values() for name in names if name in environment}
        return {**environment, **dict.fromkeys([*_NEEDED, *sorted(own)], str(number))}
    usual = str(thread_count(environment, "openmp"))
    lacking = [name for name in _NEEDED if _number(environment.get(name)) is None]
    return {**environment, **dict.fromkeys(lacking, usual)}


def thread_count(environment: Mapping[str, str], library: str) -> int:
    """Say with how many threads a library is to compute.

    Parameters
    ----------
    environment : mapping of str to str
    library : str
        As threadpoolctl names it, ``openmp``, ``openblas``, ``mkl`` or ``blis``; ``numexpr``; or
        one of TensorFlow's pools, ``intra_op`` or ``inter_op``.

    Returns
    -------
    int
        What the library's own variable says, or else OpenMP's, or else 1.

    Examples
    --------
    >>> thread_count({"OMP_NUM_THREADS": "4,2"}, "openblas")
    4
    """
    return own_count(environment, library) or _number(environment.get(_OPENMP)) or _USUAL


def own_count(environment: Mapping[str, str], library: str) -> int | None:
    """Say what a library's own variable says, None where it is not set; `thread_count`'s words."""
    found = (_number(environment.get(name)) for name in _OWN.get(library, ()))
    return next((number for number in found if number is not None), None)


def _number(text: str | None) -> int | None:
    """Read a number of threads; None for what libraries would not take for one either."""
    first = (text or "").partition(",")[0].strip()  # OpenMP's own may go on with nested levels
    return int(first) or None if first.isascii() and first.isdecimal() else None
