f = fn 1 end
