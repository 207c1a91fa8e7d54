f = fn do 1 end
