"""Build of the tables of the Caspian case, one module per subject.

Every module has a function `rows()` or some like it that returns the rows of its tables from the
files of `raw/`. Numbers that no document gives stand in the modules as assumptions: their rows
have the source `expert` and say in their note how they were reasoned.
"""
