quote bind_quoted: 1, do: 2
