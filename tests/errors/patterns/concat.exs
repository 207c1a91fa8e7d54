x <> "a" = "ba"
