"a" <> x <> "b" = "acb"
