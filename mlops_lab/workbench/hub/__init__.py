"""A class on a JupyterHub: what students submit comes in over the network, not on a folder."""

__all__: list[str] = []
