"""Claims with a range: a lesson run at each value that its findings rest on, and what held.

Nothing is imported here: a list of lessons looks at `status`, and must stay fast.
"""

__all__: list[str] = []
