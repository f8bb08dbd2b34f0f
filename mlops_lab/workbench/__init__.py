"""The workbench: what runs, compares and grades notebooks, ours or any other."""

__all__: list[str] = []
