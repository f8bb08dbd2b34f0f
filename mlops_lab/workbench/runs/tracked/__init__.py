"""Log what runs and sweeps give to an MLflow tracking server, one MLflow run a point.

What the server has is the truth: each MLflow run carries a digest of the result that it is of, so
that a sweep which is continued logs what is missing there, and nothing twice.
"""

__all__: list[str] = []
