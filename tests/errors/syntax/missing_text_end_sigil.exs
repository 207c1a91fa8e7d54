x = ~s(abc
foo
