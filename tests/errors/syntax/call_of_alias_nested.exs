IO.Puts(1)
