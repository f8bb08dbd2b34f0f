"""The course as a static site: executed lessons, concepts, data cards and the API."""

__all__: list[str] = []
