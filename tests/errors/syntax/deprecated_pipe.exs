import Kernel
quote do: 1 <|> 2
