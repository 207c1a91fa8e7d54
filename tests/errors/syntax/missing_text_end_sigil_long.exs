x = ~SQL[abc
foo
