IO.inspect(? )
IO.inspect(?	)
