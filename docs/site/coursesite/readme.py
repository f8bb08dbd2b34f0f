"""What the README's table says of each lesson's claims: `python -m coursesite.readme` writes it."""

import re
from pathlib import Path

from mlops_lab.workbench.runs.claims.files import table_file
from mlops_lab.workbench.runs.claims.status import claims_status

__all__ = ["with_claims"]

_ROOT = Path(__file__).parents[3]
_HOLD = " hold at every value tried"
_LESSON = re.compile(
    r"(\[\*\*\d+\.\d+ [^\]]+\*\*\]\(([^)]+\.ipynb)\))"  # its link
    rf"(?:<br>\[[^\]]*\]\([^)]*\){_HOLD})?"  # what an earlier call wrote
)


def with_claims(readme: str, root: Path) -> str:
    """Return the README with what is known of each lesson's claims below its name.

    Parameters
    ----------
    readme : str
        The text; what it said of claims before goes.
    root : Path
        The checkout. A lesson whose claims have not been tried gets no line.
    """

    def line(match: "re.Match[str]") -> str:
        known = claims_status(root / match[2])
        if not known.claims:
            return match[1]
        table = table_file(Path(match[2]))
        held = f"{known.throughout} of {known.claims} claims"
        return f"{match[1]}<br>[{held}]({table.as_posix()}){_HOLD}"

    return _LESSON.sub(line, readme)


if __name__ == "__main__":
    file = _ROOT / "README.md"
    file.write_text(with_claims(file.read_text(encoding="utf-8"), _ROOT), encoding="utf-8")
