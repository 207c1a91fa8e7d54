IO.inspect(Foó)
