x = ~r/abc
