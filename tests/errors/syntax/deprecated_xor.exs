import Bitwise
IO.inspect(1 ^^^ 2)
