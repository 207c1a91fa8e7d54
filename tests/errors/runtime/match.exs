{:ok, x} = {:error, 1}
