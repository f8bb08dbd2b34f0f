"""Who marked, in words for a student: a person's name, never the name of an account."""

from collections.abc import Mapping

__all__ = ["signature"]


def signature(by: str, markers: Mapping[str, str]) -> str:
    """Name whoever gave a mark.

    Parameters
    ----------
    by : str
        As the grade book has it: the account that marked, or what was given as its name.
    markers : mapping of str to str
        Names of accounts, from ``class.yaml``.

    Returns
    -------
    str
        Empty for an account of this computer that nobody has named.

    Examples
    --------
    >>> signature("root", {}), signature("root", {"root": "Ines Weber"}), signature("Ines", {})
    ('', 'Ines Weber', 'Ines')
    """
    return markers.get(by) or ("" if _is_account(by) else by)


def _is_account(name: str) -> bool:
    try:
        import pwd  # Windows has none
    except ImportError:
        from mlops_lab.workbench.classroom.book.rows import user

        return name == user()
    try:
        return bool(pwd.getpwnam(name))
    except (KeyError, ValueError):  # nobody; a name with a NUL
        return name == "unknown"
