"""A real place: which files of terrain, buildings and land it needs, fetching them, and the lines that name them.

The only package that reaches out over the network, and only when it is told to: `client` alone opens connections.
"""
