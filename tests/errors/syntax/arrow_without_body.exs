f = fn x -> end
IO.inspect(f.(1))
