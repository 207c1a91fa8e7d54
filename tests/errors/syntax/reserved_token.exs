__aliases__ = 1
