IO.inspect 1 |> max 2
