# The smallest program: `cordial examples/hello.exs`
IO.puts("Hello from Cordial!")
