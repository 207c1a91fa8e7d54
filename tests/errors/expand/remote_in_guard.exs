fn x when String.length(x) > 1 -> x end
