x = ~s"""
abc
