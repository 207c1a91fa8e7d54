f = fn -> 1 end
f.(unquote_splicing([1]))
