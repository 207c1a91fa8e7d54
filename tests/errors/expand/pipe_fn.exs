1 |> fn x -> x end
