for <<x::binary <- "abc">>, do: x
