幻ㄒㄧㄤ = 1
IO.inspect(幻ㄒㄧㄤ)
