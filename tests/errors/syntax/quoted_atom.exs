IO.inspect(:"foo")
IO.inspect(:'bar')
