IO.
