f = fn end
