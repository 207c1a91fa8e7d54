こんにちは = 1
IO.inspect(こんにちは)
