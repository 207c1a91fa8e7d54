IO.inspect ()
