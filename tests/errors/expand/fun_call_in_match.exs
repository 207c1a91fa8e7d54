f = fn x -> x end
f.(x) = 1
